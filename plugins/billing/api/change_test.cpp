// Change and cancel by program: the commands of the customer's pages, once per key.
#include "running/billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

using nlohmann::json;
using sdk::Method;

class ByProgram : public testing::Billing {
protected:
    sdk::Response post(const std::string& what, const json& body = nullptr, const std::string& key = {}) {
        return call(Method::post, "/v1/subscription/" + what, body, key);
    }
    json subscription() { return said(call(Method::get, "/v1/subscription")); }
    void sell_devices() {
        AddOn device;
        device.code = device.name = "device";
        device.prices = {{"USD", {IntervalUnit::month, 1}, {{1, 900, LocalDate::of(2020, 1, 1), std::nullopt}}}};
        ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), device, {}));
        plugin_.forget_what_is_known();
    }
    void be_on(LocalDate day) { host_.time().set(start_of_day(day, "UTC")); }
};

TEST_F(ByProgram, AnUpgradeCostsWhatItsPreviewSaidAndIsDoneOnceForItsKey) {
    subscribe_and_pay();
    be_on(LocalDate::of(2026, 3, 20));
    const json wish{{"plan", "professional"}};
    const auto shown = said(post("preview", wish));
    EXPECT_GT(shown["due_now"], 0);
    EXPECT_EQ(count("billing_invoices"), 1) << "a preview changes nothing";
    EXPECT_EQ(subscription()["plan"], "starter");
    ASSERT_TRUE(shown["next_renewal"].is_object());
    EXPECT_EQ(shown["invoices"][0]["lines"][0]["type"], "proration_credit");

    const auto done = post("change", wish, "up-1");
    ASSERT_EQ(done.status(), 200) << said(done).dump();
    EXPECT_EQ(said(done)["invoice"]["total"], shown["due_now"]);
    EXPECT_EQ(said(done)["invoice"]["status"], "paid");
    EXPECT_EQ(said(done)["subscription"]["plan"], "professional");
    const auto again = post("change", wish, "up-1");
    EXPECT_EQ(again.status(), 200);
    EXPECT_EQ(said(again), said(done));
    EXPECT_EQ(bank_.calls, 1);
    EXPECT_EQ(post("change", {{"plan", "starter"}}, "up-1").status(), 422);
    EXPECT_EQ(post("cancel", nullptr, "up-1").status(), 422) << "a key is for one request, whatever its address";
    EXPECT_EQ(said(post("change", wish))["code"], "billing.no_change");
    EXPECT_EQ(post("change", wish).status(), 409);
}

TEST_F(ByProgram, AnotherPlanKeepsTheIntervalThereIsUnlessOneIsGiven) {
    const auto made = call(Method::post, "/v1/subscription",
                           {{"plan", "starter"}, {"interval", "year"}, {"provider", "bank"}, {"trial", false}});
    ASSERT_EQ(made.status(), 201) << said(made).dump();
    ASSERT_EQ(notify({{"id", "y1"},
                      {"type", "paid"},
                      {"reference", bank_.pages.back()},
                      {"amount", said(made)["invoice"]["total"]}}),
              200);
    jobs();
    ASSERT_EQ(post("change", {{"plan", "professional"}}).status(), 200);
    EXPECT_EQ(subscription()["plan"], "professional");
    EXPECT_EQ(subscription()["interval"], "year");
    EXPECT_EQ(subscription()["period_end"], "2027-03-10");
}

TEST_F(ByProgram, ADowngradeWaitsForTheEndOfThePeriodAndCanBeWithdrawn) {
    subscribe_and_pay();
    ASSERT_EQ(post("change", {{"plan", "professional"}}).status(), 200);
    const auto down = post("change", {{"plan", "starter"}});
    ASSERT_EQ(down.status(), 200) << said(down).dump();
    EXPECT_TRUE(said(down)["invoice"].is_null());
    EXPECT_EQ(said(down)["subscription"]["plan"], "professional");
    EXPECT_EQ(said(down)["subscription"]["scheduled"]["plan"], "starter");
    EXPECT_EQ(said(down)["subscription"]["scheduled"]["on"], "2026-04-10");
    ASSERT_EQ(post("change", {{"plan", "professional"}}).status(), 200);
    EXPECT_TRUE(subscription()["scheduled"].is_null());
}

TEST_F(ByProgram, WithoutAMethodAChangeLeadsToAPageAndTakesEffectWhenItIsPaid) {
    ASSERT_EQ(call(Method::post, "/v1/subscription",
                   {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                  .status(),
              201);
    ASSERT_EQ(notify({{"id", "e1"},
                      {"type", "paid"},
                      {"reference", bank_.pages.back()},
                      {"amount", 2900},
                      {"keeps_method", false}}),
              200);
    jobs();
    const auto asked = post("change", {{"plan", "professional"}, {"provider", "bank"}});
    ASSERT_EQ(asked.status(), 200) << said(asked).dump();
    EXPECT_EQ(said(asked)["checkout"]["provider"], "bank");
    EXPECT_EQ(said(asked)["subscription"]["plan"], "starter");
    ASSERT_EQ(notify({{"id", "e2"},
                      {"type", "paid"},
                      {"reference", bank_.pages.back()},
                      {"amount", said(asked)["invoice"]["total"]}}),
              200);
    jobs();
    EXPECT_EQ(subscription()["plan"], "professional");
}

TEST_F(ByProgram, AddOnsAreSoManyInAllAndFewerAtTheEnd) {
    sell_devices();
    subscribe_and_pay();
    const auto three = post("change", {{"add_on", "device"}, {"quantity", 3}});
    ASSERT_EQ(three.status(), 200) << said(three).dump();
    EXPECT_EQ(said(three)["invoice"]["total"], 2700);
    EXPECT_EQ(post("change", {{"add_on", "device"}, {"quantity", 3}}).status(), 409) << "there are three already";
    ASSERT_EQ(post("change", {{"add_on", "device"}, {"quantity", 1}}).status(), 200);
    EXPECT_EQ(subscription()["items"][1]["quantity"], 3);
    EXPECT_EQ(subscription()["items"][1]["next_quantity"], 1);
    ASSERT_EQ(post("change", {{"add_on", "device"}, {"quantity", 3}}).status(), 200) << "which takes it back";
    EXPECT_TRUE(subscription()["items"][1]["next_quantity"].is_null());
    EXPECT_EQ(said(post("change", {{"add_on", "cars"}, {"quantity", 1}}))["code"], "billing.unknown_add_on");
    EXPECT_EQ(count("billing_invoices"), 2);
}

TEST_F(ByProgram, AQuantityCountsAtOnce) {
    subscribe_and_pay();
    const auto two = post("change", {{"quantity", 2}});
    ASSERT_EQ(two.status(), 200) << said(two).dump();
    EXPECT_EQ(said(two)["invoice"]["total"], 2900);
    EXPECT_EQ(subscription()["quantity"], 2);
}

TEST_F(ByProgram, ACancellationWaitsCanBeWithdrawnAndIsWrittenDownWithItsReason) {
    subscribe_and_pay();
    EXPECT_EQ(post("cancel", {{"when", "now"}}).status(), 422);
    EXPECT_EQ(post("cancel", {{"reason", "rain"}}).status(), 422);
    const auto done = post("cancel", {{"reason", "not_used"}, {"comment", "too quiet"}}, "c1");
    ASSERT_EQ(done.status(), 200) << said(done).dump();
    EXPECT_EQ(said(done)["subscription"]["cancel_at"], "2026-04-10");
    EXPECT_EQ(said(done)["subscription"]["status"], "active");
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "not_used: too quiet");
    ASSERT_EQ(post("uncancel").status(), 200);
    EXPECT_TRUE(subscription()["cancel_at"].is_null());
    EXPECT_EQ(said(post("cancel", {{"reason", "not_used"}, {"comment", "too quiet"}}, "c1")), said(done))
        << "the same key is the same answer, and cancels nothing again";
    EXPECT_TRUE(subscription()["cancel_at"].is_null());
}

TEST_F(ByProgram, WhyACustomerLeavesIsToldWithTheEnd) {
    const auto reason_of = [&](const char* type) {
        std::string last = "not told";
        const auto all = host_.facilities().outbox.all();
        for (const auto& event : all)
            if (event.type.text() == type) last = event.json().value("reason", "");
        return last;
    };
    subscribe_and_pay();
    ASSERT_EQ(post("cancel", {{"reason", "not_used"}}, "c1").status(), 200);
    EXPECT_EQ(reason_of("billing.cancellation_scheduled/1"), "not_used");
    ASSERT_EQ(post("uncancel").status(), 200);
    ASSERT_EQ(post("cancel", nullptr, "c2").status(), 200);
    EXPECT_EQ(reason_of("billing.cancellation_scheduled/1"), "") << "what was withdrawn is no reason";
    ASSERT_EQ(post("uncancel").status(), 200);
    ASSERT_EQ(post("cancel", {{"reason", "trouble"}}, "c3").status(), 200);
    be_on(LocalDate::of(2026, 4, 11));
    jobs();
    EXPECT_EQ(reason_of("billing.subscription_canceled/1"), "trouble") << "a month later";
}

TEST_F(ByProgram, APauseWaitsAndIsWithdrawn) {
    subscribe_and_pay();
    ASSERT_EQ(post("pause").status(), 200);
    EXPECT_EQ(subscription()["pause_at"], "2026-04-10");
    ASSERT_EQ(post("resume").status(), 200);
    EXPECT_TRUE(subscription()["pause_at"].is_null());
    EXPECT_EQ(post("resume").status(), 422);
}

TEST_F(ByProgram, WhoHasSeenAnOlderStateIsRefused) {
    subscribe_and_pay();
    const auto seen = subscription()["version"].get<std::int64_t>();
    ASSERT_EQ(post("change", {{"quantity", 2}, {"version", seen}}).status(), 200);
    const auto late = post("change", {{"plan", "professional"}, {"version", seen}});
    EXPECT_EQ(late.status(), 409);
    EXPECT_EQ(said(late)["code"], "billing.version_conflict");
    EXPECT_EQ(post("cancel", {{"version", seen}}).status(), 409);
    EXPECT_EQ(post("pause", {{"version", seen}}).status(), 409);
}

TEST_F(ByProgram, WhatIsWrongIsSaidFieldByField) {
    subscribe_and_pay();
    const auto codes = [&](const std::string& what, const json& body) {
        const auto answer = post(what, body);
        EXPECT_EQ(answer.status(), 422) << body.dump();
        std::string names;
        const auto document = said(answer);
        for (const auto& each : document["errors"]) names += each["field"].get<std::string>() + " ";
        return names;
    };
    for (const auto* what : {"preview", "change"}) {
        EXPECT_EQ(codes(what, json::object()), "plan ");
        EXPECT_EQ(codes(what, {{"plan", "starter"}, {"quantity", 2}}), "plan ");
        EXPECT_EQ(codes(what, {{"plan", "starter"}, {"add_on", "device"}, {"quantity", 2}}), "plan ");
        EXPECT_EQ(codes(what, {{"plan", 7}, {"interval", "often"}, {"when", "soon"}, {"colour", 1}}),
                  "plan interval when colour ");
        EXPECT_EQ(codes(what, {{"plan", "professional"}, {"when", "now"}}), "when ")
            << "when it begins is not theirs to say";
        EXPECT_EQ(codes(what, {{"add_on", "device"}}), "quantity ");
        EXPECT_EQ(codes(what, {{"add_on", "device"}, {"quantity", -1}}), "quantity ");
        EXPECT_EQ(codes(what, {{"quantity", 0}}), "quantity ");
        EXPECT_EQ(codes(what, {{"quantity", 2}, {"when", "now"}}), "when ");
        EXPECT_EQ(post(what, json::array()).status(), 400);
        EXPECT_EQ(said(post(what, {{"plan", "gold"}}))["code"], "billing.unknown_plan");
    }
    EXPECT_EQ(codes("change", {{"plan", "professional"}, {"provider", "nobody"}}), "provider ");
    EXPECT_EQ(codes("uncancel", {{"when", "now"}}), "when ");
    EXPECT_EQ(count("billing_invoices"), 1);
}

TEST_F(ByProgram, WithoutASubscriptionThereIsNothingToChange) {
    for (const auto* what : {"preview", "change"}) EXPECT_EQ(post(what, {{"plan", "starter"}}).status(), 404) << what;
    for (const auto* what : {"cancel", "uncancel", "pause", "resume"}) EXPECT_EQ(post(what).status(), 404) << what;
}

}  // namespace
}  // namespace whatsflow::billing
