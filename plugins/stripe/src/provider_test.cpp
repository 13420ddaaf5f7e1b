#include "provider.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::stripe {
namespace {

using sdk::PaymentOutcomeClass;
using sdk::testing::response;

constexpr const char* kBase = "https://api.stripe.test";

class StripeProviderTest : public ::testing::Test {
protected:
    static sdk::CheckoutRequest a_checkout() {
        sdk::CheckoutRequest request;
        request.reference = "INV-1-1-X";
        request.idempotency_key = "INV-1-1";
        request.amount = {2500, "USD"};
        request.description = "Invoice 1 & more";
        request.customer.email = "nimal@example.com";
        request.return_url = "https://app.test/billing?session={CHECKOUT_SESSION_ID}";
        request.cancel_url = "https://app.test/billing";
        return request;
    }

    static sdk::ChargeRequest a_charge() {
        sdk::ChargeRequest request;
        request.reference = "INV-2-1-X";
        request.idempotency_key = "INV-2-1";
        request.amount = {2500, "USD"};
        request.method.token = sdk::Secret{"pm_1"};
        request.method.customer = "cus_1";
        return request;
    }

    sdk::OutgoingRequest sent(std::size_t index = 0) { return host_.network().requests().at(index); }

    sdk::testing::FakeHost host_{"stripe"};
    Provider provider_{StripeApi(host_.https(), host_.log(), kBase, sdk::Secret{"sk_test_1"}),
                       ProviderSettings{{}, [] { return std::string("https://app.test/billing"); }}};
    sdk::CallContext context_ = sdk::testing::a_context();
};

TEST_F(StripeProviderTest, ACheckoutIsAPageOfStripes) {
    host_.network().answer(
        kBase, response(200, R"({"id":"cs_1","url":"https://checkout.stripe.com/c/cs_1","expires_at":1800000000})"));

    const auto page = provider_.create_checkout(context_, a_checkout());

    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->url, "https://checkout.stripe.com/c/cs_1");
    EXPECT_EQ(page->session, "cs_1");
    EXPECT_EQ(sent().url, std::string(kBase) + "/v1/checkout/sessions");
    EXPECT_EQ(sent().headers.find("Idempotency-Key"), "checkout-INV-1-1");
    EXPECT_EQ(sent().headers.find("Authorization"), "Bearer sk_test_1");
    EXPECT_EQ(sent().headers.find("Stripe-Version"), kApiVersion);
    for (const char* part :
         {"mode=payment", "client_reference_id=INV-1-1-X", "line_items[0][price_data][unit_amount]=2500",
          "line_items[0][price_data][currency]=usd", "[name]=Invoice%201%20%26%20more", "%7BCHECKOUT_SESSION_ID%7D",
          "customer_email=nimal%40example.com", "payment_intent_data[metadata][reference]=INV-1-1-X"})
        EXPECT_NE(sent().body.find(part), std::string::npos) << part << " in " << sent().body;
    EXPECT_EQ(sent().body.find("setup_future_usage"), std::string::npos);
}

TEST_F(StripeProviderTest, LinesAreShownOnlyWhereTheyAreTheAmount) {
    host_.network().answer_always([](const auto&, const auto&) {
        return sdk::Result<sdk::IncomingResponse>(
            response(200, R"({"id":"cs_1","url":"https://checkout.stripe.com/1"})"));
    });
    auto request = a_checkout();
    request.lines = {{"Seats", 2, {1000, "USD"}}, {"Setup", 1, {500, "USD"}}};
    ASSERT_TRUE(provider_.create_checkout(context_, request));
    request.lines.push_back({"Discount", 1, {-100, "USD"}});
    ASSERT_TRUE(provider_.create_checkout(context_, request));

    EXPECT_NE(sent(0).body.find("line_items[1][price_data]"), std::string::npos);
    EXPECT_EQ(sent(1).body.find("line_items[1][price_data]"), std::string::npos);
}

TEST_F(StripeProviderTest, AMethodIsKeptForACustomer) {
    host_.network().answer(kBase, response(200, R"({"id":"cs_1","url":"https://checkout.stripe.com/1"})"));
    host_.network().answer(kBase, response(200, R"({"id":"cs_2","url":"https://checkout.stripe.com/2"})"));
    auto request = a_checkout();
    request.save_method = true;
    ASSERT_TRUE(provider_.create_checkout(context_, request));
    request.customer.id = "cus_1";
    ASSERT_TRUE(provider_.create_setup(context_, request));

    EXPECT_NE(sent(0).body.find("customer_creation=always"), std::string::npos);
    EXPECT_NE(sent(0).body.find("payment_intent_data[setup_future_usage]=off_session"), std::string::npos);
    EXPECT_NE(sent(1).body.find("mode=setup"), std::string::npos);
    EXPECT_NE(sent(1).body.find("customer=cus_1"), std::string::npos);
    EXPECT_NE(sent(1).body.find("setup_intent_data[metadata][reference]=INV-1-1-X"), std::string::npos);
    EXPECT_EQ(sent(1).body.find("unit_amount"), std::string::npos);
}

TEST_F(StripeProviderTest, WhatStripeWouldRefuseNeverLeaves) {
    for (const sdk::Money& amount :
         {sdk::Money{49, "USD"}, sdk::Money{100'000'000, "USD"}, sdk::Money{5000, "ISK"}, sdk::Money{-1, "USD"}}) {
        auto checkout = a_checkout();
        checkout.amount = amount;
        EXPECT_EQ(provider_.create_checkout(context_, checkout).error().code, "payment.rejected");
        auto charge = a_charge();
        charge.amount = amount;
        EXPECT_TRUE(provider_.charge(context_, charge)->is(PaymentOutcomeClass::rejected));
    }
    EXPECT_TRUE(host_.network().requests().empty());
}

TEST_F(StripeProviderTest, AChargeSucceedsWithWhatMoved) {
    host_.network().answer(
        kBase,
        response(200, R"({"id":"pi_1","status":"succeeded","amount":2500,"amount_received":2500,"currency":"usd"})"));

    const auto outcome = provider_.charge(context_, a_charge());

    EXPECT_TRUE(outcome->is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(outcome->id, "pi_1");
    EXPECT_EQ(outcome->amount, (sdk::Money{2500, "USD"}));
    for (const char* part : {"amount=2500", "currency=usd", "customer=cus_1", "payment_method=pm_1", "off_session=true",
                             "confirm=true", "metadata[reference]=INV-2-1-X"})
        EXPECT_NE(sent().body.find(part), std::string::npos) << part;
}

TEST_F(StripeProviderTest, EveryAnswerOfAChargeHasItsClass) {
    struct Case {
        const char* name;
        sdk::Result<sdk::IncomingResponse> answer;
        PaymentOutcomeClass expected;
    };
    const auto error = [](int status, const char* body, std::vector<std::pair<std::string, std::string>> headers = {}) {
        sdk::IncomingResponse answer{status, {}, body};
        for (auto& [name, value] : headers) answer.headers.add(name, value);
        return sdk::Result<sdk::IncomingResponse>(answer);
    };
    const std::vector<Case> cases{
        {"processing", error(200, R"({"id":"pi_1","status":"processing","amount":1,"currency":"usd"})"),
         PaymentOutcomeClass::pending},
        {"no card", error(200, R"({"id":"pi_1","status":"requires_payment_method"})"), PaymentOutcomeClass::declined},
        {"declined", error(402, R"({"error":{"type":"card_error","code":"card_declined","decline_code":"lost_card"}})"),
         PaymentOutcomeClass::declined},
        {"bad request", error(400, R"({"error":{"type":"invalid_request_error"}})"), PaymentOutcomeClass::rejected},
        {"bad key", error(401, R"({"error":{"message":"Invalid API Key provided: sk_test_1"}})"),
         PaymentOutcomeClass::rejected},
        {"key reused", error(400, R"({"error":{"type":"idempotency_error"}})"), PaymentOutcomeClass::rejected},
        {"no such customer", error(404, R"({"error":{"code":"resource_missing"}})"), PaymentOutcomeClass::rejected},
        {"in flight", error(409, R"({"error":{}})"), PaymentOutcomeClass::transient},
        {"too many", error(429, "", {{"Retry-After", "7"}}), PaymentOutcomeClass::transient},
        {"rate in a 400", error(400, R"({"error":{"code":"rate_limit"}})"), PaymentOutcomeClass::transient},
        {"fault", error(500, "oops"), PaymentOutcomeClass::transient},
        {"stored fault", error(500, "{}", {{"Idempotent-Replayed", "true"}}), PaymentOutcomeClass::unknown},
        {"final fault", error(503, "{}", {{"Stripe-Should-Retry", "false"}}), PaymentOutcomeClass::unknown},
        {"timeout", sdk::fail("net.unknown", "timed out"), PaymentOutcomeClass::transient},
        {"no line", sdk::fail("net.not_sent", "refused"), PaymentOutcomeClass::transient},
        {"cut", error(200, R"({"id":"pi_1","status":"succ)"), PaymentOutcomeClass::transient},
        {"another shape", error(200, R"({"id":7,"status":[]})"), PaymentOutcomeClass::transient},
        {"success without amount", error(200, R"({"id":"pi_1","status":"succeeded"})"), PaymentOutcomeClass::unknown},
    };
    for (const auto& one : cases) {
        host_.network().clear();
        host_.network().answer_always([&](const auto&, const auto&) { return one.answer; });
        const auto outcome = provider_.charge(context_, a_charge());
        EXPECT_EQ(sdk::to_text(outcome->outcome), sdk::to_text(one.expected)) << one.name;
    }
    EXPECT_EQ(judge(cases[8].answer).failure().retry_after, std::chrono::seconds(7));
    EXPECT_FALSE(host_.logged().mentions("sk_test_1"));
}

TEST_F(StripeProviderTest, ABankThatWantsTheCustomerGetsAPage) {
    host_.network().answer(
        std::string(kBase) + "/v1/payment_intents",
        response(402, R"({"error":{"code":"authentication_required","payment_intent":{"id":"pi_1"}}})"));
    host_.network().answer(
        std::string(kBase) + "/v1/payment_intents/pi_1/confirm",
        response(
            200,
            R"({"id":"pi_1","status":"requires_action","next_action":{"redirect_to_url":{"url":"https://hooks.stripe.com/3ds"}}})"));

    const auto outcome = provider_.charge(context_, a_charge());

    ASSERT_TRUE(outcome->is(PaymentOutcomeClass::requires_action));
    EXPECT_EQ(outcome->page->url, "https://hooks.stripe.com/3ds");
    EXPECT_EQ(outcome->id, "pi_1");
    EXPECT_EQ(sent(1).headers.find("Idempotency-Key"), "step-up-INV-2-1");
    EXPECT_NE(sent(1).body.find("return_url=https%3A%2F%2Fapp.test%2Fbilling"), std::string::npos);
}

TEST_F(StripeProviderTest, ARefundIsPendingOrDone) {
    host_.network().answer(kBase, response(200, R"({"id":"re_1","status":"pending","amount":700,"currency":"usd"})"));
    host_.network().answer(kBase, response(200, R"({"id":"re_1","status":"succeeded","amount":700,"currency":"usd"})"));
    host_.network().answer(kBase, response(400, R"({"error":{"code":"charge_already_refunded"}})"));
    const sdk::RefundRequest request{"r-1", "pi_1", {700, "USD"}, "asked for"};

    EXPECT_TRUE(provider_.refund(context_, request)->is(PaymentOutcomeClass::pending));
    EXPECT_TRUE(provider_.refund(context_, request)->is(PaymentOutcomeClass::succeeded));
    EXPECT_TRUE(provider_.refund(context_, request)->is(PaymentOutcomeClass::rejected));
    EXPECT_EQ(sent(0).body, sent(1).body);
    EXPECT_EQ(sent(0).headers.find("Idempotency-Key"), sent(1).headers.find("Idempotency-Key"));
    EXPECT_EQ(sent(0).headers.find("Idempotency-Key"), "refund-r-1") << "a key of its own kind";
}

TEST_F(StripeProviderTest, APaymentThatWaitsForTheCustomerSaysSo) {
    host_.network().answer(kBase,
                           response(200, R"({"id":"pi_1","status":"requires_action","amount":700,"currency":"usd"})"));
    const auto record = provider_.lookup(context_, {"", "pi_1"});
    EXPECT_EQ(record->status, sdk::PaymentStatus::pending);
    EXPECT_EQ(record->code, "requires_action");
}

TEST_F(StripeProviderTest, APaymentIsFoundByItsReference) {
    host_.network().answer(
        std::string(kBase) + "/v1/payment_intents/search?query=metadata%5B%22reference%22%5D%3A%22INV-1-1-X%22",
        response(200, R"({"data":[
        {"id":"pi_0","status":"requires_payment_method","last_payment_error":{"code":"card_declined"},"metadata":{"reference":"INV-1-1-X"}},
        {"id":"pi_1","status":"succeeded","amount":2500,"currency":"usd","created":1700000000,"metadata":{"reference":"INV-1-1-X"},
         "latest_charge":{"amount_refunded":700,"currency":"usd","balance_transaction":{"fee":103,"currency":"usd"}}},
        {"id":"pi_2","status":"succeeded","amount":1,"currency":"usd","metadata":{"reference":"INV-9"}}]})"));
    host_.network().answer(kBase, response(200, R"({"data":[]})"));
    host_.network().answer(kBase, response(404, R"({"error":{"code":"resource_missing"}})"));

    const auto record = provider_.lookup(context_, {"INV-1-1-X", ""});
    EXPECT_EQ(record->payment_id, "pi_1");
    EXPECT_EQ(record->status, sdk::PaymentStatus::partially_refunded);
    EXPECT_EQ(record->refunded, (sdk::Money{700, "USD"}));
    EXPECT_EQ(record->fee, (sdk::Money{103, "USD"}));
    EXPECT_EQ(provider_.lookup(context_, {"INV-1-1-Y", ""})->status, sdk::PaymentStatus::not_found);
    EXPECT_EQ(provider_.lookup(context_, {"", "pi_9"})->status, sdk::PaymentStatus::not_found);
}

TEST_F(StripeProviderTest, AClosedCheckoutStaysClosed) {
    host_.network().answer(kBase, response(400, R"({"error":{}})"));
    host_.network().answer(kBase, response(200, R"({"id":"cs_1","status":"expired"})"));
    host_.network().answer(kBase, response(400, R"({"error":{}})"));
    host_.network().answer(kBase, response(200, R"({"id":"cs_1","status":"complete"})"));

    EXPECT_TRUE(provider_.expire_checkout(context_, "cs_1")->is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(provider_.expire_checkout(context_, "cs_1")->code, "already_complete");
}

TEST_F(StripeProviderTest, AKeptMethodIsCompletedWithItsCard) {
    host_.network().answer(
        std::string(kBase) + "/v1/payment_methods/pm_1",
        response(
            200,
            R"({"id":"pm_1","type":"card","customer":"cus_1","card":{"brand":"visa","last4":"4242","exp_month":1,"exp_year":2031}})"));
    sdk::PaymentEvent event;
    event.trust = sdk::NoticeTrust::fully_signed;
    event.type = sdk::PaymentEventType::payment_method_saved;
    event.method.emplace();
    event.method->token = sdk::Secret{"pm_1"};

    const auto confirmation = provider_.confirm(context_, event);
    EXPECT_EQ(confirmation->verdict, sdk::PaymentConfirmation::Verdict::confirmed);
    EXPECT_EQ(confirmation->event.method->last4, "4242");
    // Without an answer it counts all the same.
    EXPECT_EQ(provider_.confirm(context_, event)->verdict, sdk::PaymentConfirmation::Verdict::confirmed);
}

TEST_F(StripeProviderTest, AKeyOfTheOtherModeIsToldApart) {
    host_.network().answer(kBase, response(200, R"({"object":"balance","livemode":true})"));
    host_.network().answer(kBase, response(200, R"({"object":"balance","livemode":false})"));
    host_.network().answer(kBase, response(401, R"({"error":{"message":"Invalid API Key provided: sk_test_1"}})"));
    host_.network().answer(kBase, response(503));

    EXPECT_EQ(provider_.health(context_).error().code, "payment.rejected");
    EXPECT_TRUE(provider_.health(context_));
    const auto refused = provider_.health(context_);
    EXPECT_EQ(refused.error().code, "payment.rejected");
    EXPECT_EQ(refused.error().message.find("sk_test_1"), std::string::npos);
    EXPECT_EQ(provider_.health(context_).error().code, "payment.transient");
}

}  // namespace
}  // namespace whatsflow::stripe
