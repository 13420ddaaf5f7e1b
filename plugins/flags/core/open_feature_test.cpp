#include "open_feature.hpp"

#include "bucket.hpp"
#include "spelling.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

class QuietClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return {}; }
};

Resolution resolved(const nlohmann::json& feature, const nlohmann::json& context) {
    const auto rules = RuleSet::compile({{"features", {feature}}});
    EXPECT_TRUE(rules);
    return resolve(
        evaluate(**rules, feature["name"].get<std::string>(), context_of_open_feature(context), {QuietClock()}));
}

TEST(OpenFeature, WholeNumbersStayWhole) {
    const nlohmann::json variant{{"name", "ten"}, {"weight", 1}, {"payload", {{"type", "number"}, {"value", "10"}}}};
    EXPECT_TRUE(resolved({{"name", "n"}, {"enabled", true}, {"variants", {variant}}}, {{"targetingKey", "u"}})
                    .value.is_number_integer());
}

TEST(OpenFeature, ATargetingKeyIsTheUserUnlessThereIsOne) {
    EXPECT_EQ(*context_of_open_feature({{"targetingKey", "a"}}).user_id, "a");
    EXPECT_EQ(*context_of_open_feature({{"targetingKey", "a"}, {"userId", "b"}}).user_id, "b");
}

TEST(OpenFeature, AFlagWithPayloadsThatIsOffHasNoValue) {
    const nlohmann::json variant{{"name", "a"}, {"weight", 1}, {"payload", {{"type", "string"}, {"value", "x"}}}};
    EXPECT_TRUE(resolved({{"name", "n"}, {"enabled", false}, {"variants", {variant}}}, {}).value.is_null());
}

TEST(OpenFeature, ANumberIsNoOtherValueOfJson) {
    for (const char* text : {"true", "\"7\"", "null", "[1]", "{", ""}) {
        const nlohmann::json variant{{"name", "a"}, {"weight", 1}, {"payload", {{"type", "number"}, {"value", text}}}};
        EXPECT_TRUE(resolved({{"name", "n"}, {"enabled", true}, {"variants", {variant}}}, {}).is_broken) << text;
    }
}

TEST(OpenFeature, AFlagWithVariantsThatIsOffIsDisabledWhateverMadeItSo) {
    const nlohmann::json plain{{"name", "a"}, {"weight", 1}};
    const nlohmann::json valued{{"name", "a"}, {"weight", 1}, {"payload", {{"type", "string"}, {"value", "x"}}}};
    const nlohmann::json nobody{{"name", "userWithId"}, {"parameters", {{"userIds", "nobody"}}}};
    auto rule = nobody;
    rule["variants"] = {valued};
    const nlohmann::json of_the_rule{{"name", "n"}, {"enabled", true}, {"strategies", {rule}}};
    EXPECT_EQ(resolved(of_the_rule, {}).reason, "DISABLED");
    EXPECT_TRUE(resolved(of_the_rule, {}).value.is_null()) << "a rule's variants have values too";
    const nlohmann::json of_the_flag{{"name", "n"}, {"enabled", true}, {"strategies", {nobody}}, {"variants", {plain}}};
    EXPECT_EQ(resolved(of_the_flag, {}).reason, "DISABLED");
    EXPECT_EQ(resolved(of_the_flag, {}).value, false);
    EXPECT_EQ(resolved({{"name", "n"}, {"enabled", true}, {"strategies", {nobody}}}, {}).reason, "TARGETING_MATCH");
}

TEST(OpenFeature, IsSpelledAsItIsResolved) {
    const nlohmann::json plain{{"name", "\"a\""}, {"weight", 1}};
    const nlohmann::json valued{{"name", "b"}, {"weight", 1}, {"payload", {{"type", "json"}, {"value", "{\"c\":1}"}}}};
    for (const bool enabled : {true, false})
        for (const auto& variants : {nlohmann::json::array(), nlohmann::json::array({plain}),
                                     nlohmann::json::array({valued}), nlohmann::json::array({plain, valued})}) {
            const nlohmann::json feature{{"name", "\"n\""}, {"enabled", enabled}, {"variants", variants}};
            const auto rules = RuleSet::compile({{"features", {feature}}});
            const auto context = context_from_json({{"userId", "u"}});
            const auto answer = evaluate(**rules, "\"n\"", context, {QuietClock()});
            const auto resolution = resolve(answer);
            nlohmann::json told{{"key", "\"n\""}, {"reason", resolution.reason}, {"variant", resolution.variant}};
            if (!resolution.value.is_null()) told["value"] = resolution.value;
            std::string text;
            EXPECT_TRUE(append_evaluation(text, answer));
            EXPECT_EQ(nlohmann::json::parse(text), told);
        }
}

TEST(OpenFeature, APayloadThatIsNotItsTypeIsBroken) {
    const nlohmann::json variant{{"name", "a"}, {"weight", 1}, {"payload", {{"type", "json"}, {"value", "{"}}}};
    EXPECT_TRUE(resolved({{"name", "n"}, {"enabled", true}, {"variants", {variant}}}, {}).is_broken);
}

TEST(Bucket, IsTheOneOfEveryUnleashClient) {
    EXPECT_EQ(murmur3("hello", 0x9747b28c), 1568626408U);
    EXPECT_EQ(murmur3("Hello, world!", 1234), 4210478515U);
    EXPECT_EQ(rollout_bucket("123", "gr1"), 73U);
    EXPECT_EQ(rollout_bucket("ü1", "größe"), 76U);
    EXPECT_EQ(variant_bucket("ü1", "größe", 1000), 900U);
    EXPECT_EQ(variant_bucket("user-42", "checkout", 100), 38U);
    const std::string long_id(300, 'x');
    EXPECT_EQ(rollout_bucket(long_id, "g"), murmur3("g:" + long_id, 0) % 100 + 1) << "every byte of it counts";
    EXPECT_NE(murmur3("g:" + long_id, 0), murmur3("g:" + long_id.substr(1), 0));
}

TEST(RuleSet, WhatIsUnknownIsKeptWarnedOfAndFalseInvertedOrNot) {
    const nlohmann::json hostile{{"contextName", "a"}, {"operator", "REGEX"}, {"value", "(?=x)"}, {"inverted", true}};
    const nlohmann::json document{
        {"features",
         {{{"name", "f"},
           {"enabled", true},
           {"strategies", {{{"name", "default"}, {"constraints", {hostile}}}, {{"name", "mine"}}}}}}}};
    const auto rules = RuleSet::compile(document);
    ASSERT_TRUE(rules);
    EXPECT_EQ((*rules)->warnings().size(), 2U);
    EXPECT_FALSE(evaluate(**rules, "f", context_from_json({{"a", "y"}}), {QuietClock()}).enabled);
    EXPECT_EQ((*rules)->find("f")->definition(), document["features"][0]);
}

TEST(RuleSet, DefinitionsMayBeToldAsChanges) {
    const auto updated = [](const char* name, bool enabled) {
        return nlohmann::json{{"type", "feature-updated"}, {"feature", {{"name", name}, {"enabled", enabled}}}};
    };
    const nlohmann::json first{{"type", "hydration"}, {"features", {{{"name", "a"}}}}, {"segments", {{{"id", 1}}}}};
    const nlohmann::json told{{"events",
                               {first,
                                updated("a", true),
                                updated("b", true),
                                {{"type", "feature-removed"}, {"featureName", "b"}, {"project", "default"}},
                                {{"type", "segment-removed"}, {"segmentId", 1}},
                                {{"type", "of-the-future"}}}}};
    const auto rules = RuleSet::compile(told);
    ASSERT_TRUE(rules);
    EXPECT_EQ((*rules)->features().size(), 1U);
    EXPECT_TRUE((*rules)->find("a")->enabled);
    EXPECT_TRUE((*rules)->segments().empty());
    EXPECT_FALSE(RuleSet::compile({{"events", {{{"type", "feature-updated"}}}}}));
}

TEST(RuleSet, WhatIsMalformedIsRefusedWithItsPlace) {
    for (const char* text : {"", "{", "[]", "{\"features\": 1}", "{\"features\": [{\"name\": 1, \"strategies\": 2}]}",
                             "{\"features\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}"})
        EXPECT_FALSE(RuleSet::parse(text)) << text;
    EXPECT_FALSE(RuleSet::parse("{\"features\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}"));
}

}  // namespace
}  // namespace whatsflow::flags
