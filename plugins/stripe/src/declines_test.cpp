#include "declines.hpp"

#include <gtest/gtest.h>

namespace whatsflow::stripe {
namespace {

sdk::Decline decline_of(const char* code) {
    return refusal_of({{"code", "card_declined"}, {"decline_code", code}}).decline;
}

TEST(StripeDeclines, WhatCannotPassIsNotTriedAgain) {
    for (const char* code : {"expired_card", "lost_card", "stolen_card", "pickup_card", "invalid_account",
                             "incorrect_number", "restricted_card", "fraudulent", "revocation_of_authorization"})
        EXPECT_EQ(decline_of(code), sdk::Decline::hard) << code;
    EXPECT_EQ(refusal_of({{"code", "expired_card"}}).decline, sdk::Decline::hard) << "without a decline code";
    EXPECT_EQ(refusal_of({{"code", "card_declined"}, {"advice_code", "do_not_try_again"}}).decline, sdk::Decline::hard);
}

TEST(StripeDeclines, WhatMayPassIs) {
    for (const char* code : {"insufficient_funds", "processing_error", "try_again_later", "generic_decline"})
        EXPECT_EQ(decline_of(code), sdk::Decline::soft) << code;
}

}  // namespace
}  // namespace whatsflow::stripe
