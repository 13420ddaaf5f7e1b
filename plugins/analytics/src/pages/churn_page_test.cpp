#include "happenings_fixture.hpp"

#include <whatsflow/sdk/recurring_revenue.hpp>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

/// Of one currency, whenever it is asked.
struct Dollars final : sdk::RecurringRevenue {
    sdk::Result<std::vector<sdk::RecurringRevenueOf>> over(const sdk::CallContext&, std::chrono::sys_days from,
                                                           std::chrono::sys_days to) override {
        asked = {from, to};
        return std::vector<sdk::RecurringRevenueOf>{
            {"USD", 100'000, 20'000, 1'000, 5'000, 2'500, 7'500, 116'000, 40, 3, 45}};
    }
    std::pair<std::chrono::sys_days, std::chrono::sys_days> asked;
};

class ChurnTest : public HappeningsTest {
protected:
    void left(const char* tenant, json more, const char* at) {
        json fields{{"tenant", tenant}, {"plan", "growth"}};
        fields.update(more);
        happened({"billing.subscription_canceled", 1}, fields, tenant, at);
    }
    static json table(const json& model, const std::string& caption) {
        for (std::size_t i = 0; i < model["tables"].size(); ++i)
            if (model["tables"][i]["caption"] == caption) return rows(model, i);
        return "none";
    }
    const std::string page_ = std::string("/analytics/churn") + kSpan;
};

TEST_F(ChurnTest, WhoLeavesCountsOnceWithReasonPlanAndStay) {
    signed_up("t1", "LK", "2026-09-01T00:00:00Z");
    signed_up("t2", "LK", "2026-11-01T00:00:00Z");
    left("t1", {{"reason", "too_expensive"}}, "2026-11-10T00:00:00Z");
    happened({"accounts.tenant_closed", 1}, {{"tenant", "t1"}}, "t1", "2026-11-12T00:00:00Z");
    left("t2", {{"plan", "scale"}}, "2026-11-20T00:00:00Z");
    left("t9", {{"reason", "too_expensive"}}, "2026-10-20T00:00:00Z");  // before the days that are looked at
    for (const auto& [tenant, type, at] : {std::tuple{"t3", "billing.subscription_past_due", "2026-11-05T00:00:00Z"},
                                           {"t3", "billing.subscription_recovered", "2026-11-07T00:00:00Z"},
                                           {"t4", "billing.subscription_past_due", "2026-11-06T00:00:00Z"}})
        happened({type, 1}, {{"tenant", tenant}}, tenant, at);
    settle();
    const auto shown = model(page_);
    EXPECT_EQ(figure(shown, "left"), "2");
    EXPECT_EQ(figure(shown, "recovered"), "50.0 %");
    std::map<std::string, std::string> reasons;
    for (const auto& row : table(shown, "reasons")) reasons[row[0]] = row[1];
    EXPECT_EQ(reasons.size(), 2u) << table(shown, "reasons");
    EXPECT_EQ(reasons["too_expensive"], "1");
    EXPECT_EQ(table(shown, "plans"), json::array({json::array({"growth", "1"}), json::array({"scale", "1"})}));
    EXPECT_EQ(table(shown, "stays"), json::array({json::array({"month", "1"}), json::array({"quarter", "1"})}));
}

TEST_F(ChurnTest, WhoPaysAndIsNotSeenIsToldAndWhoIsSeenIsNot) {
    for (const char* tenant : {"t5", "t6", "t7"}) paid(tenant, 4'900, "2026-11-11T00:00:00Z");
    left("t7", json::object(), "2026-11-12T00:00:00Z");
    ASSERT_EQ(post("/capture", event("$pageview", {{"timestamp", "2026-11-20T00:00:00Z"}})), 200);
    settle();
    // The token's site becomes the one that counts the people of t6.
    const auto done = database_->execute(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                         "UPDATE analytics_sites SET id = 't6', tenant_id = 't6' WHERE id = ?",
                                         {tokens_.tokens[0].id});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(table(model(page_), "quiet"), (json{{"t5", "1", "0"}}));
    // Seen at the beginning only is not seen lately.
    const auto later = table(model("/analytics/churn?from=2026-11-01&to=2026-12-20"), "quiet");
    EXPECT_EQ(later.size(), 1u);
}

TEST_F(ChurnTest, RecurringRevenueIsWhatBillingCounts) {
    Dollars dollars;
    host_.install_service(sdk::RecurringRevenue::kId, dollars);
    signed_up("t1", "LK", "2026-11-10T00:00:00Z");
    settle();
    const auto shown = model(page_);
    EXPECT_EQ(figure(shown, "customers"), "7.5 %");
    EXPECT_EQ(figure(shown, "revenue"), "10.0 %");
    EXPECT_EQ(table(shown, "recurring"),
              (json{{"USD", "1,000.00", "200.00", "10.00", "50.00", "-25.00", "-75.00", "1,160.00"}}));
    using std::chrono::sys_days;
    EXPECT_EQ(dollars.asked.first, sys_days{std::chrono::year{2026} / 11 / 1});
    EXPECT_EQ(dollars.asked.second, sys_days{std::chrono::year{2026} / 11 / 27});
    EXPECT_EQ(figure(model(std::string("/analytics/revenue") + kSpan), "mrr"), "1,160.00 USD");
    // A segment is not known to billing: rather nothing than everybody's.
    const auto lanka = model(page_ + segment("country", "LK"));
    EXPECT_EQ(figure(lanka, "customers"), "none");
    EXPECT_EQ(table(lanka, "recurring"), "none");
}

TEST_F(ChurnTest, WithoutBillingThereIsStillWhoLeft) {
    left("t1", json::object(), "2026-11-10T00:00:00Z");
    settle();
    const auto shown = model(page_);
    EXPECT_EQ(figure(shown, "left"), "1");
    EXPECT_EQ(figure(shown, "customers"), "none");
    EXPECT_EQ(open(page_ + "&format=csv").status(), 200);
}

}  // namespace
}  // namespace whatsflow::analytics
