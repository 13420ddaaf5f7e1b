// A plan and a flag of one name, asked as one question.
#include "program_fixture.hpp"

#include <whatsflow/sdk/allowance.hpp>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

/// Plans that have one feature, and leave the flag of its name to decide, as the contract says.
class OnePlan final : public sdk::Entitlements {
public:
    explicit OnePlan(sdk::Host& host) : host_(host) {}
    sdk::Result<bool> allowed(const sdk::CallContext& context, std::string_view feature) override {
        if (is_away) return sdk::fail("database.unavailable", "Away.");
        if (feature != "broadcasts") return false;
        return sdk::flag_value(sdk::find_service<sdk::FeatureFlags>(host_), feature, true,
                               {.targeting_key = context.tenant.text(), .attributes = {{"plan", "growth"}}});
    }
    sdk::Result<sdk::MeterStanding> standing(const sdk::CallContext&, std::string_view) override { return unused(); }
    sdk::Result<sdk::Consumption> consume(const sdk::CallContext&, std::string_view, std::int64_t,
                                          std::string_view) override {
        return unused();
    }
    sdk::Result<sdk::MeterReservation> reserve(const sdk::CallContext&, std::string_view, std::int64_t,
                                               sdk::Milliseconds) override {
        return unused();
    }
    sdk::Result<sdk::Consumption> commit(const sdk::CallContext&, std::string_view, std::int64_t) override {
        return unused();
    }
    sdk::Result<void> release(const sdk::CallContext&, std::string_view) override { return unused(); }

    bool is_away = false;

private:
    static sdk::Error unused() { return sdk::fail("test.unused", "Not asked in this test."); }
    sdk::Host& host_;
};

/// Everybody is on the plan `growth`.
struct AllOnGrowth final : sdk::TenantPlans {
    sdk::Result<std::vector<sdk::PlanName>> plans(const sdk::CallContext&) override {
        return std::vector<sdk::PlanName>{};
    }
    sdk::Result<std::vector<sdk::TenantOnPlan>> plans_of(const sdk::CallContext&,
                                                         const std::vector<sdk::TenantId>& tenants) override {
        return std::vector{sdk::TenantOnPlan{tenants.front(), "growth", ""}};
    }
    sdk::Result<std::vector<sdk::TenantOnPlan>> tenants_on(const sdk::CallContext&, const std::string&,
                                                           const std::string&, int) override {
        return std::vector<sdk::TenantOnPlan>{};
    }
};

class AllowanceTest : public ProgramTest {
protected:
    using Cause = sdk::Allowance::Cause;
    Cause why(const char* feature) {
        auto context = sdk::testing::a_context();
        context.tenant = sdk::TenantId{"t1"};
        const auto answer = sdk::allowance(host_, context, feature);
        EXPECT_EQ(answer.yes, answer.cause == Cause::granted);
        return answer.cause;
    }
    void install_plans() { host_.install_service(sdk::Entitlements::kId, plan_, {}, "plans"); }

    OnePlan plan_{host_};
};

TEST_F(AllowanceTest, BothHaveToSayYes) {
    install_plans();
    EXPECT_EQ(why("broadcasts"), Cause::granted) << "no flag of this name";
    EXPECT_EQ(why("assistant"), Cause::not_in_plan);
    define({{{"name", "broadcasts"}, {"enabled", false}}, {{"name", "assistant"}, {"enabled", true}}});
    EXPECT_EQ(why("broadcasts"), Cause::switched_off);
    EXPECT_EQ(why("assistant"), Cause::not_in_plan) << "an open flag is no plan";
    define({{{"name", "assistant"}, {"enabled", false}}});
    EXPECT_EQ(why("assistant"), Cause::switched_off) << "another plan would not help";
}

TEST_F(AllowanceTest, ARuleAboutThePlanIsAskedWithThePlan) {
    install_plans();
    AllOnGrowth growth;
    host_.install_service(sdk::TenantPlans::kId, growth, {}, "plans");
    const json on_growth{{"contextName", "plan"}, {"operator", "IN"}, {"values", {"growth"}}};
    const json rule{{"name", "default"}, {"constraints", json::array({on_growth})}};
    define({{{"name", "assistant"}, {"enabled", true}, {"strategies", json::array({rule})}}});
    EXPECT_EQ(why("assistant"), Cause::not_in_plan) << "it is open to this plan, which does not include it";
}

TEST_F(AllowanceTest, WithoutPlansTheFlagDecides) {
    EXPECT_EQ(why("broadcasts"), Cause::granted);
    define({{{"name", "broadcasts"}, {"enabled", false}}});
    EXPECT_EQ(why("broadcasts"), Cause::switched_off);
}

TEST_F(AllowanceTest, WhoCannotBeAskedHasNotSaidYes) {
    install_plans();
    plan_.is_away = true;
    EXPECT_EQ(why("broadcasts"), Cause::unknown);
}

TEST_F(AllowanceTest, TemplatesAreGivenTheReasonInWords) {
    install_plans();
    sdk::Request request;
    request.context.tenant = sdk::TenantId{"t1"};
    const auto asked = sdk::allowances(host_, request, {"broadcasts", "assistant"});
    EXPECT_EQ(asked["broadcasts"]["yes"], true);
    EXPECT_EQ(asked["assistant"],
              (json{{"yes", false}, {"cause", "not_in_plan"}, {"reason", "Your plan does not include it."}}));
}

}  // namespace
}  // namespace whatsflow::flags
