// Who gets what: order of the rules, sticky shares, variants, dependencies.
#include "evaluation.hpp"

#include "bucket.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class StandingClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return {}; }
};

json rollout(int percent, const char* stickiness = "default") {
    return {{"name", "flexibleRollout"},
            {"parameters", {{"rollout", std::to_string(percent)}, {"stickiness", stickiness}, {"groupId", "g"}}}};
}

json flag(const char* name, json strategies, json more = json::object()) {
    json made{{"name", name}, {"enabled", true}, {"strategies", std::move(strategies)}};
    made.update(more);
    return made;
}

json only(const char* name, json rule) {
    return flag(name, json::array({std::move(rule)}));
}

class Evaluation : public ::testing::Test {
protected:
    void define(const std::vector<json>& features) {
        const auto compiled = RuleSet::compile({{"features", json(features)}});
        ASSERT_TRUE(compiled) << compiled.error().message;
        rules_ = *compiled;
    }
    Answer ask(const char* name, const json& context = json::object(), std::string_view host = {}) {
        return evaluate(*rules_, name, context_from_json(context), {clock_, host});
    }
    bool on(const char* name, const json& context = json::object()) { return ask(name, context).enabled; }
    /// How many of a thousand users are in.
    int of_a_thousand(const char* name, const char* field = "userId") {
        int in = 0;
        for (int i = 0; i < 1000; ++i) in += on(name, {{field, "u" + std::to_string(i)}});
        return in;
    }
    std::string variant(const char* name, const json& context) {
        const auto answer = ask(name, context);
        return answer.variant ? answer.variant->name : "";
    }

    StandingClock clock_;
    std::shared_ptr<const RuleSet> rules_;
};

TEST_F(Evaluation, TheSwitchComesFirstThenTheFirstRuleThatPasses) {
    define({flag("off", json::array(), {{"enabled", false}}), flag("plain", json::array()),
            flag("none", json::array({{{"name", "userWithId"}, {"parameters", {{"userIds", "x"}}}}})),
            flag("second", json::array({{{"name", "userWithId"}, {"parameters", {{"userIds", "x, y"}}}},
                                        {{"name", "default"}}}))});
    EXPECT_EQ(ask("off").cause, Cause::switched_off);
    EXPECT_EQ(ask("plain").cause, Cause::no_strategies);
    EXPECT_TRUE(on("plain"));
    EXPECT_EQ(ask("none").cause, Cause::no_strategy_passed);
    EXPECT_EQ(ask("second", {{"userId", "y"}}).strategy, 0U);
    EXPECT_EQ(ask("second", {{"userId", "z"}}).strategy, 1U);
    EXPECT_EQ(ask("unknown").cause, Cause::unknown_flag);
    EXPECT_FALSE(on("unknown"));
}

TEST_F(Evaluation, EveryKindOfRuleLetsItsOwnIn) {
    const auto one = [](const char* name, json parameters) {
        return json::array({{{"name", name}, {"parameters", std::move(parameters)}}});
    };
    define({flag("users", one("userWithId", {{"userIds", "a,b , c"}})),
            flag("addresses", one("remoteAddress", {{"IPs", "1.2.3.4, 10.0.0.0/8, zzz"}})),
            flag("hosts", one("applicationHostname", {{"hostNames", "Web-1, web-2"}})),
            flag("old user", one("gradualRolloutUserId", {{"percentage", "100"}, {"groupId", "g"}})),
            flag("old session", one("gradualRolloutSessionId", {{"percentage", "100"}, {"groupId", "g"}})),
            flag("old chance", one("gradualRolloutRandom", {{"percentage", "100"}})),
            flag("old nobody", one("gradualRolloutRandom", {{"percentage", "0"}})),
            flag("made up", one("weather", {{"rain", "yes"}}))});
    EXPECT_TRUE(on("users", {{"userId", "c"}}));
    EXPECT_FALSE(on("users", {{"userId", "d"}}));
    EXPECT_FALSE(on("users"));
    EXPECT_TRUE(on("addresses", {{"remoteAddress", "1.2.3.4"}}));
    EXPECT_TRUE(on("addresses", {{"remoteAddress", "10.9.9.9"}}));
    EXPECT_TRUE(on("addresses", {{"remoteAddress", "zzz"}})) << "an exact text counts, whatever it is";
    EXPECT_FALSE(on("addresses", {{"remoteAddress", "11.0.0.1"}}));
    EXPECT_FALSE(on("addresses"));
    EXPECT_TRUE(ask("hosts", json::object(), "web-1").enabled);
    EXPECT_FALSE(ask("hosts", json::object(), "web-3").enabled);
    EXPECT_TRUE(on("old user", {{"userId", "u"}}));
    EXPECT_FALSE(on("old user", {{"sessionId", "u"}}));
    EXPECT_TRUE(on("old session", {{"sessionId", "u"}}));
    EXPECT_FALSE(on("old session", {{"userId", "u"}}));
    EXPECT_TRUE(on("old chance"));
    EXPECT_FALSE(on("old nobody"));
    EXPECT_FALSE(on("made up"));
}

TEST_F(Evaluation, ASharePutsInWhoseBucketIsWithinItAndKeepsThemIn) {
    // g:u1 falls into the bucket that the hash says, and nobody moves out while the share grows.
    const auto bucket = static_cast<int>(rollout_bucket("u1", "g"));
    define({only("below", rollout(bucket - 1)), only("at", rollout(bucket)), only("nobody", rollout(0)),
            only("all", rollout(100)), only("ten", rollout(10)), only("thirty", rollout(30))});
    EXPECT_FALSE(on("below", {{"userId", "u1"}}));
    EXPECT_TRUE(on("at", {{"userId", "u1"}}));
    EXPECT_EQ(of_a_thousand("nobody"), 0);
    EXPECT_EQ(of_a_thousand("all"), 1000);
    // Four standard deviations of a fair share.
    EXPECT_NEAR(of_a_thousand("ten"), 100, 4 * std::sqrt(1000 * 0.1 * 0.9));
    EXPECT_NEAR(of_a_thousand("thirty"), 300, 4 * std::sqrt(1000 * 0.3 * 0.7));
    for (int i = 0; i < 1000; ++i) {
        const json who{{"userId", "u" + std::to_string(i)}};
        EXPECT_LE(on("ten", who), on("thirty", who)) << who;
    }
}

TEST_F(Evaluation, AShareSticksToTheFieldItNames) {
    define({only("session", rollout(50, "sessionId")), only("tenant", rollout(100, "tenantId")),
            only("chance", rollout(50, "random")), only("default", rollout(50))});
    EXPECT_NEAR(of_a_thousand("session", "sessionId"), 500, 4 * std::sqrt(250));
    EXPECT_EQ(of_a_thousand("session"), 0) << "a named field that is missing lets nobody in";
    EXPECT_TRUE(on("tenant", {{"tenantId", "t1"}}));
    EXPECT_FALSE(on("tenant", {{"userId", "u"}}));
    int in = 0;
    for (int i = 0; i < 1000; ++i) in += on("chance", {{"userId", "u"}});
    EXPECT_NEAR(in, 500, 5 * std::sqrt(250)) << "another answer every time";
    // The user before the session.
    for (int i = 0; i < 100; ++i) {
        const auto session = std::to_string(i);
        EXPECT_EQ(on("default", {{"userId", "u1"}, {"sessionId", session}}), on("default", {{"userId", "u1"}}));
        EXPECT_EQ(on("default", {{"userId", ""}, {"sessionId", session}}), on("default", {{"sessionId", session}}))
            << "an empty id is none";
    }
}

TEST_F(Evaluation, AShareThatIsNoNumberLetsNobodyIn) {
    for (const char* share : {"many", "", "-5", "1e9"}) {
        const json rule{{"name", "flexibleRollout"}, {"parameters", {{"rollout", share}}}};
        define({only("f", rule)});
        EXPECT_FALSE(on("f", {{"userId", "u"}})) << share;
    }
}

TEST_F(Evaluation, TheGroupIsTheFlagUnlessTheRuleNamesOne) {
    json own = rollout(50);
    own["parameters"].erase("groupId");
    define({only("f", own), only("g", rollout(50))});
    for (int i = 0; i < 200; ++i) {
        const auto id = "u" + std::to_string(i);
        EXPECT_EQ(on("f", {{"userId", id}}), rollout_bucket(id, "f") <= 50);
        EXPECT_EQ(on("g", {{"userId", id}}), rollout_bucket(id, "g") <= 50);
    }
}

json weighted(const char* name, int weight, json more = json::object()) {
    json made{{"name", name}, {"weight", weight}};
    made.update(more);
    return made;
}

TEST_F(Evaluation, VariantsGoByTheirWeights) {
    define({flag("f", json::array(), {{"variants", {weighted("a", 333), weighted("none", 0), weighted("b", 667)}}}),
            flag("zero", json::array(), {{"variants", json::array({weighted("a", 0)})}})});
    std::map<std::string, int> got;
    for (int i = 0; i < 1000; ++i) {
        const auto id = "u" + std::to_string(i);
        const auto name = variant("f", {{"userId", id}});
        EXPECT_EQ(name, variant_bucket(id, "f", 1000) <= 333 ? "a" : "b") << id;
        ++got[name];
    }
    EXPECT_EQ(got.size(), 2U);
    EXPECT_NEAR(got["a"], 333, 4 * std::sqrt(1000 * 0.333 * 0.667));
    EXPECT_EQ(ask("zero", {{"userId", "u"}}).variant, nullptr);
    EXPECT_TRUE(ask("f", {{"userId", "u"}}).by_share);
}

TEST_F(Evaluation, ARulesVariantsWinOverTheFlags) {
    json rule = rollout(100);
    rule["variants"] = json::array({weighted("rule's", 1)});
    define({flag("f", json::array({rule}), {{"variants", json::array({weighted("flag's", 1)})}}),
            flag("g", json::array({{{"name", "default"}}}), {{"variants", json::array({weighted("flag's", 1)})}})});
    EXPECT_EQ(variant("f", {{"userId", "u"}}), "rule's");
    EXPECT_EQ(variant("g", {{"userId", "u"}}), "flag's");
}

TEST_F(Evaluation, VariantsStickToTheFirstOnesField) {
    const json by_tenant{{"stickiness", "tenantId"}};
    define({flag("tenant", json::array(), {{"variants", {weighted("a", 1, by_tenant), weighted("b", 1)}}}),
            flag("address", json::array(), {{"variants", {weighted("a", 1), weighted("b", 1)}}})});
    for (int i = 0; i < 100; ++i) {
        const auto id = std::to_string(i);
        EXPECT_EQ(variant("tenant", {{"tenantId", "t1"}, {"userId", id}}), variant("tenant", {{"tenantId", "t1"}}));
        EXPECT_EQ(variant("address", {{"remoteAddress", id}}), variant("address", {{"remoteAddress", id}}))
            << "the address, where nothing else tells people apart";
    }
}

TEST_F(Evaluation, AnOverrideComesBeforeTheWeights) {
    const json named{{"overrides", {{{"contextName", "userId"}, {"values", {"ann", "ben"}}}}}};
    define({flag("f", json::array(), {{"variants", {weighted("rare", 1, named), weighted("common", 999)}}})});
    EXPECT_EQ(variant("f", {{"userId", "ann"}}), "rare");
    EXPECT_EQ(variant("f", {{"userId", "ben"}}), "rare");
    EXPECT_EQ(variant("f", {{"userId", "u1"}}), "common");
}

TEST_F(Evaluation, AChildNeedsItsParentAsItSays) {
    const auto child = [](const char* name, json needs) {
        return flag(name, json::array(), {{"dependencies", json::array({std::move(needs)})}});
    };
    define({flag("parent", json::array(), {{"variants", json::array({weighted("a", 1)})}}),
            flag("sleeping", json::array(), {{"enabled", false}}), child("child", {{"feature", "parent"}}),
            child("opposite", {{"feature", "parent"}, {"enabled", false}}),
            child("of sleeping", {{"feature", "sleeping"}}),
            child("not sleeping", {{"feature", "sleeping"}, {"enabled", false}}),
            child("variant", {{"feature", "parent"}, {"variants", {"a"}}}),
            child("other variant", {{"feature", "parent"}, {"variants", {"b"}}}),
            child("without variant", {{"feature", "opposite of none"}, {"variants", {"disabled"}}}),
            flag("plain", json::array()), child("of plain", {{"feature", "plain"}, {"variants", {"disabled"}}}),
            child("orphan", {{"feature", "nobody"}}), child("grandchild", {{"feature", "child"}}),
            child("circle", {{"feature", "circle"}})});
    for (const char* name : {"child", "not sleeping", "variant", "of plain"})
        EXPECT_TRUE(on(name, {{"userId", "u"}})) << name;
    for (const char* name :
         {"opposite", "of sleeping", "other variant", "without variant", "orphan", "grandchild", "circle"})
        EXPECT_EQ(ask(name, {{"userId", "u"}}).cause, Cause::dependency) << name;
}

TEST_F(Evaluation, AnOverrideGoesByTheFieldItNamesAndWinsNothingWhereNoVariantHasWeight) {
    const json lk{{"overrides", {{{"contextName", "country"}, {"values", {"LK"}}}}}};
    define({flag("f", json::array(), {{"variants", {weighted("rare", 1, lk), weighted("common", 999)}}}),
            flag("zero", json::array(), {{"variants", json::array({weighted("rare", 0, lk)})}})});
    EXPECT_EQ(variant("f", {{"userId", "u1"}, {"country", "LK"}}), "rare");
    EXPECT_EQ(variant("f", {{"userId", "LK"}, {"country", "DE"}}), variant("f", {{"userId", "LK"}}));
    EXPECT_EQ(ask("zero", {{"userId", "u1"}, {"country", "LK"}}).variant, nullptr);
}

TEST_F(Evaluation, ANamedFieldThatIsEmptyTellsNobodyFromOthers) {
    const json by_plan{{"stickiness", "plan"}};
    define({only("share", rollout(100, "plan")),
            flag("variants", json::array(), {{"variants", {weighted("a", 1, by_plan), weighted("b", 1)}}})});
    EXPECT_FALSE(on("share", {{"plan", ""}})) << "as if it were missing";
    EXPECT_TRUE(on("share", {{"plan", "pro"}}));
    std::map<std::string, int> got;
    for (int i = 0; i < 200; ++i) ++got[variant("variants", {{"plan", ""}})];
    EXPECT_EQ(got.size(), 2U) << "by chance";
    EXPECT_FALSE(rules_->is_settled_by(context_from_json({{"plan", ""}})));
    EXPECT_TRUE(rules_->is_settled_by(context_from_json({{"plan", "pro"}})));
}

TEST_F(Evaluation, VariantsOfARuleGoByItsGroupAndWhatItSticksToUnlessTheFirstOneSaysOtherwise) {
    auto rule = rollout(100, "tenantId");
    rule["variants"] = {weighted("a", 1), weighted("b", 1, {{"stickiness", "userId"}})};
    define({only("f", rule)});
    for (int i = 0; i < 100; ++i) {
        const auto tenant = "t" + std::to_string(i);
        EXPECT_EQ(variant("f", {{"tenantId", tenant}, {"userId", "u"}}),
                  variant_bucket(tenant, "g", 2) <= 1 ? "a" : "b")
            << tenant;
    }
}

TEST_F(Evaluation, AGroupMayBeEmptyAndAShareIsAWholeNumber) {
    json nameless = rollout(50);
    nameless["parameters"]["groupId"] = "";
    json broken = rollout(0);
    broken["parameters"]["rollout"] = "50.9";
    define({only("nameless", nameless), only("fraction", broken), only("fifty", rollout(50))});
    for (int i = 0; i < 300; ++i) {
        const auto id = "u" + std::to_string(i);
        EXPECT_EQ(on("nameless", {{"userId", id}}), rollout_bucket(id, "") <= 50) << id;
        EXPECT_EQ(on("fraction", {{"userId", id}}), on("fifty", {{"userId", id}})) << id;
    }
}

}  // namespace
}  // namespace whatsflow::flags
