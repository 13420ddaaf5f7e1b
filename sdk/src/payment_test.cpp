#include <whatsflow/sdk/payment_provider.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

class SmallProvider final : public PaymentProvider {
public:
    Result<PaymentProviderInfo> describe() const override { return PaymentProviderInfo{}; }
    Result<void> health(const CallContext&) override { return ok(); }
    Result<CheckoutPage> create_checkout(const CallContext&, const CheckoutRequest&) override { return CheckoutPage{}; }
    Result<PaymentRecord> lookup(const CallContext&, const PaymentLookup&) override { return PaymentRecord{}; }
    Result<VerifiedNotice> verify_notice(const PaymentNotice&) const override { return VerifiedNotice{}; }
    Result<std::vector<PaymentEvent>> read_notice(const PaymentNotice&) const override {
        return std::vector<PaymentEvent>{};
    }
};

TEST(PaymentProvider, WhatItDoesNotOfferIsRejectedAndNeverRetried) {
    SmallProvider provider;

    EXPECT_TRUE(provider.charge({}, {})->is(PaymentOutcomeClass::rejected));
    EXPECT_TRUE(provider.refund({}, {})->is(PaymentOutcomeClass::rejected));
    EXPECT_EQ(provider.list_payments({}, "s").error().code, "payment.rejected");
}

TEST(PaymentProvider, AFullySignedEventNeedsNoQuestion) {
    SmallProvider provider;
    PaymentEvent event;
    event.trust = NoticeTrust::fully_signed;

    EXPECT_EQ(provider.confirm({}, event)->verdict, PaymentConfirmation::Verdict::confirmed);
}

TEST(PaymentProvider, APartlySignedEventIsNotConfirmedByDefault) {
    SmallProvider provider;

    EXPECT_FALSE(provider.confirm({}, PaymentEvent{}));
}

TEST(PaymentWords, EveryEventTypeHasANameThatLeadsBack) {
    for (int i = 0; i <= static_cast<int>(PaymentEventType::dispute_closed); ++i) {
        const auto type = static_cast<PaymentEventType>(i);
        EXPECT_EQ(payment_event_type(to_text(type)), type);
    }
    EXPECT_EQ(to_text(PaymentEventType::payment_succeeded), "payment.succeeded");
    EXPECT_EQ(to_text(PaymentEventType::subscription_past_due), "subscription.past_due");
    EXPECT_EQ(to_text(PaymentEventType::dispute_closed), "dispute.closed");
    EXPECT_EQ(payment_event_type("moon.full"), std::nullopt);
}

TEST(PaymentCapabilities, ListsWhatWasAdded) {
    const PaymentCapabilities can{PaymentCapability::test_clock, PaymentCapability::hosted_checkout};

    EXPECT_TRUE(can.has(PaymentCapability::test_clock));
    EXPECT_FALSE(can.has(PaymentCapability::refund_full));
    ASSERT_EQ(can.list().size(), 2u);
    EXPECT_EQ(to_text(can.list().front()), "hosted_checkout");
    EXPECT_EQ(to_text(can.list().back()), "test_clock");
}

TEST(PaymentOutcome, AnOutcomeNobodyFilledInIsUnknown) {
    EXPECT_TRUE(PaymentOutcome{}.is(PaymentOutcomeClass::unknown));
    EXPECT_EQ(PaymentOutcome::declined(Decline::hard, "stolen", "x").decline, Decline::hard);
    EXPECT_EQ(PaymentOutcome::transient("a", "b", Milliseconds{5}).retry_after, Milliseconds{5});
}

}  // namespace
}  // namespace whatsflow::sdk
