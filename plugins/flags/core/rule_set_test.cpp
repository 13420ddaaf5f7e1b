// What compiles, what is refused with its place, and what is taken over when little changed.
#include "rule_set.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

std::string refusal(const std::string& text) {
    const auto rules = RuleSet::parse(text);
    EXPECT_FALSE(rules) << text;
    if (rules) return {};
    EXPECT_EQ(rules.error().code, "flags.malformed");
    return rules.error().message;
}

std::shared_ptr<const RuleSet> compiled(const std::string& text) {
    const auto rules = RuleSet::parse(text);
    EXPECT_TRUE(rules) << rules.error().message;
    return *rules;
}

TEST(RuleSet, WhatIsNoDefinitionIsRefusedWithItsPlace) {
    EXPECT_EQ(refusal(""), "The definitions are no JSON.");
    EXPECT_EQ(refusal("[]"), "The definitions are no object with a list 'features'.");
    EXPECT_NE(refusal(R"({"features": 7})").find("features is not a list"), std::string::npos);
    EXPECT_NE(refusal(R"({"features": [7]})").find("features[0] is no object"), std::string::npos);
    EXPECT_NE(refusal(R"({"features": [{}]})").find("features[0].name"), std::string::npos);
    EXPECT_NE(refusal(R"({"features": [{"name": 7}]})").find("features[0].name is not a text"), std::string::npos);
    EXPECT_NE(refusal(R"({"features": [{"name": ")" + std::string(256, 'x') + R"("}]})").find("longer than 255"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"features": [{"name": "a"}, {"name": "a"}]})").find("'a' is there twice"), std::string::npos);
    EXPECT_NE(refusal(R"({"features": [{"name": "a", "strategies": [{"name": "default", "constraints": {}}]}]})")
                  .find("features[0].strategies[0].constraints is not a list"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"features": [{"name": "a", "variants": [{"name": "v", "weight": -1}]}]})").find(".weight"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"features": [], "segments": [{"id": "1"}]})").find("segments[0].id"), std::string::npos);
    EXPECT_NE(refusal(R"({"features": [], "segments": [{"id": 18446744073709551615}]})").find("segments[0].id"),
              std::string::npos);
    EXPECT_NE(refusal(R"({"features": [], "segments": [{"id": 1}, {"id": 1}]})").find("twice"), std::string::npos);
    EXPECT_EQ(refusal(std::string(100'000, '[')), "The definitions are nested deeper than 64 levels.");
    EXPECT_EQ(refusal(std::string((64 << 20) + 1, ' ')), "The definitions are larger than 64 MB.");
}

TEST(RuleSet, BracketsWithinATextAreNoDepth) {
    const std::string open(100, '[');
    EXPECT_EQ(compiled(R"({"features": [{"name": "a\")" + open + R"("}]})")->find("a\"" + open)->name, "a\"" + open);
}

TEST(RuleSet, WhatIsUnknownIsKeptAndWarnedOf) {
    const auto rules = compiled(R"({"features": [{"name": "a", "strategies": [
        {"name": "weather", "segments": [9]}, {"name": "default", "segments": [9]}], "mood": "good"}]})");
    EXPECT_EQ(rules->warnings().size(), 3U);
    EXPECT_EQ(rules->find("a")->definition()["mood"], "good");
}

TEST(RuleSet, FlagsOfTheSameTextAreTakenOverUnlessTheirSegmentChanged) {
    const std::string plain = R"({"name":"plain"})";
    const std::string users = R"({"name":"users","strategies":[{"name":"default","segments":[1]}]})";
    const auto before = RuleSet::compile_texts({{R"({"id":1,"constraints":[]})"}, {plain, users}});
    ASSERT_TRUE(before);

    const auto same = RuleSet::compile_texts({{R"({"id":1,"constraints":[]})"}, {plain, users}}, before->get());
    EXPECT_EQ((*same)->find("users"), (*before)->find("users"));
    const auto other =
        RuleSet::compile_texts({{R"({"id":1,"constraints":[],"name":"x"})"}, {plain, users}}, before->get());
    EXPECT_EQ((*other)->find("plain"), (*before)->find("plain"));
    EXPECT_NE((*other)->find("users"), (*before)->find("users"));
    EXPECT_FALSE(RuleSet::compile_texts({{}, {"{"}}, before->get()));
}

TEST(RuleSet, AFewFlagsAreExchangedInTheirPlaces) {
    const auto before = compiled(R"({"features": [{"name": "a"}, {"name": "b"}, {"name": "c"}]})");

    const auto after = before->with({R"({"name":"b","enabled":true})", R"({"name":"d"})"}, {"a"});

    ASSERT_TRUE(after);
    std::vector<std::string> names;
    for (const auto& each : (*after)->features()) names.push_back(each.name);
    EXPECT_EQ(names, (std::vector<std::string>{"b", "c", "d"}));
    EXPECT_TRUE((*after)->find("b")->enabled);
    EXPECT_FALSE(before->find("b")->enabled) << "who still asks the old ones is not disturbed";
    EXPECT_FALSE(before->with({R"({"name":"b","strategies":7})"}, {}));
}

TEST(RuleSet, TheContextAloneDecidesWhereNothingElseHasASay) {
    const auto settled = [](const std::string& more, Context context) {
        return compiled(R"({"features": [{"name": "a", "enabled": true, )" + more + "}]}")->is_settled_by(context);
    };
    const Context nobody;
    Context user, session, timed, empty;
    user.user_id = "u";
    empty.user_id = "";
    session.session_id = "s";
    timed.current_time = "2027-01-01T00:00:00Z";
    const std::string sticky = R"("strategies": [{"name": "flexibleRollout", "parameters": {"rollout": "50"}}])";
    EXPECT_TRUE(settled(R"("strategies": [])", nobody));
    EXPECT_TRUE(settled(sticky, user));
    EXPECT_TRUE(settled(sticky, session));
    EXPECT_FALSE(settled(sticky, empty)) << "an empty id is none";
    EXPECT_FALSE(settled(sticky, nobody)) << "a session's id is made up for it";
    const std::string by_session =
        R"("strategies": [{"name": "flexibleRollout", "parameters": {"rollout": "50", "stickiness": "sessionId"}}])";
    EXPECT_FALSE(settled(by_session, user));
    EXPECT_TRUE(settled(by_session, session));
    EXPECT_FALSE(settled(
        R"("strategies": [{"name": "flexibleRollout", "parameters": {"rollout": "50", "stickiness": "random"}}])",
        user));
    EXPECT_FALSE(
        settled(R"("strategies": [{"name": "gradualRolloutRandom", "parameters": {"percentage": "5"}}])", user));
    const std::string later =
        R"("strategies": [{"name": "default", "constraints": [{"operator": "DATE_AFTER", "value": "2027-01-01T00:00:00Z"}]}])";
    EXPECT_FALSE(settled(later, user));
    EXPECT_TRUE(settled(later, timed));
    EXPECT_FALSE(settled(R"("variants": [{"name": "v", "weight": 1, "stickiness": "tenantId"}])", user));
    EXPECT_FALSE(settled(R"("variants": [{"name": "v", "weight": 1, "stickiness": "random"}])", user));
    EXPECT_FALSE(settled(R"("variants": [{"name": "v", "weight": 1}])", nobody));
    EXPECT_FALSE(settled(
        R"("strategies": [{"name": "default", "constraints": [{"contextName": "sessionId", "operator": "IN"}]}])",
        user));
    EXPECT_FALSE(settled(R"("variants": [{"name": "v", "weight": 1, "stickiness": "userId", "overrides":
        [{"contextName": "sessionId", "values": ["s"]}]}])",
                         user));
}

TEST(RuleSet, ThousandsOfHostileExpressionsAreCompiled) {
    json features = json::array();
    for (int i = 0; i < 2'000; ++i)
        features.push_back({{"name", "f" + std::to_string(i)},
                            {"enabled", true},
                            {"strategies",
                             {{{"name", "default"},
                               {"constraints",
                                {{{"contextName", "userId"},
                                  {"operator", "REGEX"},
                                  {"value", "^(([a-z])+.)+[A-Z]([a-z])+" + std::to_string(i) + "$"}}}}}}}});
    const auto rules = RuleSet::compile({{"features", features}});
    ASSERT_TRUE(rules);
    EXPECT_TRUE((*rules)->warnings().empty());
}

}  // namespace
}  // namespace whatsflow::flags
