#include "provider.hpp"
#include "notice_samples.hpp"

#include <test_database.hpp>

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::payhere {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using sdk::PaymentEventType;
using sdk::PaymentOutcomeClass;
using sdk::testing::response;
using Verdict = sdk::PaymentConfirmation::Verdict;

const std::string kBase = "https://sandbox.payhere.test";

class PayHereProviderTest : public ::testing::Test {
protected:
    PayHereProviderTest() { give_token(); }

    static FormSettings forms() {
        FormSettings settings;
        settings.base = kBase;
        settings.merchant = testing::a_merchant();
        settings.contact_phone = "0000000000";
        settings.keep_amount_lkr = "10.00";
        settings.keep_amount_other = "1.01";
        settings.most_per_payment_lkr = 50'000;
        return settings;
    }

    static sdk::CheckoutRequest a_checkout() {
        sdk::CheckoutRequest request;
        request.reference = "INV-1001";
        request.idempotency_key = "k";
        request.amount = {100'000, "LKR"};
        request.description = "Invoice <1001> 🎉";
        request.customer.email = "nimal@example.com";
        request.customer.first_name = "Nimal";
        request.return_url = "https://app.test/billing";
        request.cancel_url = "https://app.test/billing?canceled";
        request.notify_url = "https://api.test/webhooks/payhere";
        return request;
    }

    static sdk::ChargeRequest a_charge() {
        sdk::ChargeRequest request;
        request.reference = "INV-2-1-X";
        request.idempotency_key = "INV-2-1";
        request.amount = {7910, "LKR"};
        request.method.token = sdk::Secret{"59AFEE022CC69CA3"};
        return request;
    }

    void give_token(const char* token = "at_1", int seconds = 599) {
        host_.network().answer(kBase + "/merchant/v1/oauth/token",
                               response(200, json{{"access_token", token}, {"expires_in", seconds}}.dump()));
    }
    void answer(const std::string& path, const json& body, int status = 200) {
        host_.network().answer(kBase + "/merchant/v1/" + path, response(status, body.dump()));
    }
    static json a_payment(const std::string& id, const std::string& order, double amount,
                          const char* status = "RECEIVED") {
        return {{"payment_id", std::stoll(id)},
                {"order_id", order},
                {"amount", amount},
                {"currency", "LKR"},
                {"status", status},
                {"date", "2026-03-10 13:29:00"}};
    }
    static std::string field(const sdk::CheckoutPage& page, const std::string& name) {
        for (const auto& [key, value] : page.form->fields)
            if (key == name) return value;
        return "(none)";
    }
    sdk::PaymentEvent event_of(const testing::Form& changes, std::size_t index) {
        auto events = provider_.read_notice(testing::signed_notice(changes));
        return events->at(index);
    }
    std::size_t sent_to(const std::string& path) {
        std::size_t count = 0;
        for (const auto& request : host_.network().requests())
            count += request.url.starts_with(kBase + "/merchant/v1/" + path) ? 1 : 0;
        return count;
    }

    sdk::testing::FakeHost host_{"payhere"};
    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"payhere"});
    PayHereApi api_{host_.https(), host_.clock(), host_.log(), kBase,
                    AppCredentials{"4OVxAppId", sdk::Secret{"8n4VAppSecret"}}};
    Attempts attempts_{*database_, host_.clock()};
    Provider provider_{forms(), false, api_, attempts_, host_.clock()};
    sdk::CallContext context_ = sdk::testing::a_context();
};

TEST_F(PayHereProviderTest, ACheckoutIsAFormWithItsHash) {
    const auto page = provider_.create_checkout(context_, a_checkout());

    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->form->action, kBase + "/pay/checkout");
    EXPECT_EQ(field(*page, "hash"), "47E57D9C6AF5E2343533FB92D6F67DA6");
    EXPECT_EQ(field(*page, "amount"), "1000.00");
    EXPECT_EQ(field(*page, "items"), "Invoice 1001 ");
    EXPECT_EQ(field(*page, "notify_url"), "https://api.test/webhooks/payhere");
    for (const auto& [name, value] : page->form->fields) EXPECT_FALSE(value.empty()) << name;
    EXPECT_TRUE(host_.network().requests().empty());
}

TEST_F(PayHereProviderTest, RenewalsAndKeptCardsHaveTheirForms) {
    auto request = a_checkout();
    request.recurrence = sdk::ProviderRecurrence{sdk::ProviderRecurrence::Interval::month, 3, 4};
    auto page = provider_.create_checkout(context_, request);
    EXPECT_EQ(field(*page, "recurrence"), "3 Month");
    EXPECT_EQ(field(*page, "duration"), "12 Month");
    EXPECT_EQ(field(*page, "hash"), "47E57D9C6AF5E2343533FB92D6F67DA6");
    request.recurrence->instalments.reset();
    EXPECT_EQ(field(*provider_.create_checkout(context_, request), "duration"), "Forever");
    request.recurrence->interval = sdk::ProviderRecurrence::Interval::day;
    EXPECT_EQ(provider_.create_checkout(context_, request).error().code, "payment.rejected");

    request = a_checkout();
    request.reference = "PRE-1";
    page = provider_.create_setup(context_, request);
    EXPECT_EQ(page->form->action, kBase + "/pay/preapprove");
    EXPECT_EQ(field(*page, "hash"), "1408453E98B783AEBBC2D268488BB4D8");
    EXPECT_EQ(field(*page, "amount"), "(none)");
    request.reference = "PRE-2";
    request.amount.currency = "USD";
    EXPECT_EQ(field(*provider_.create_setup(context_, request), "hash"), "A884C3489A38C59547CD17776CB1339B");
    request.save_method = true;
    page = provider_.create_checkout(context_, request);
    EXPECT_EQ(page->form->action, kBase + "/pay/preapprove");
    EXPECT_EQ(field(*page, "custom_1"), kPaysAndKeeps);
}

TEST_F(PayHereProviderTest, WhatPayHereWouldRefuseMakesNoForm) {
    const auto code = [&](auto change) {
        auto request = a_checkout();
        change(request);
        const auto page = provider_.create_checkout(context_, request);
        return page ? std::string("a form") : page.error().code;
    };
    EXPECT_EQ(code([](auto& r) { r.amount.currency = "JPY"; }), "payment.rejected");
    EXPECT_EQ(code([](auto& r) { r.amount.currency = "LKR2"; }), "payment.rejected");
    EXPECT_EQ(code([](auto& r) { r.amount.minor = 99; }), "payment.rejected");
    EXPECT_EQ(code([](auto& r) { r.amount.minor = 5'000'001; }), "payment.rejected");
    EXPECT_EQ(code([](auto& r) { r.customer.email = "nobody"; }), "payment.rejected");
    EXPECT_EQ(code([](auto& r) { r.reference.clear(); }), "payment.rejected");
    EXPECT_EQ(code([](auto&) {}), "a form");
}

TEST_F(PayHereProviderTest, ATokenIsKeptRenewedAndReplaced) {
    answer("payment/search", {{"status", -1}, {"msg", "No payments found"}});
    answer("payment/search", {{"status", -1}, {"msg", "No payments found"}});
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(provider_.lookup(context_, {"INV-1-X", ""})->status, sdk::PaymentStatus::not_found);
    EXPECT_EQ(sent_to("oauth/token"), 1u);
    EXPECT_EQ(host_.network().requests().front().headers.find("Authorization"),
              "Basic NE9WeEFwcElkOjhuNFZBcHBTZWNyZXQ=");

    // A minute before its end a new one is got; one that is refused meanwhile is replaced once.
    host_.time().advance(540s);
    give_token("at_2");
    answer("payment/search", {{"error", "invalid_token"}}, 401);
    give_token("at_3");
    answer("payment/search", {{"status", 1}, {"data", json::array({a_payment("320025071234", "INV-1-X", 79.1)})}});
    const auto record = provider_.lookup(context_, {"INV-1-X", ""});
    EXPECT_EQ(record->payment_id, "320025071234");
    EXPECT_EQ(record->amount, (sdk::Money{7910, "LKR"}));
    EXPECT_EQ(sdk::to_rfc3339(record->created_at), "2026-03-10T07:59:00.000000Z");
    EXPECT_EQ(sent_to("oauth/token"), 3u);
    EXPECT_EQ(host_.network().requests().back().headers.find("Authorization"), "Bearer at_3");
}

TEST_F(PayHereProviderTest, ACardIsChargedOnceForAKey) {
    answer("payment/charge", {{"status", 1},
                              {"msg", "ok"},
                              {"data",
                               {{"payment_id", 320025071278},
                                {"status_code", 2},
                                {"order_id", "INV-2-1-X"},
                                {"amount", 79.1},
                                {"currency", "LKR"}}}});

    const auto first = provider_.charge(context_, a_charge());
    const auto second = provider_.charge(context_, a_charge());

    EXPECT_TRUE(first->is(PaymentOutcomeClass::succeeded));
    EXPECT_TRUE(second->is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(second->id, "320025071278");
    EXPECT_EQ(sent_to("payment/charge"), 1u);
    const auto body = json::parse(host_.network().requests().at(1).body);
    EXPECT_EQ(body["amount"].dump(), "79.1");
    EXPECT_EQ(body["order_id"], "INV-2-1-X");
    EXPECT_FALSE(host_.logged().mentions("59AFEE022CC69CA3"));
}

TEST_F(PayHereProviderTest, ADoubtIsLookedUpAndNeverSentAgain) {
    host_.network().fail(kBase + "/merchant/v1/payment/charge", sdk::fail("net.unknown", "timed out"));
    answer("payment/search", {{"status", -1}, {"msg", "No payments found"}});
    EXPECT_TRUE(provider_.charge(context_, a_charge())->is(PaymentOutcomeClass::unknown));
    answer("payment/search", {{"status", 1}, {"data", json::array({a_payment("320025071278", "INV-2-1-X", 79.1)})}});
    const auto found = provider_.charge(context_, a_charge());
    EXPECT_TRUE(found->is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(found->id, "320025071278");
    EXPECT_TRUE(provider_.charge(context_, a_charge())->is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(sent_to("payment/charge"), 1u);
}

TEST_F(PayHereProviderTest, WhatNeverLeftMayBeTriedAgain) {
    host_.network().fail(kBase + "/merchant/v1/payment/charge", sdk::fail("net.not_sent", "refused"));
    EXPECT_TRUE(provider_.charge(context_, a_charge())->is(PaymentOutcomeClass::transient));
    answer("payment/charge", {{"status", 1}, {"data", {{"payment_id", 1}, {"status_code", "2"}}}});
    EXPECT_TRUE(provider_.charge(context_, a_charge())->is(PaymentOutcomeClass::succeeded));
}

TEST_F(PayHereProviderTest, EveryAnswerOfAChargeHasItsClass) {
    struct Case {
        const char* name;
        sdk::Result<sdk::IncomingResponse> answer;
        PaymentOutcomeClass expected;
    };
    const auto ok = [](const json& body, int status = 200) {
        return sdk::Result<sdk::IncomingResponse>(response(status, body.dump()));
    };
    const std::vector<Case> cases{
        {"pending", ok({{"status", 1}, {"data", {{"status_code", 0}}}}), PaymentOutcomeClass::pending},
        {"declined", ok({{"status", 1}, {"data", {{"status_code", -2}}}}), PaymentOutcomeClass::declined},
        {"declined outside", ok({{"status", -2}, {"msg", "no"}}), PaymentOutcomeClass::declined},
        {"refused", ok({{"status", -1}, {"msg", "no"}}), PaymentOutcomeClass::rejected},
        {"forbidden", ok({{"msg", "access denied"}}, 403), PaymentOutcomeClass::rejected},
        {"undecided", ok({{"status", 0}}), PaymentOutcomeClass::unknown},
        {"too many", ok(json::object(), 429), PaymentOutcomeClass::transient},
        {"fault", ok(json::object(), 500), PaymentOutcomeClass::unknown},
        {"cut", sdk::Result<sdk::IncomingResponse>(response(200, R"({"status":1,"data":{"payment)")),
         PaymentOutcomeClass::unknown},
        {"a page", sdk::Result<sdk::IncomingResponse>(response(200, "<html>PH-0022</html>")),
         PaymentOutcomeClass::unknown},
        {"another order", ok({{"status", 1}, {"data", {{"payment_id", 1}, {"status_code", 2}, {"order_id", "INV-9"}}}}),
         PaymentOutcomeClass::unknown},
        {"another amount", ok({{"status", 1}, {"data", {{"payment_id", 1}, {"status_code", 2}, {"amount", 1}}}}),
         PaymentOutcomeClass::unknown},
        {"no id", ok({{"status", 1}, {"data", {{"status_code", 2}}}}), PaymentOutcomeClass::unknown},
    };
    int number = 0;
    for (const auto& one : cases) {
        host_.network().clear();
        give_token();
        host_.network().answer_always([&](const auto&, const sdk::OutgoingRequest& request) {
            if (request.url.find("oauth") != std::string::npos)
                return sdk::Result<sdk::IncomingResponse>(response(200, R"({"access_token":"a","expires_in":599})"));
            if (request.url.find("search") != std::string::npos)
                return sdk::Result<sdk::IncomingResponse>(response(200, R"({"status":-1,"msg":"No payments found"})"));
            return one.answer;
        });
        auto charge = a_charge();
        charge.idempotency_key = "case-" + std::to_string(++number);
        EXPECT_EQ(sdk::to_text(provider_.charge(context_, charge)->outcome), sdk::to_text(one.expected)) << one.name;
    }
}

TEST_F(PayHereProviderTest, ARefundIsSentOnce) {
    answer("payment/refund", {{"status", 1}, {"data", 3200123}});
    const sdk::RefundRequest request{"r-1", "320025071278", {7910, "LKR"}, ""};
    EXPECT_EQ(provider_.refund(context_, request)->id, "3200123");
    EXPECT_TRUE(provider_.refund(context_, request)->is(PaymentOutcomeClass::pending));
    EXPECT_EQ(sent_to("payment/refund"), 1u);
    EXPECT_EQ(json::parse(host_.network().requests().back().body)["description"], "Refund");
}

TEST_F(PayHereProviderTest, APaidNoticeIsBelievedWhenPayHereListsThePayment) {
    answer("payment/search", {{"status", 1}, {"data", json::array({a_payment("320025071234", "INV-1001", 1000)})}});
    const auto confirmed = provider_.confirm(context_, event_of({}, 1));
    EXPECT_EQ(confirmed->verdict, Verdict::confirmed) << confirmed->message;

    answer("payment/search", {{"status", 1}, {"data", json::array({a_payment("320025071234", "INV-1001", 10)})}});
    EXPECT_EQ(provider_.confirm(context_, event_of({}, 1))->verdict, Verdict::contradicted);
    answer("payment/search", {{"status", -1}, {"msg", "No payments found"}});
    EXPECT_EQ(provider_.confirm(context_, event_of({}, 1))->verdict, Verdict::not_yet);
    auto old = event_of({}, 1);
    old.occurred_at -= 3h;
    answer("payment/search", {{"status", -1}, {"msg", "No payments found"}});
    EXPECT_EQ(provider_.confirm(context_, old)->verdict, Verdict::contradicted);
    EXPECT_EQ(provider_.confirm(context_, event_of({}, 1))->verdict, Verdict::not_yet);
}

TEST_F(PayHereProviderTest, AReplayedRenewalIsContradicted) {
    // The signature of the first instalment, sent again with another payment.
    const testing::Form forged{{"payment_id", "320025079999"},
                               {"subscription_id", "420075032251"},
                               {"message_type", "RECURRING_INSTALLMENT_SUCCESS"},
                               {"item_rec_install_paid", "2"}};
    auto event = event_of(forged, 0);
    event.occurred_at -= 3h;
    answer("subscription/420075032251/payments",
           {{"status", 1}, {"data", json::array({a_payment("320025071234", "INV-1001", 1000)})}});
    EXPECT_EQ(provider_.confirm(context_, event)->verdict, Verdict::contradicted);
    // A payment that was made, but of another order.
    answer("subscription/420075032251/payments",
           {{"status", 1}, {"data", json::array({a_payment("320025079999", "INV-1002", 1000)})}});
    EXPECT_EQ(provider_.confirm(context_, event)->verdict, Verdict::contradicted);
    answer("subscription/420075032251/payments",
           {{"status", 1}, {"data", json::array({a_payment("320025079999", "INV-1001", 1000)})}});
    EXPECT_EQ(provider_.confirm(context_, event)->verdict, Verdict::confirmed);
}

TEST_F(PayHereProviderTest, TheEndOfRenewalsIsAskedFor) {
    const testing::Form stopped{
        {"subscription_id", "420075032251"}, {"status_code", "-2"}, {"message_type", "RECURRING_STOPPED"}};
    const auto list = [](const char* status) {
        return json{{"status", 1}, {"data", json::array({{{"subscription_id", 420075032251}, {"status", status}}})}};
    };
    answer("subscription", list("ACTIVE"));
    EXPECT_EQ(provider_.confirm(context_, event_of(stopped, 0))->verdict, Verdict::not_yet);
    answer("subscription", list("FAILED"));
    EXPECT_EQ(provider_.confirm(context_, event_of(stopped, 0))->verdict, Verdict::confirmed);

    answer("subscription/cancel", {{"status", -1}, {"msg", "Cannot cancel"}});
    answer("subscription", list("CANCELLED"));
    EXPECT_TRUE(provider_.cancel_subscription(context_, "420075032251")->is(PaymentOutcomeClass::succeeded));
    answer("subscription/cancel", {{"status", -1}, {"msg", "Cannot cancel"}});
    answer("subscription", list("ACTIVE"));
    EXPECT_TRUE(provider_.cancel_subscription(context_, "420075032251")->is(PaymentOutcomeClass::rejected));
    answer("subscription/retry", {{"status", 1}, {"data", nullptr}});
    EXPECT_TRUE(provider_.retry_subscription(context_, "420075032251")->is(PaymentOutcomeClass::pending));
}

TEST_F(PayHereProviderTest, AFailureIsDoubtedWhenTheOrderWasPaid) {
    answer("payment/search", {{"status", 1}, {"data", json::array({a_payment("320025071234", "INV-1001", 1000)})}});
    EXPECT_EQ(provider_.confirm(context_, event_of({{"status_code", "-2"}}, 0))->verdict, Verdict::contradicted);
    answer("payment/search", {{"status", -1}, {"msg", "No payments found"}});
    EXPECT_EQ(provider_.confirm(context_, event_of({{"status_code", "-2"}}, 0))->verdict, Verdict::confirmed);
}

TEST_F(PayHereProviderTest, WithoutAnApiKeyOnlySinglePaymentsCount) {
    PayHereApi bare{host_.https(), host_.clock(), host_.log(), kBase, AppCredentials{}};
    Provider provider{forms(), false, bare, attempts_, host_.clock()};

    EXPECT_EQ(provider.confirm(context_, event_of({}, 1))->verdict, Verdict::confirmed);
    EXPECT_EQ(provider.confirm(context_, event_of({{"subscription_id", "42"}}, 0))->verdict, Verdict::not_yet);
    EXPECT_FALSE(provider.describe()->capabilities.has(sdk::PaymentCapability::charge_saved_method));
    EXPECT_TRUE(provider_.describe()->capabilities.has(sdk::PaymentCapability::charge_saved_method));
    EXPECT_TRUE(host_.network().requests().empty());
}

}  // namespace
}  // namespace whatsflow::payhere
