#include "provider.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace acme {
namespace {

using sdk::testing::response;

class ProviderTest : public ::testing::Test {
protected:
    sdk::testing::FakeHttpsClient world_;
    Provider provider_{AcmeApi(world_, "https://acme.test", sdk::Secret{"key_1"}), NoticeRules{}, true};
    sdk::CallContext context_ = sdk::testing::a_context();

    static sdk::CheckoutRequest a_checkout() {
        sdk::CheckoutRequest request;
        request.reference = "INV-1-1-X";
        request.idempotency_key = "INV-1-1";
        request.amount = {2500, "USD"};
        return request;
    }
};

TEST_F(ProviderTest, ACheckoutIsAUrlOfAcme) {
    world_.answer("https://acme.test/sessions", response(201, R"({"id":"s_1","url":"https://pay.acme.test/s_1"})"));

    const auto page = provider_.create_checkout(context_, a_checkout());

    ASSERT_TRUE(page);
    EXPECT_EQ(page->url, "https://pay.acme.test/s_1");
    const auto sent = world_.requests().at(0);
    EXPECT_EQ(sent.headers.find("Idempotency-Key"), "INV-1-1");
    EXPECT_EQ(nlohmann::json::parse(sent.body)["amount"], 2500);
}

TEST_F(ProviderTest, AnAmountBelowTheMinimumNeverLeavesTheHouse) {
    auto request = a_checkout();
    request.amount.minor = 49;

    EXPECT_EQ(provider_.create_checkout(context_, request).error().code, "payment.rejected");
    EXPECT_TRUE(world_.requests().empty());
}

TEST_F(ProviderTest, ATimeoutMayBeRetriedBecauseAcmeKnowsTheKey) {
    world_.fail("https://acme.test/", sdk::fail("net.unknown", "timed out"));

    const auto outcome = provider_.refund(context_, {"refund-1", "p_1", {2500, "USD"}, "duplicate"});

    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->is(sdk::PaymentOutcomeClass::transient));
}

TEST_F(ProviderTest, APaymentAcmeDoesNotKnowIsNotFound) {
    world_.answer("https://acme.test/payments", response(404, R"({"code":"no_such_payment"})"));

    const auto record = provider_.lookup(context_, {"INV-1-1-X", ""});

    ASSERT_TRUE(record);
    EXPECT_EQ(record->status, sdk::PaymentStatus::not_found);
}

TEST_F(ProviderTest, SaysWhichSettingsAreMissing) {
    const auto info = provider_.describe();

    ASSERT_TRUE(info);
    EXPECT_EQ(info->missing_settings, std::vector<std::string>{"webhook_secret"});
}

}  // namespace
}  // namespace acme
