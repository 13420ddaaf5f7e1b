// Rules, variants and exceptions that staff edit.
#include "staff_fixture.hpp"

#include "core/edits.hpp"

namespace whatsflow::flags {
namespace {

using RulePages = StaffPages;

TEST_F(RulePages, ConditionsAndVariantsArriveAsTheyWereTyped) {
    create("a");
    act("/flags/a/rules/new", {{"rule_kind", "everybody"},
                               {"field_0", "country"},
                               {"operator_0", "IN"},
                               {"values_0", "LK\nFR, with comma"},
                               {"field_1", "age"},
                               {"operator_1", "NUM_GTE"},
                               {"values_1", "18"},
                               {"inverted_1", "on"},
                               {"seen", seen("a")}});
    act("/flags/a/variants",
        {{"name_0", "ten"}, {"weight_0", "1000"}, {"type_0", "number"}, {"payload_0", "10"}, {"seen", seen("a")}});
    const auto written = json_of(ask(sdk::Method::get, "/api/client/features/a", ""));
    EXPECT_EQ(written["strategies"][0]["constraints"][0]["values"], json({"LK", "FR, with comma"}));
    EXPECT_EQ(written["strategies"][0]["constraints"][1]["value"], "18");
    EXPECT_EQ(written["strategies"][0]["constraints"][1]["inverted"], true);
    EXPECT_EQ(written["variants"][0]["payload"]["value"], "10");
}

TEST_F(RulePages, ARuleOfAnOldKindStaysWhatItIsWhenItIsSavedAgain) {
    const auto old = [](const char* name, json parameters) {
        return json{{"name", name}, {"parameters", std::move(parameters)}};
    };
    define({{{"name", "a"},
             {"enabled", true},
             {"strategies",
              {old("gradualRolloutUserId", {{"percentage", "30"}, {"groupId", "g"}}),
               old("gradualRolloutSessionId", {{"percentage", "30"}, {"groupId", "g"}}),
               old("gradualRolloutRandom", {{"percentage", "30"}}),
               old("applicationHostname", {{"hostNames", "web-1"}})}}}});
    const char* const sticky[] = {"userId", "sessionId", "random"};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto fields = look("/flags/a/rules/" + std::to_string(i))["form"]["fields"];
        EXPECT_EQ(fields[1]["value"], "30");
        EXPECT_EQ(fields[2]["value"], sticky[i]);
    }
    EXPECT_EQ(look("/flags/a")["rules"][3]["edit_path"], false) << "the form knows no host names";
    act("/flags/a/rules/0",
        {{"rule_kind", "share"}, {"share", "30"}, {"stickiness", "userId"}, {"group", "g"}, {"seen", seen("a")}});
    EXPECT_EQ(json_of(ask(sdk::Method::get, "/api/client/features/a", ""))["strategies"][0],
              (json{{"name", "flexibleRollout"},
                    {"parameters", {{"rollout", "30"}, {"stickiness", "userId"}, {"groupId", "g"}}},
                    {"constraints", json::array()},
                    {"segments", json::array()}}));
}

TEST_F(RulePages, WhoIsKeptOutByNameStaysOutOfANewRule) {
    define({with_overrides(json{{"name", "a"}, {"enabled", true}}, {{}, {"t1"}})});
    act("/flags/a/rules/new", {{"rule_kind", "everybody"}, {"seen", seen("a")}});
    const auto on = [&](const char* tenant) {
        return json_of(post(kOne + std::string("a"), json{{"context", {{"tenantId", tenant}}}}.dump()))["value"];
    };
    EXPECT_EQ(on("t1"), false);
    EXPECT_EQ(on("t2"), true);
}

TEST_F(RulePages, VariantsKeepWhatTheFormDoesNotKnow) {
    const json variant{{"name", "v"},
                       {"weight", 1},
                       {"weightType", "variable"},
                       {"stickiness", "tenantId"},
                       {"overrides", {{{"contextName", "userId"}, {"values", {"ann"}}}}}};
    define({{{"name", "a"}, {"enabled", true}, {"variants", json::array({variant})}}});
    act("/flags/a/variants", {{"name_0", "v"}, {"weight_0", "2"}, {"type_0", "none"}, {"seen", seen("a")}});
    auto expected = variant;
    expected["weight"] = 2;
    EXPECT_EQ(json_of(ask(sdk::Method::get, "/api/client/features/a", ""))["variants"], json::array({expected}));
}

TEST_F(RulePages, AnExceptionIsSetFromTheTenantsPageAndTakenBack) {
    create("a");
    act("/flags/a/rules/new", {{"rule_kind", "users"}, {"members", "nobody"}, {"seen", seen("a")}});
    act("/flags/a/on", {{"seen", seen("a")}});
    EXPECT_EQ(staff(sdk::Method::post, "/flags/a/overrides", {{"tenant", "t2"}, {"state", "on"}}).status(), 422);
    act("/flags/a/overrides", {{"tenant", "t1"}, {"state", "on"}, {"seen", seen("a")}});
    const std::string who = R"({"context":{"targetingKey":"u","tenantId":"t1"}})";
    EXPECT_EQ(json_of(post("/ofrep/v1/evaluate/flags/a", who))["value"], true);
    EXPECT_EQ(look("/flags/a/overrides")["rows"][0]["name"], "Lotus");
    act("/flags/a/overrides", {{"tenant", "t1"}, {"state", "rules"}, {"seen", seen("a")}});
    EXPECT_EQ(json_of(post("/ofrep/v1/evaluate/flags/a", who))["value"], false);
}

TEST_F(RulePages, ExceptionsOfTenantsAreBounded) {
    std::vector<std::string> many;
    for (int i = 0; i < 500; ++i) many.push_back("tenant-" + std::to_string(i));
    define({with_overrides(json{{"name", "a"}, {"enabled", true}}, {{}, many})});
    const auto set = [&](const char* tenant, const char* state) {
        return staff(sdk::Method::post, "/flags/a/overrides",
                     {{"tenant", tenant}, {"state", state}, {"seen", seen("a")}})
            .status();
    };
    EXPECT_EQ(set("t1", "on"), 422) << "one more than there may be";
    EXPECT_EQ(set("tenant-7", "rules"), 303);
    EXPECT_EQ(set("t1", "on"), 303);
    EXPECT_EQ(set("t1", "off"), 303) << "as many as before";
    EXPECT_EQ(look("/flags/a/overrides")["rows"].size(), 500U);
    EXPECT_EQ(overrides_of(json_of(ask(sdk::Method::get, "/api/client/features/a", ""))).state_of("t1"), "off");
}

TEST_F(RulePages, ATenantsPageShowsFlagsOfThePlatformAndThoseThatNameTheTenant) {
    host_.fire_timers();
    host_.fire_timers();
    create("named");
    create("t1-in-its-name");
    act("/flags/named/overrides", {{"tenant", "t1"}, {"state", "on"}, {"seen", seen("named")}});
    const auto keys = [&](const char* tenant) {
        sdk::Request request;
        request.parameters.add("id", tenant);
        std::vector<std::string> all;
        for (const auto& panel : host_.contributions({"whatsflow.slot.detail_panel", 1}, sdk::Site::admin)) {
            const auto view = panel.render(request);
            if (view && view->name == "flags/tenant_panel")
                for (const auto& row : view->model["rows"]) all.push_back(row["key"]);
        }
        return all;
    };
    EXPECT_EQ(keys("t1").size(), 3U);
    EXPECT_EQ(keys("t1").back(), "named");
    EXPECT_EQ(keys("t2").size(), 2U);
}

}  // namespace
}  // namespace whatsflow::flags
