#include "webhook_signature.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace whatsflow::app {
namespace {

// The example of the Standard Webhooks libraries.
const sdk::Secret kKnownSecret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

TEST(WebhookSignature, IsTheOneTheSpecificationExpects) {
    EXPECT_EQ(webhook_signature(kKnownSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, ChangesWithEachThingItCovers) {
    const auto signature = webhook_signature(kKnownSecret, "msg_1", 100, "body");

    EXPECT_NE(webhook_signature(kKnownSecret, "msg_2", 100, "body"), signature);
    EXPECT_NE(webhook_signature(kKnownSecret, "msg_1", 101, "body"), signature);
    EXPECT_NE(webhook_signature(kKnownSecret, "msg_1", 100, "bodY"), signature);
    EXPECT_NE(webhook_signature(make_webhook_secret(), "msg_1", 100, "body"), signature);
}

TEST(WebhookSignature, EverySecretIsNewAndSigns) {
    const auto first = make_webhook_secret();

    EXPECT_TRUE(first.reveal().starts_with("whsec_"));
    EXPECT_EQ(first.reveal().size(), 6U + 44U);
    EXPECT_NE(first.reveal(), make_webhook_secret().reveal());
    EXPECT_TRUE(webhook_signature(first, "msg_1", 1, "").starts_with("v1,"));
}

TEST(WebhookSignature, WhatIsNoSecretDoesNotSign) {
    EXPECT_THROW(webhook_signature(sdk::Secret{"plain"}, "msg_1", 1, ""), std::logic_error);
}

}  // namespace
}  // namespace whatsflow::app
