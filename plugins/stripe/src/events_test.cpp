#include "notice_samples.hpp"

#include <gtest/gtest.h>

namespace whatsflow::stripe {
namespace {

using nlohmann::json;
using sdk::PaymentEventType;
using testing::event_about;

std::vector<sdk::PaymentEvent> events_in(const std::string& type, const json& object,
                                         const json& more = json::object()) {
    const auto events = read(testing::rules(), testing::signed_notice(event_about(type, object, more)));
    EXPECT_TRUE(events) << (events ? "" : events.error().message);
    return events ? *events : std::vector<sdk::PaymentEvent>{};
}

std::vector<PaymentEventType> types_of(const std::vector<sdk::PaymentEvent>& events) {
    std::vector<PaymentEventType> types;
    for (const auto& event : events) types.push_back(event.type);
    return types;
}

using Types = std::vector<PaymentEventType>;

json a_session() {
    return {{"id", "cs_1"},
            {"object", "checkout.session"},
            {"mode", "payment"},
            {"status", "complete"},
            {"payment_status", "paid"},
            {"client_reference_id", "INV-1-1-X"},
            {"amount_total", 2500},
            {"currency", "usd"},
            {"payment_intent", "pi_1"},
            {"customer", "cus_1"}};
}

TEST(StripeEvents, APaidCheckoutIsCompletedAndPaidFor) {
    const auto events = events_in("checkout.session.completed", a_session());

    ASSERT_EQ(types_of(events), (Types{PaymentEventType::checkout_completed, PaymentEventType::payment_succeeded}));
    EXPECT_EQ(events[1].payment_id, "pi_1");
    EXPECT_EQ(events[1].reference, "INV-1-1-X");
    EXPECT_EQ(events[1].customer_id, "cus_1");
    EXPECT_EQ(events[1].amount, (sdk::Money{2500, "USD"}));
    EXPECT_EQ(sdk::to_micros(events[1].occurred_at), (testing::kNow - 5) * 1'000'000);
    EXPECT_NE(events[0].event_id, events[1].event_id);
}

TEST(StripeEvents, ACompletedButUnpaidCheckoutWaits) {
    auto session = a_session();
    session["payment_status"] = "unpaid";

    EXPECT_EQ(types_of(events_in("checkout.session.completed", session)), (Types{PaymentEventType::checkout_pending}));
    EXPECT_EQ(types_of(events_in("checkout.session.async_payment_failed", session)),
              (Types{PaymentEventType::payment_failed}));
    EXPECT_EQ(types_of(events_in("checkout.session.async_payment_succeeded", session)),
              (Types{PaymentEventType::checkout_completed, PaymentEventType::payment_succeeded}));
    EXPECT_EQ(types_of(events_in("checkout.session.expired", session)), (Types{PaymentEventType::checkout_expired}));
}

TEST(StripeEvents, ASetupMovesNoMoney) {
    auto session = a_session();
    session["mode"] = "setup";
    session["payment_status"] = "no_payment_required";
    session["payment_intent"] = nullptr;

    EXPECT_EQ(types_of(events_in("checkout.session.completed", session)),
              (Types{PaymentEventType::checkout_completed}));
    const auto saved = events_in("setup_intent.succeeded", {{"id", "seti_1"},
                                                            {"payment_method", "pm_1"},
                                                            {"customer", "cus_1"},
                                                            {"metadata", {{"reference", "SET-1-X"}}}});
    ASSERT_EQ(types_of(saved), (Types{PaymentEventType::payment_method_saved}));
    EXPECT_EQ(saved[0].method->token.reveal(), "pm_1");
    EXPECT_EQ(saved[0].method->customer, "cus_1");
    EXPECT_EQ(saved[0].reference, "SET-1-X");
}

TEST(StripeEvents, APaymentThatKeepsItsMethodSaysSo) {
    json payment{{"id", "pi_1"},
                 {"amount", 2500},
                 {"amount_received", 2400},
                 {"currency", "lkr"},
                 {"customer", "cus_1"},
                 {"payment_method", "pm_1"},
                 {"metadata", {{"reference", "INV-1-1-X"}}}};

    EXPECT_EQ(types_of(events_in("payment_intent.succeeded", payment)), (Types{PaymentEventType::payment_succeeded}));
    payment["setup_future_usage"] = "off_session";
    const auto events = events_in("payment_intent.succeeded", payment);
    ASSERT_EQ(types_of(events), (Types{PaymentEventType::payment_succeeded, PaymentEventType::payment_method_saved}));
    EXPECT_EQ(events[0].amount, (sdk::Money{2400, "LKR"}));
    EXPECT_EQ(events[1].method->token.reveal(), "pm_1");
}

TEST(StripeEvents, ACardThatIsKeptWhilePayingIsReadInBothShapes) {
    const json charge{
        {"id", "ch_1"},
        {"payment_method", "pm_1"},
        {"payment_method_details",
         {{"type", "card"}, {"card", {{"brand", "visa"}, {"last4", "4242"}, {"exp_month", 4}, {"exp_year", 2031}}}}}};
    json payment{{"id", "pi_1"},           {"amount", 2500},           {"currency", "usd"},
                 {"customer", "cus_1"},    {"payment_method", "pm_1"}, {"setup_future_usage", "off_session"},
                 {"latest_charge", "ch_1"}};
    EXPECT_EQ(events_in("payment_intent.succeeded", payment).at(1).method->last4, "") << "the id alone says nothing";
    auto expanded = payment;
    expanded["latest_charge"] = charge;
    auto old = payment;
    old["charges"] = {{"object", "list"}, {"data", {charge}}};
    for (const auto& shape : {expanded, old}) {
        const auto saved = events_in("payment_intent.succeeded", shape).at(1);
        EXPECT_EQ(saved.method->brand, "visa");
        EXPECT_EQ(saved.method->last4, "4242");
        EXPECT_EQ(saved.method->exp_year, 2031);
        EXPECT_EQ(saved.method->customer, "cus_1");
        EXPECT_EQ(saved.method->token.reveal(), "pm_1");
    }
    // Of another card it says nothing.
    old["charges"]["data"][0]["payment_method"] = "pm_2";
    EXPECT_EQ(events_in("payment_intent.succeeded", old).at(1).method->last4, "");
}

TEST(StripeEvents, AFailureSaysWhetherItMayPass) {
    const auto soft =
        events_in("payment_intent.payment_failed",
                  {{"id", "pi_1"},
                   {"last_payment_error",
                    {{"code", "card_declined"}, {"decline_code", "insufficient_funds"}, {"message", "No."}}}});
    const auto hard = events_in(
        "payment_intent.payment_failed",
        {{"id", "pi_1"}, {"last_payment_error", {{"code", "card_declined"}, {"decline_code", "stolen_card"}}}});
    const auto bare = events_in("payment_intent.payment_failed", {{"id", "pi_1"}, {"last_payment_error", 7}});

    EXPECT_EQ(soft.at(0).decline, sdk::Decline::soft);
    EXPECT_EQ(soft.at(0).code, "insufficient_funds");
    EXPECT_EQ(soft.at(0).message, "No.");
    EXPECT_EQ(hard.at(0).decline, sdk::Decline::hard);
    EXPECT_EQ(bare.at(0).code, "declined");
}

TEST(StripeEvents, AnAmountThatMakesNoSenseIsNone) {
    for (const auto& amount : {json("2500"), json(25.5), json(nullptr), json(18446744073709551615ULL)})
        EXPECT_FALSE(events_in("payment_intent.succeeded", {{"id", "pi_1"}, {"amount", amount}, {"currency", "usd"}})
                         .at(0)
                         .amount);
    for (const auto& currency : {json("us$"), json("usdx"), json(""), json(7), json("isk")})
        EXPECT_FALSE(events_in("payment_intent.succeeded", {{"id", "pi_1"}, {"amount", 1}, {"currency", currency}})
                         .at(0)
                         .amount);
    EXPECT_EQ(
        events_in("payment_intent.succeeded", {{"id", "pi_1"}, {"amount", 500}, {"currency", "jpy"}}).at(0).amount,
        (sdk::Money{500, "JPY"}));
}

TEST(StripeEvents, RefundsAreReadInBothShapes) {
    json refund{{"id", "re_1"},     {"amount", 700},      {"currency", "usd"}, {"payment_intent", "pi_1"},
                {"charge", "ch_1"}, {"status", "pending"}};

    EXPECT_EQ(types_of(events_in("refund.created", refund)), (Types{PaymentEventType::refund_pending}));
    refund["status"] = "succeeded";
    const auto done = events_in("charge.refund.updated", refund);
    ASSERT_EQ(types_of(done), (Types{PaymentEventType::refund_succeeded}));
    EXPECT_EQ(done[0].payment_id, "pi_1");
    EXPECT_EQ(done[0].refund_id, "re_1");
    refund["failure_reason"] = "lost_or_stolen_card";
    refund["status"] = "failed";
    const auto failed = events_in("refund.failed", refund);
    ASSERT_EQ(types_of(failed), (Types{PaymentEventType::refund_failed}));
    EXPECT_EQ(failed[0].code, "lost_or_stolen_card");

    refund.erase("status");
    const json charge{
        {"id", "ch_1"}, {"payment_intent", nullptr}, {"refunds", {{"data", json::array({refund, refund})}}}};
    EXPECT_EQ(events_in("charge.refunded", charge).size(), 2u);
    EXPECT_TRUE(events_in("charge.refunded", {{"id", "ch_1"}, {"amount_refunded", 700}}).empty());
}

TEST(StripeEvents, DisputesAreOpenedAndClosed) {
    json dispute{{"id", "du_1"},      {"payment_intent", "pi_1"}, {"charge", "ch_1"},          {"amount", 2500},
                 {"currency", "usd"}, {"reason", "fraudulent"},   {"status", "needs_response"}};

    const auto opened = events_in("charge.dispute.created", dispute);
    ASSERT_EQ(types_of(opened), (Types{PaymentEventType::dispute_opened}));
    EXPECT_EQ(opened[0].payment_id, "pi_1");
    EXPECT_EQ(opened[0].dispute_id, "du_1");
    dispute["status"] = "lost";
    EXPECT_EQ(events_in("charge.dispute.closed", dispute).at(0).dispute, sdk::DisputeResult::lost);
    dispute["status"] = "won";
    EXPECT_EQ(events_in("charge.dispute.closed", dispute).at(0).dispute, sdk::DisputeResult::won);
    EXPECT_TRUE(events_in("charge.dispute.updated", dispute).empty());
}

TEST(StripeEvents, AnInvoiceIsReadInTheOldShapeAndInTheNew) {
    const json before{{"id", "in_1"},
                      {"billing_reason", "subscription_cycle"},
                      {"subscription", "sub_1"},
                      {"payment_intent", "pi_1"},
                      {"amount_paid", 2900},
                      {"currency", "usd"},
                      {"subscription_details", {{"metadata", {{"reference", "SUB-1"}}}}}};
    const json after{
        {"id", "in_1"},
        {"billing_reason", "subscription_cycle"},
        {"amount_paid", 2900},
        {"currency", "usd"},
        {"parent", {{"subscription_details", {{"subscription", "sub_1"}, {"metadata", {{"reference", "SUB-1"}}}}}}},
        {"payments", {{"data", json::array({{{"payment", {{"payment_intent", "pi_1"}}}}})}}}};

    for (const auto& invoice : {before, after}) {
        const auto events = events_in("invoice.paid", invoice);
        ASSERT_EQ(types_of(events),
                  (Types{PaymentEventType::payment_succeeded, PaymentEventType::subscription_renewed}));
        EXPECT_EQ(events[0].payment_id, "pi_1");
        EXPECT_EQ(events[1].subscription_id, "sub_1");
        EXPECT_EQ(events[1].reference, "SUB-1");
        EXPECT_EQ(events[1].amount, (sdk::Money{2900, "USD"}));
    }
    auto bare = after;
    bare.erase("payments");
    EXPECT_EQ(types_of(events_in("invoice.paid", bare)), (Types{PaymentEventType::subscription_renewed}));
    EXPECT_EQ(
        events_in(
            "invoice_payment.paid",
            {{"id", "inpay_1"}, {"amount_paid", 2900}, {"currency", "usd"}, {"payment", {{"payment_intent", "pi_1"}}}})
            .at(0)
            .payment_id,
        "pi_1");
}

TEST(StripeEvents, TheEndOfAPeriodIsReadInBothShapes) {
    const json before{{"id", "sub_1"}, {"status", "active"}, {"current_period_end", 1800000000}};
    const json after{{"id", "sub_1"},
                     {"status", "active"},
                     {"items", {{"data", json::array({{{"current_period_end", 1800000000}}})}}}};

    for (const auto& subscription : {before, after})
        EXPECT_EQ(events_in("customer.subscription.updated", subscription).at(0).next_charge_at,
                  sdk::from_micros(1800000000LL * 1'000'000));
    EXPECT_EQ(types_of(events_in("customer.subscription.deleted", before)),
              (Types{PaymentEventType::subscription_canceled}));
    EXPECT_TRUE(events_in("customer.subscription.updated", {{"id", "sub_1"}, {"status", "incomplete"}}).empty());
}

TEST(StripeEvents, AMethodSaysWhatItIs) {
    const json card{
        {"id", "pm_1"},
        {"type", "card"},
        {"customer", "cus_1"},
        {"card",
         {{"brand", "visa"}, {"fingerprint", "fp_1"}, {"last4", "4242"}, {"exp_month", 12}, {"exp_year", 2030}}}};
    const auto attached = events_in("payment_method.attached", card).at(0);

    EXPECT_EQ(attached.type, PaymentEventType::payment_method_saved);
    EXPECT_EQ(attached.method->brand, "visa");
    EXPECT_EQ(attached.method->last4, "4242");
    EXPECT_EQ(attached.method->fingerprint, "fp_1");
    EXPECT_EQ(attached.method->exp_month, 12);
    EXPECT_EQ(attached.method->exp_year, 2030);
    EXPECT_EQ(events_in("payment_method.automatically_updated", card).at(0).type,
              PaymentEventType::payment_method_updated);
    auto gone = card;
    gone["customer"] = nullptr;
    const auto removed =
        events_in("payment_method.detached", gone, {{"data", {{"previous_attributes", {{"customer", "cus_1"}}}}}})
            .at(0);
    EXPECT_EQ(removed.type, PaymentEventType::payment_method_removed);
    EXPECT_EQ(removed.customer_id, "cus_1");
}

TEST(StripeEvents, NothingOfTheWrongTypeIsRead) {
    const json odd{{"id", 7},
                   {"object", json::array()},
                   {"amount", json::object()},
                   {"currency", 1},
                   {"customer", 3.5},
                   {"metadata", "x"},
                   {"payment_intent", json::array()},
                   {"status", false},
                   {"refunds", 7},
                   {"items", "x"},
                   {"card", json::array()},
                   {"payment", 1},
                   {"parent", 2},
                   {"last_payment_error", json::array()}};
    for (const char* type : {"checkout.session.completed", "payment_intent.succeeded", "payment_intent.payment_failed",
                             "setup_intent.succeeded", "payment_method.attached", "payment_method.detached",
                             "refund.created", "charge.refunded", "charge.dispute.created", "charge.dispute.closed",
                             "invoice.paid", "invoice.payment_failed", "invoice_payment.paid",
                             "customer.subscription.updated", "customer.subscription.deleted"})
        for (const auto& event : events_in(type, odd)) {
            EXPECT_TRUE(event.payment_id.empty()) << type;
            EXPECT_TRUE(event.reference.empty()) << type;
            EXPECT_FALSE(event.amount) << type;
        }
}

}  // namespace
}  // namespace whatsflow::stripe
