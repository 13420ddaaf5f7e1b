// Who got what, and who of them reached the goal afterwards.
#include "program_fixture.hpp"

#include <whatsflow/sdk/flag_outcomes.hpp>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class FlagOutcomes : public ProgramTest {
protected:
    void got(const char* who, const json& variant, const char* flag = "checkout") {
        send("$feature_flag_called", who, {{"$feature_flag", flag}, {"$feature_flag_response", variant}});
    }
    void reached(const char* who, const char* goal = "paid") { send(goal, who, json::object()); }
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> counted(const char* environment = "production") {
        settle();
        const auto since = host_.clock().now() - std::chrono::hours(1);
        const auto all = sdk::find_service<sdk::FlagOutcomes>(host_).call(
            &sdk::FlagOutcomes::outcomes, sdk::testing::a_context(), environment, "checkout", "paid", since);
        EXPECT_TRUE(all) << all.error().message;
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> made;
        if (all)
            for (const auto& each : *all) made[each.variant] = {each.people, each.converted};
        return made;
    }

private:
    void send(const char* name, const char* who, const json& properties) {
        host_.time().advance(std::chrono::seconds(1));
        ASSERT_EQ(post("/capture", event(name, {{"distinct_id", who}, {"properties", properties}})), 200);
    }
};

TEST_F(FlagOutcomes, CountPeopleOfEachVariantAndWhoReachedTheGoalAfterwards) {
    reached("early");
    got("early", "blue");
    got("ann", "blue");
    got("ann", "blue");
    reached("ann");
    reached("ann");
    got("ben", false);
    got("carl", false);
    reached("carl");
    reached("carl", "something else");
    got("dora", "blue");
    got("dora", false);
    reached("dora");
    got("emil", "blue", "another flag");
    reached("nobody");
    const json exposed{{"$feature_flag", "checkout"}, {"$feature_flag_response", "blue"}};
    EXPECT_EQ(post("/capture", event("$feature_flag_called", {{"api_key", "wf_tenant"}, {"properties", exposed}})), 200)
        << "a tenant's flag of that name is another";

    const auto all = counted();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.at("blue"), std::pair(std::int64_t{2}, std::int64_t{1}));
    EXPECT_EQ(all.at("off"), std::pair(std::int64_t{2}, std::int64_t{1}));
    EXPECT_TRUE(counted("staging").empty());
}

}  // namespace
}  // namespace whatsflow::analytics
