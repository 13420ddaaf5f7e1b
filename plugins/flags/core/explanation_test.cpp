// The words agree with the answer.
#include "explanation.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class ExplainingClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return {}; }
};

Explanation explained(const json& features, const json& context) {
    const json document{
        {"features", features},
        {"segments",
         {{{"id", 1},
           {"name", "Islanders"},
           {"constraints", {{{"contextName", "country"}, {"operator", "IN"}, {"values", {"LK", "MV"}}}}}}}}};
    static std::vector<std::shared_ptr<const RuleSet>> kept;
    kept.push_back(*RuleSet::compile(document));
    return explain(*kept.back(), features[0]["name"].get<std::string>(), context_from_json(context),
                   {ExplainingClock()});
}

bool says(const Explanation& told, std::string_view text) {
    if (told.sentence.find(text) != std::string::npos) return true;
    return std::ranges::any_of(told.steps, [&](const auto& each) { return each.text.find(text) != std::string::npos; });
}

json share(const char* percent) {
    return {{"name", "flexibleRollout"},
            {"parameters", {{"rollout", percent}, {"stickiness", "userId"}, {"groupId", "checkout"}}}};
}

TEST(Explanation, NamesTheRuleThatLetThemInAndTheirPlace) {
    // checkout:user-42 falls into place 42.
    const auto in = explained({{{"name", "f"}, {"enabled", true}, {"strategies", {share("10"), share("42")}}}},
                              {{"userId", "user-42"}});
    EXPECT_TRUE(in.answer.enabled);
    EXPECT_EQ(in.sentence, "On: rule 2 lets them in: 42 % by userId.");
    EXPECT_TRUE(says(in, "userId “user-42” falls into place 42 of 100; places up to 10 are in."));

    const auto out =
        explained({{{"name", "f"}, {"enabled", true}, {"strategies", {share("41")}}}}, {{"userId", "user-42"}});
    EXPECT_FALSE(out.answer.enabled);
    EXPECT_EQ(out.sentence, "Off: its only rule does not let them in.");
}

TEST(Explanation, ShowsEachConstraintWithTheValueItMet) {
    const json feature{
        {"name", "f"},
        {"enabled", true},
        {"strategies",
         {{{"name", "default"},
           {"segments", {1}},
           {"constraints",
            {{{"contextName", "plan"}, {"operator", "IN"}, {"values", {"pro"}}, {"inverted", true}}}}}}}};
    const auto told = explained(json::array({feature}), {{"country", "DE"}});
    EXPECT_TRUE(says(told, "Islanders: country is one of LK, MV (it is “DE”)"));
    EXPECT_TRUE(says(told, "not: plan is one of pro (the context has no plan)"));
}

TEST(Explanation, SaysWhySomethingIsOffBeforeAnyRule) {
    EXPECT_EQ(explained({{{"name", "f"}, {"enabled", false}}}, {}).sentence,
              "Off: it is switched off in this environment.");
    EXPECT_EQ(explained({{{"name", "f"}, {"enabled", true}}}, {}).sentence,
              "On: it has no rules, so it is on for everybody.");
    const json parent{{"name", "p"}, {"enabled", false}};
    const json child{{"name", "f"}, {"enabled", true}, {"dependencies", {{{"feature", "p"}}}}};
    EXPECT_EQ(explained({child, parent}, {}).sentence, "Off: it needs “p” to be on, which is off for them.");
}

TEST(Explanation, SaysWhatAFlagItDependsOnIsAndWhatItShouldBe) {
    const json parent{{"name", "p"}, {"enabled", true}, {"variants", {{{"name", "blue"}, {"weight", 1}}}}};
    const auto told = [&](json need, const json& other) {
        need["feature"] = "p";
        const json child{{"name", "f"}, {"enabled", true}, {"dependencies", json::array({need})}};
        return explained(json::array({child, other}), {{"userId", "u"}});
    };
    const auto fits = told({{"variants", {"red", "blue"}}}, parent);
    EXPECT_TRUE(fits.answer.enabled);
    EXPECT_EQ(fits.steps[0].text,
              "It needs “p” to be on with variant “red” or “blue”, which is on for them with variant “blue”.");
    EXPECT_EQ(fits.steps[0].verdict, ExplainedStep::Verdict::passed);
    const auto other = told({{"variants", {"red"}}}, parent);
    EXPECT_EQ(other.sentence,
              "Off: it needs “p” to be on with variant “red”, which is on for them with variant “blue”.");
    EXPECT_EQ(other.steps[0].verdict, ExplainedStep::Verdict::failed);
    EXPECT_EQ(told({{"enabled", false}}, parent).sentence, "Off: it needs “p” to be off, which is on for them.");
    EXPECT_EQ(told({{"enabled", false}}, {{"name", "q"}}).sentence, "Off: it needs “p” to be off, which is not there.");
    auto chained = parent;
    chained["dependencies"] = {{{"feature", "f"}}};
    EXPECT_TRUE(says(told(json::object(), chained), "one level is what counts"));
}

TEST(Explanation, TellsTheVariantAndHowItWasFound) {
    const json variants{
        {{"name", "a"}, {"weight", 500}},
        {{"name", "b"}, {"weight", 500}, {"overrides", {{{"contextName", "userId"}, {"values", {"boss"}}}}}}};
    const json feature{{"name", "checkout"}, {"enabled", true}, {"variants", variants}};
    EXPECT_TRUE(says(explained(json::array({feature}), {{"userId", "boss"}}), "userId “boss” always gets"));
    EXPECT_TRUE(says(explained(json::array({feature}), {{"userId", "user-42"}}), "of 1000 of the weights"));
    json rule{{"name", "default"}, {"variants", {{{"name", "c"}, {"weight", 7}}, {{"name", "d"}, {"weight", 0}}}}};
    auto by_rule = feature;
    by_rule["strategies"] = json::array({rule, {{"name", "default"}}});
    const auto told = explained(json::array({by_rule}), {{"userId", "user-42"}});
    EXPECT_TRUE(says(told, "of 7 of the weights")) << "those of the rule that let them in";
    EXPECT_TRUE(says(told, "Rule 1"));
    EXPECT_FALSE(says(told, "Rule 2")) << "nobody asked it";
}

}  // namespace
}  // namespace whatsflow::flags
