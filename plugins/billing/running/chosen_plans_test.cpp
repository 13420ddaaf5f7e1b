// What a visitor chose before signing up, on a real database.
#include "chosen_plans.hpp"

#include "billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

using nlohmann::json;

class ChosenPlans : public testing::Billing {
protected:
    void signed_up(const std::string& tenant, const json& plan, const json& interval) {
        sdk::Envelope envelope;
        envelope.id = sdk::make_uuid();
        envelope.type = {"accounts.tenant_created", 1};
        envelope.tenant = TenantId{tenant};
        envelope.object =
            std::make_shared<const json>(json{{"tenant", tenant}, {"plan", plan}, {"interval", interval}});
        envelope.to_json = [](const void* object) { return *static_cast<const json*>(object); };
        host_.facilities().outbox.add(std::move(envelope));
        EXPECT_TRUE(host_.facilities().outbox.deliver(*database_).empty());
    }
    std::optional<ChosenPlan> chosen(const std::string& tenant) {
        const auto found = plugin_.teller_for_tests().chosen_plan(sdk::testing::a_context(), TenantId{tenant});
        EXPECT_TRUE(found);
        return found ? *found : std::nullopt;
    }
};

TEST_F(ChosenPlans, AreKeptFromTheSignUpOnAndTheFirstOneStands) {
    EXPECT_FALSE(chosen(tenant_));
    signed_up(tenant_, "starter", "year");
    ASSERT_TRUE(chosen(tenant_));
    EXPECT_EQ(chosen(tenant_)->plan, "starter");
    EXPECT_EQ(chosen(tenant_)->interval, (Interval{IntervalUnit::year, 1}));
    signed_up(tenant_, "professional", "month");
    EXPECT_EQ(chosen(tenant_)->plan, "starter") << "delivered twice, or told again";
    EXPECT_FALSE(chosen("0190a5b0-0000-7000-8000-000000000002")) << "of another tenant";
}

TEST_F(ChosenPlans, WithoutAnIntervalAreByTheMonthAndWithoutASensiblePlanAreNone) {
    signed_up(tenant_, "starter", "fortnight and a bit");
    ASSERT_TRUE(chosen(tenant_));
    EXPECT_EQ(chosen(tenant_)->interval, (Interval{IntervalUnit::month, 1}));
    const std::string other = "0190a5b0-0000-7000-8000-000000000002";
    signed_up(other, "", "month");
    EXPECT_FALSE(chosen(other));
    signed_up(other, std::string(200, 'x'), "month");
    EXPECT_FALSE(chosen(other));
}

}  // namespace
}  // namespace whatsflow::billing
