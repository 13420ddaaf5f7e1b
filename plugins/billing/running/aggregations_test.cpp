// Meters that do not simply add up, on a real database: what is kept, what the API and the programs of
// other plugins may say of them, and what a period of them costs.
#include "billing_fixture.hpp"

#include <whatsflow/sdk/entitlements.hpp>

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class Aggregations : public testing::Billing {
protected:
    void SetUp() override {
        Billing::SetUp();
        publish("contacts", Aggregation::unique_count);
        publish("peak", Aggregation::max);
        publish("storage", Aggregation::latest);
        publish("calls", Aggregation::count);
        publish("held", Aggregation::time_weighted);
        Plan plan;
        plan.code = plan.name = "metered";
        plan.prices = {{"USD", {IntervalUnit::month, 1}, {{1, 2900, LocalDate::of(2020, 1, 1), std::nullopt}}}};
        for (const auto* meter : {"contacts", "peak", "storage", "calls", "held"}) plan.limits[meter] = 2;
        plan.limits["capped"] = 2;
        ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), plan, {}));
        Meter capped;
        capped.code = capped.name = "capped";
        capped.aggregation = Aggregation::unique_count;
        ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), capped, {}));
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                       {{"plan", "metered"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                      .status(),
                  201);
        ASSERT_EQ(notify({{"id", "paid"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}), 200);
        jobs();
    }
    void publish(const char* code, Aggregation aggregation) {
        Meter meter;
        meter.code = meter.name = code;
        meter.aggregation = aggregation;
        meter.overage = Overage{OverageModel::per_unit, *read_decimal("900"), {}, 1, 0};
        ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), meter, {}));
    }
    int tell(json event) { return call(sdk::Method::post, "/v1/usage", event).status(); }
    std::int64_t used(const char* meter) {
        return said(call(sdk::Method::get, "/v1/entitlements"))["limits"][meter]["used"];
    }
    sdk::CallContext ours() const { return sdk::testing::a_context(TenantId{tenant_}); }
    void be_on(int month, int day) {
        host_.time().set(start_of_day(LocalDate::of(2026, month, day), "UTC") + 1h);
        jobs();
    }
    /// Of the invoice of that order: amounts of its usage lines by meter.
    std::map<std::string, Amount> usage_of_invoice(int n) {
        std::map<std::string, Amount> amounts;
        const auto account = plugin_.teller_for_tests().account(sdk::testing::a_context(), TenantId{tenant_});
        for (const auto& invoice : account->invoices)
            for (const auto& line : invoice.lines)
                if (invoice.n == n && line.usage) amounts[line.code] += line.amount;
        return amounts;
    }
};

TEST_F(Aggregations, AreCountedOverTheApiOnceForEachEvent) {
    EXPECT_EQ(tell({{"id", "1"}, {"meter", "contacts"}, {"value", "+94771234567"}}), 202);
    EXPECT_EQ(tell({{"id", "2"}, {"meter", "contacts"}, {"value", "+94771234567"}}), 202);
    EXPECT_EQ(tell({{"id", "3"}, {"meter", "contacts"}, {"value", "+94770000000"}}), 202);
    EXPECT_EQ(tell({{"id", "4"}, {"meter", "contacts"}}), 422) << "what is counted once has to be named";
    EXPECT_EQ(tell({{"id", "5"}, {"meter", "contacts"}, {"value", ""}}), 422);
    EXPECT_EQ(tell({{"id", "6"}, {"meter", "peak"}, {"quantity", 7}}), 202);
    EXPECT_EQ(tell({{"id", "7"}, {"meter", "peak"}, {"quantity", 3}}), 202);
    EXPECT_EQ(tell({{"id", "8"}, {"meter", "storage"}, {"quantity", 5}, {"timestamp", "2026-03-10T00:00:00Z"}}), 202);
    EXPECT_EQ(tell({{"id", "8"}, {"meter", "storage"}, {"quantity", 9}, {"timestamp", "2026-03-10T00:01:00Z"}}), 202)
        << "the id was seen: nothing counts";
    EXPECT_EQ(tell({{"id", "9"}, {"meter", "calls"}}), 202);
    EXPECT_EQ(tell({{"id", "10"}, {"meter", "calls"}, {"quantity", 2}}), 422);
    EXPECT_EQ(tell({{"id", "11"}, {"meter", "messages"}, {"value", "x"}}), 422) << "it adds up: no value";
    EXPECT_EQ(used("contacts"), 2);
    EXPECT_EQ(used("peak"), 7);
    EXPECT_EQ(used("storage"), 5);
    EXPECT_EQ(used("calls"), 1);
    EXPECT_EQ(count("billing_counted_values"), 2);
    EXPECT_EQ(count("billing_counted_values WHERE value LIKE '%9477%'"), 0) << "no number of a person is kept";
}

TEST_F(Aggregations, LoadWhatTheySaved) {
    Transitions transitions(host_, {});
    const TenantId tenant{tenant_};
    const auto at = host_.time().now();
    const std::vector<ReportUsage> events{{"contacts", 1, "a", at, "x"}, {"contacts", 1, "b", at, "x"},
                                          {"peak", 4, "c", at, {}},      {"storage", 6, "d", at - 2h, {}},
                                          {"held", 5, "e", at, {}},      {"held", -2, "f", at, {}}};
    for (const auto& event : events) {
        Request usage;
        usage.command = event;
        const auto step = transitions.run(
            sdk::testing::a_context(), tenant, wanted_by(usage), {},
            [&](Account& account, const Surroundings& around) { return apply(account, usage, around); });
        if (event.meter == std::string("storage") && !step) continue;  // before the subscription began
        ASSERT_TRUE(step) << event.event_id << ": " << step.error().message;
        const auto loaded = transitions.look(sdk::testing::a_context(), tenant, wanted_by(usage));
        ASSERT_TRUE(loaded);
        auto expected = step->account;
        expected.credit_entries.clear();
        for (const auto& change : difference(expected, loaded->account))
            ADD_FAILURE() << event.event_id << ": " << static_cast<int>(change.kind) << " " << change.id;
    }
    EXPECT_EQ(used("contacts"), 1);
    EXPECT_EQ(used("held"), 3);
}

TEST_F(Aggregations, HoldTheirLimitAlsoWhenTheValueIsNew) {
    EXPECT_EQ(tell({{"id", "1"}, {"meter", "capped"}, {"value", "a"}}), 202);
    EXPECT_EQ(tell({{"id", "2"}, {"meter", "capped"}, {"value", "b"}}), 202);
    EXPECT_EQ(tell({{"id", "3"}, {"meter", "capped"}, {"value", "c"}}), 402);
    EXPECT_EQ(tell({{"id", "4"}, {"meter", "capped"}, {"value", "a"}}), 202) << "it is one of the two";
    EXPECT_EQ(used("capped"), 2);
    EXPECT_EQ(count("billing_counted_values"), 2) << "what was refused is not counted";
}

TEST_F(Aggregations, AreBilledByTheirNumberAndGoOnInTheNextPeriod) {
    be_on(3, 20);
    EXPECT_EQ(tell({{"id", "1"}, {"meter", "held"}, {"quantity", 12}}), 202);
    EXPECT_EQ(tell({{"id", "2"}, {"meter", "contacts"}, {"value", "a"}}), 202);
    EXPECT_EQ(tell({{"id", "3"}, {"meter", "peak"}, {"quantity", 5}}), 202);
    be_on(4, 10);
    // 12 held for 21 of 31 days, less 2 that are included: 252/31 − 2 = 6.129 at 9.00.
    EXPECT_EQ(usage_of_invoice(2), (std::map<std::string, Amount>{{"held", 5516}, {"peak", 2700}}));
    EXPECT_EQ(used("held"), 12) << "still held";
    EXPECT_EQ(used("contacts"), 0);
    EXPECT_EQ(used("peak"), 0);
    EXPECT_EQ(tell({{"id", "4"}, {"meter", "contacts"}, {"value", "a"}}), 202);
    EXPECT_EQ(used("contacts"), 1) << "once in each period";
    be_on(5, 10);
    EXPECT_EQ(usage_of_invoice(3), (std::map<std::string, Amount>{{"held", 9000}}));
}

TEST_F(Aggregations, ArriveLateAndAreCorrectedInBothDirections) {
    be_on(3, 20);
    EXPECT_EQ(tell({{"id", "1"}, {"meter", "storage"}, {"quantity", 10}}), 202);
    be_on(4, 10);
    EXPECT_EQ(usage_of_invoice(2), (std::map<std::string, Amount>{{"storage", 7200}}));
    EXPECT_EQ(tell({{"id", "2"}, {"meter", "storage"}, {"quantity", 4}, {"timestamp", "2026-04-01T00:00:00Z"}}), 202);
    be_on(5, 10);
    EXPECT_EQ(usage_of_invoice(3), (std::map<std::string, Amount>{{"storage", -5400}}));
    EXPECT_EQ(tell({{"id", "3"}, {"meter", "storage"}, {"quantity", 5}, {"timestamp", "2026-04-02T00:00:00Z"}}), 202);
    EXPECT_EQ(tell({{"id", "4"}, {"meter", "storage"}, {"quantity", 90}, {"timestamp", "2026-03-21T00:00:00Z"}}), 202)
        << "older than what counts";
    be_on(6, 10);
    EXPECT_EQ(usage_of_invoice(4), (std::map<std::string, Amount>{{"storage", 900}}));
    EXPECT_EQ(count("(SELECT batch_id FROM billing_postings GROUP BY batch_id HAVING SUM(amount) <> 0) x"), 0);
}

TEST_F(Aggregations, AreUsedByOtherPluginsThroughTheSameService) {
    const auto use = [&](const char* meter, std::int64_t units, const char* event) {
        return sdk::consume(host_, ours(), meter, units, event);
    };
    for (const auto* contact : {"ana", "ben", "ana"}) ASSERT_TRUE(use("capped", 1, contact));
    const auto over = use("capped", 1, "cid");
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, "entitlements.limit_reached");
    EXPECT_EQ(used("capped"), 2);
    const auto peak = use("peak", 9, "p");
    ASSERT_TRUE(peak) << peak.error().message;
    EXPECT_EQ(peak->standing.used, 9);
    EXPECT_TRUE(use("peak", 9, "p")->repeated);
    EXPECT_EQ(use("calls", 3, "c").error().code, "entitlements.bad_units");
    EXPECT_EQ(use("capped", 1, "").error().code, "entitlements.bad_units");
    const auto held = sdk::find_service<sdk::Entitlements>(host_).call(
        &sdk::Entitlements::reserve, ours(), std::string_view("peak"), std::int64_t{1}, sdk::Milliseconds{60'000});
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().code, "entitlements.bad_units");
}

TEST_F(Aggregations, AnotherWayOfCountingBeginsWithTheNextPeriod) {
    EXPECT_EQ(tell({{"id", "1"}, {"meter", "peak"}, {"quantity", 5}}), 202);
    publish("peak", Aggregation::sum);
    EXPECT_EQ(tell({{"id", "2"}, {"meter", "peak"}, {"quantity", 4}}), 202);
    EXPECT_EQ(sdk::consume(host_, ours(), "peak", 3, "3")->standing.used, 5);
    be_on(4, 10);
    EXPECT_EQ(tell({{"id", "4"}, {"meter", "peak"}, {"quantity", 5}}), 202);
    EXPECT_EQ(sdk::consume(host_, ours(), "peak", 4, "5")->standing.used, 9);
    EXPECT_EQ(usage_of_invoice(2), (std::map<std::string, Amount>{{"peak", 2700}}));
}

}  // namespace
}  // namespace whatsflow::billing
