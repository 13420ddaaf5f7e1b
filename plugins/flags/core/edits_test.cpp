// What staff change changes that, and nothing else.
#include "edits.hpp"

#include "evaluation.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class EditingClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return {}; }
};

bool is_on(const json& definition, const char* tenant) {
    const auto rules = RuleSet::compile({{"features", json::array({definition})}});
    EXPECT_TRUE(rules);
    return evaluate(**rules, definition["name"].get<std::string>(),
                    context_from_json({{"userId", "u"}, {"tenantId", tenant}}), {EditingClock()})
        .enabled;
}

json a_flag(json strategies, bool enabled = true) {
    return {{"name", "f"}, {"enabled", enabled}, {"strategies", std::move(strategies)}, {"unknown", {1, 2}}};
}

json nobody() {
    return {{"name", "userWithId"}, {"parameters", {{"userIds", "x"}}}, {"segments", json::array()}};
}

json overridden(const json& flag, const char* tenant, std::string_view state) {
    auto overrides = overrides_of(flag);
    overrides.set(tenant, state);
    return with_overrides(flag, overrides);
}

TEST(Overrides, LetATenantInWhomTheRulesLeaveOut) {
    const auto flag = overridden(a_flag(json::array({nobody()})), "t1", "on");
    EXPECT_TRUE(is_on(flag, "t1"));
    EXPECT_FALSE(is_on(flag, "t2"));
    EXPECT_EQ(overrides_of(flag).state_of("t1"), "on");
    EXPECT_EQ(flag["unknown"], json({1, 2}));
}

TEST(Overrides, KeepATenantOutWhomTheRulesLetIn) {
    for (const auto& rules : {json::array(), json::array({{{"name", "default"}}})}) {
        const auto flag = overridden(a_flag(rules), "t1", "off");
        EXPECT_FALSE(is_on(flag, "t1"));
        EXPECT_TRUE(is_on(flag, "t2"));
        EXPECT_EQ(overrides_of(flag).state_of("t1"), "off");
    }
}

TEST(Overrides, OfAFlagThatIsOnForEverybodyLeaveItSo) {
    const auto flag = overridden(a_flag(json::array()), "t1", "on");
    EXPECT_TRUE(is_on(flag, "t1"));
    EXPECT_TRUE(is_on(flag, "t2"));
}

TEST(Overrides, DoNotWinAgainstTheSwitch) {
    EXPECT_FALSE(is_on(overridden(a_flag(json::array(), false), "t1", "on"), "t1"));
}

TEST(Overrides, TakenBackLeaveTheRulesAsTheyWere) {
    const auto plain = a_flag(json::array({nobody()}));
    auto flag = overridden(overridden(overridden(plain, "t1", "on"), "t2", "off"), "t1", "off");
    EXPECT_EQ(overrides_of(flag).off.size(), 2U);
    flag = overridden(overridden(flag, "t1", ""), "t2", "");
    EXPECT_EQ(flag["strategies"][0]["name"], "userWithId");
    EXPECT_EQ(flag["strategies"].size(), 1U);
    EXPECT_FALSE(is_on(flag, "t1"));
}

TEST(Overrides, TakenBackNeverOpenAFlagToEverybody) {
    auto flag = overridden(a_flag(json::array({nobody()})), "t1", "on");
    flag = without_strategy(flag, 1);
    flag = overridden(flag, "t1", "");
    EXPECT_FALSE(is_on(flag, "t2"));
}

TEST(Overrides, AreNotRulesForTenantsWithVariantsOfTheirOwn) {
    const json rule{{"name", "default"},
                    {"constraints", {{{"contextName", "tenantId"}, {"operator", "IN"}, {"values", {"t1"}}}}},
                    {"variants", {{{"name", "blue"}, {"weight", 1}}}}};
    const auto flag = overridden(a_flag(json::array({rule})), "t2", "on");
    EXPECT_EQ(overrides_of(flag).on, std::vector<std::string>{"t2"});
    ASSERT_EQ(flag["strategies"].size(), 2U);
    EXPECT_EQ(flag["strategies"][1], rule) << "nothing of it is lost";
    EXPECT_EQ(overridden(flag, "t2", "")["strategies"], json::array({rule}));
}

TEST(Overrides, ThatAreAllAFlagHasOpenItToNobodyWhenTheyGo) {
    const json only{{"name", "default"},
                    {"constraints", {{{"contextName", "tenantId"}, {"operator", "IN"}, {"values", {"t1"}}}}}};
    const auto flag = a_flag(json::array({only}));
    EXPECT_TRUE(is_on(flag, "t1"));
    EXPECT_FALSE(is_on(overridden(flag, "t1", ""), "t1"));
    const auto with_rule = overridden(a_flag(json::array({nobody()})), "t1", "on");
    EXPECT_EQ(without_strategy(with_rule, 1)["strategies"].size(), 2U) << "a rule that staff can open again";
}

TEST(Overrides, AreNeitherInvertedConditionsNorWhatASegmentNarrows) {
    const auto about = [](const char* name, bool inverted, json segments) {
        return json{{"name", "default"},
                    {"constraints",
                     {{{"contextName", "tenantId"}, {"operator", name}, {"values", {"t9"}}, {"inverted", inverted}}}},
                    {"segments", std::move(segments)}};
    };
    for (const auto& rule : {about("IN", true, json::array()), about("NOT_IN", true, json::array()),
                             about("IN", false, json::array({1}))}) {
        const auto flag = a_flag(json::array({rule}));
        EXPECT_TRUE(overrides_of(flag).on.empty() && overrides_of(flag).off.empty()) << rule;
        EXPECT_EQ(overridden(overridden(flag, "t1", "on"), "t1", "")["strategies"], json::array({rule}));
    }
}

TEST(Rules, AreAddedReplacedMovedAndRemoved) {
    auto flag = with_strategy(a_flag(json::array()), 9, {{"name", "a"}});
    flag = with_strategy(flag, 9, {{"name", "b"}});
    flag = with_strategy_moved_up(flag, 1);
    EXPECT_EQ(flag["strategies"][0]["name"], "b");
    flag = with_strategy(flag, 0, {{"name", "c"}});
    flag = without_strategy(flag, 1);
    EXPECT_EQ(flag["strategies"].size(), 1U);
    EXPECT_EQ(flag["strategies"][0]["name"], "c");
}

TEST(Rules, TheLastOneThatGoesLeavesNobodyIn) {
    EXPECT_FALSE(is_on(without_strategy(a_flag(json::array({nobody()})), 0), "t"));
}

TEST(Differences, AreTheFieldsThatChanged) {
    const auto found =
        differences({{"a", 1}, {"b", {{"c", "x"}}}, {"same", true}}, {{"a", 2}, {"d", {1}}, {"same", true}});
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].field + ":" + found[0].before + ":" + found[0].after, "a:1:2");
    EXPECT_EQ(found[1].field + ":" + found[1].before + ":" + found[1].after, "b.c:x:");
    EXPECT_EQ(found[2].field + ":" + found[2].before + ":" + found[2].after, "d.0::1");
}

}  // namespace
}  // namespace whatsflow::flags
