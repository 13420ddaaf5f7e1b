// What staff do in the panel, and what programs get for it.
#include "staff_fixture.hpp"

#include "flag_office.hpp"

namespace whatsflow::flags {
namespace {

TEST_F(StaffPages, AFlagIsMadeOffRolledOutExplainedAndRestored) {
    create("checkout");
    EXPECT_FALSE(is_on("checkout", "user-42"));
    act("/flags/checkout/rules/new", {{"rule_kind", "share"},
                                      {"share", "42"},
                                      {"stickiness", "userId"},
                                      {"group", "checkout"},
                                      {"seen", seen("checkout")}});
    act("/flags/checkout/on", {{"seen", seen("checkout")}});
    // checkout:user-42 falls into place 42 of 100.
    EXPECT_TRUE(is_on("checkout", "user-42"));
    act("/flags/checkout/rules/0", {{"rule_kind", "share"},
                                    {"share", "41"},
                                    {"stickiness", "userId"},
                                    {"group", "checkout"},
                                    {"seen", seen("checkout")}});
    EXPECT_FALSE(is_on("checkout", "user-42"));

    const auto told = look("/flags/checkout/playground?user=user-42")["answer"];
    EXPECT_EQ(told["is_on"], false);
    EXPECT_NE(told.dump().find("falls into place 42 of 100"), std::string::npos);

    const auto history = look("/flags/checkout/history")["entries"];
    ASSERT_EQ(history.size(), 4U);
    EXPECT_EQ(history[0]["restore_path"], false) << "it is so already";
    EXPECT_EQ(history[0]["changes"][0]["field"], "strategies.0.parameters.rollout");
    EXPECT_EQ(history[0]["changes"][0]["before"], "42");
    act(history[1]["restore_path"].get<std::string>(), {{"seen", seen("checkout")}});
    EXPECT_TRUE(is_on("checkout", "user-42"));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "flag.restored");
}

TEST_F(StaffPages, TheListSaysFirstWhetherAFlagIsOnAndCutsNoWord) {
    act("/flags/new", {{"flag_key", "long"},
                       {"description",
                        "Closes the application for everybody: tenants read the value of the variant "
                        "instead of any page, webhooks are kept."},
                       {"flag_type", "release"}});
    act("/flags/new", {{"flag_key", "longer"},
                       {"description", std::string(60, 'x') + std::string(40, 'y')},
                       {"flag_type", "release"}});
    const auto table = look("/flags?q=long")["table"];
    EXPECT_EQ(table["columns"][1]["label"], std::string(kProduction));
    const auto& rows = table["rows"];
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["cells"][0]["cell_sub"],
              "Closes the application for everybody: tenants read the value of the variant instead of…");
    EXPECT_EQ(rows[0]["cells"][1]["cell_status"], "idle");
    EXPECT_EQ(rows[1]["cells"][0]["cell_sub"], std::string(60, 'x') + std::string(30, 'y') + "…");
}

TEST_F(StaffPages, ARestoringIsBasedOnWhatWasSeenAndIsOfSomethingThatWas) {
    create("a");
    act("/flags/a/on", {{"seen", seen("a")}});
    const auto before = seen("a");
    const auto restore = look("/flags/a/history")["entries"][1]["restore_path"].get<std::string>();
    act("/flags/a/details", {{"flag_type", "release"}, {"description", "Another"}, {"seen", before}});
    EXPECT_EQ(staff(sdk::Method::post, restore, {{"seen", before}}).status(), 409);
    EXPECT_TRUE(is_on("a", "u"));
    // It goes from one environment, and its removal is nothing to go back to.
    define({{{"name", "a"}}}, json::array(), "staging");
    define({});
    const auto gone = look("/flags/a/history")["entries"][0];
    EXPECT_EQ(gone["what"], "flags.pages.history.removed");
    const auto row = database_->query_one(sdk::testing::a_context(),
                                          "SELECT id FROM flags_history WHERE environment = 'production' AND name = "
                                          "'a' ORDER BY revision DESC LIMIT 1");
    const auto path = "/flags/a/history/" + (*row)->text("id") + "/restore?environment=production&project=default";
    EXPECT_EQ(staff(sdk::Method::post, path, {{"seen", ""}}).status(), 404);
    act(restore, {{"seen", ""}});
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/a", "").status(), 200) << "what was before comes back";
}

TEST_F(StaffPages, AFlagThatWasRemovedEverywhereIsRestoredFromItsHistory) {
    create("a");
    act("/flags/a/on", {{"seen", seen("a")}});
    const auto history = led_to("/flags/a/remove", {{"reason", "a slip"}});
    EXPECT_TRUE(history.starts_with("/flags/a/history?")) << history;
    EXPECT_EQ(staff(sdk::Method::get, "/flags/a").status(), 404);
    const auto shown = look(history);
    EXPECT_EQ(shown["tabs"].size(), 1U) << "its other pages are gone";
    ASSERT_EQ(shown["entries"].size(), 3U);
    EXPECT_EQ(shown["entries"][0]["restore_path"], false);
    act(shown["entries"][1]["restore_path"], {{"seen", shown["entries"][1]["seen"].get<std::string>()}});
    EXPECT_TRUE(is_on("a", "u"));
    EXPECT_EQ(look("/flags/a/history")["tabs"].size(), 6U);
    EXPECT_EQ(staff(sdk::Method::get, "/flags/never/history").status(), 404);
    EXPECT_EQ(staff(sdk::Method::get, "/flags/a/history?environment=nowhere").status(), 404);
}

TEST_F(StaffPages, WhoOnlyReadsIsOfferedNoRestoring) {
    create("a");
    act("/flags/a/on", {{"seen", seen("a")}});
    const auto path = look("/flags/a/history")["entries"][1]["restore_path"].get<std::string>();
    sdk::testing::CallOptions options;
    options.identity = sdk::testing::a_staff_member({"flags.read"});
    options.site = sdk::Site::admin;
    const auto answer = host_.call(sdk::Method::get, "/flags/a/history", options);
    ASSERT_EQ(answer.status(), 200);
    const auto entries = std::get<sdk::View>(answer.body()).model["entries"];
    ASSERT_EQ(entries.size(), 2U);
    for (const auto& entry : entries) EXPECT_EQ(entry["restore_path"], false);
    options.body = "seen=" + sdk::encode_url(seen("a"));
    options.headers.add("Content-Type", "application/x-www-form-urlencoded");
    EXPECT_EQ(host_.call(sdk::Method::post, path, options).status(), 403);
    EXPECT_TRUE(is_on("a", "u"));
}

TEST_F(StaffPages, WhoWasSlowerIsToldAndChangesNothing) {
    create("a");
    const auto before = seen("a");
    act("/flags/a/on", {{"seen", before}});
    EXPECT_EQ(staff(sdk::Method::post, "/flags/a/off", {{"seen", before}}).status(), 409);
    EXPECT_TRUE(is_on("a", "u"));
}

TEST_F(StaffPages, TheKillSwitchIsForEveryEnvironmentAndWantsAReason) {
    create("a");
    act("/flags/a/on", {{"seen", seen("a")}});
    for (const char* reason : {"", " ", "two\nlines"})
        EXPECT_EQ(staff(sdk::Method::post, "/flags/a/off-everywhere", {{"reason", reason}}).status(), 422) << reason;
    define({{{"name", "a"}, {"enabled", false}}}, json::array(), "staging");
    const auto before = host_.facilities().audit.entries().size();
    act("/flags/a/off-everywhere", {{"reason", "it burns"}});
    EXPECT_EQ(host_.facilities().audit.entries().size(), before + 1) << "off it stays where it was off";
    EXPECT_FALSE(is_on("a", "u"));
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "it burns");
}

TEST_F(StaffPages, BadInputIsToldAndChangesNothing) {
    for (const char* key : {"", "with blank", "new", "a/b"})
        EXPECT_EQ(staff(sdk::Method::post, "/flags/new", {{"flag_key", key}, {"flag_type", "release"}}).status(), 422)
            << key;
    create("a");
    EXPECT_EQ(staff(sdk::Method::post, "/flags/new", {{"flag_key", "a"}, {"flag_type", "release"}}).status(), 422);
    const auto mark = seen("a");
    const std::vector<Pairs> rules{
        {{"rule_kind", "share"}, {"share", "101"}, {"stickiness", "default"}},
        {{"rule_kind", "share"}, {"share", "x"}, {"stickiness", "default"}},
        {{"rule_kind", "users"}, {"members", " \n"}},
        {{"rule_kind", "users"}, {"members", "ann, ben"}},
        {{"rule_kind", "nobody"}},
        {{"rule_kind", "everybody"}, {"field_0", "a"}, {"operator_0", "REGEX"}, {"values_0", "(?=x)"}},
        {{"rule_kind", "everybody"}, {"values_0", "without a field"}}};
    for (auto rule : rules) {
        rule.emplace_back("seen", mark);
        EXPECT_EQ(staff(sdk::Method::post, "/flags/a/rules/new", rule).status(), 422) << rule[0].second;
    }
    const std::vector<Pairs> variants{
        {{"name_0", "v"}, {"weight_0", "1"}, {"type_0", "json"}, {"payload_0", "{"}},
        {{"name_0", "v"}, {"weight_0", "1"}, {"type_0", "number"}, {"payload_0", "true"}},
        {{"name_0", "v"}, {"weight_0", "1001"}, {"type_0", "none"}},
        {{"name_0", "v"}, {"weight_0", "1"}, {"type_0", "none"}, {"name_1", "v"}, {"weight_1", "1"}}};
    for (auto form : variants) {
        form.emplace_back("seen", mark);
        EXPECT_EQ(staff(sdk::Method::post, "/flags/a/variants", form).status(), 422) << form[1].second;
    }
    EXPECT_EQ(staff(sdk::Method::post, "/flags/a/overrides", {{"tenant", "t1"}, {"state", "perhaps"}, {"seen", mark}})
                  .status(),
              422);
    EXPECT_EQ(seen("a"), mark);
    EXPECT_EQ(staff(sdk::Method::get, "/flags/none").status(), 404);
    EXPECT_EQ(staff(sdk::Method::get, "/flags/a/rules/7").status(), 404);
}

TEST_F(StaffPages, ACopyForAnotherEnvironmentIsOff) {
    define({{{"name", "a"}, {"enabled", true}, {"description", "Copied"}}});
    define({{{"name", "b"}}}, json::array(), "staging");
    act("/flags/a/copy?environment=staging&project=default");
    EXPECT_EQ(look("/flags/a?environment=staging")["header"]["lead"], "Copied");
    auto token = a_token();
    token.environment = "staging";
    EXPECT_EQ(json_of(post(kOne + std::string("a"), R"({"context":{}})", {}, token))["value"], false);
    EXPECT_TRUE(is_on("a", "u"));
}

TEST_F(StaffPages, WhatDoesNotCompileIsNotWritten) {
    create("a");
    Store store{host_};
    Board board{host_, store};
    Schedules schedules{host_, store};
    ChangeRequests requests{host_, store, schedules, {}};
    const pages::FlagOffice office{host_, store, board, schedules, requests, {kProduction}};
    ASSERT_TRUE(board.refresh());
    sdk::Request request;
    request.identity = sdk::testing::a_staff_member({"flags.manage"});
    request.context = sdk::testing::a_context();
    const auto place = pages::place_of(office, "a", kProduction, kDefaultProject);
    auto definition = place.definition();
    definition["strategies"] = 7;
    const auto done = pages::change(office, request, place, definition, "flag.restored", json::object(), place.mark());
    EXPECT_EQ(done ? "" : done.error().code, "flags.malformed");
    EXPECT_EQ(json_of(ask(sdk::Method::get, "/api/client/features/a", ""))["strategies"], json::array());
}

TEST_F(StaffPages, UsageSaysHowManyPeopleGotWhichVariant) {
    create("a");
    act("/flags/a/details",
        {{"flag_type", "experiment"}, {"impressions", "on"}, {"seen", seen("a")}, {"description", ""}});
    EXPECT_EQ(look("/flags/a/usage")["exposures"]["rows"].size(), 0U);
    for (const char* who : {"u1", "u2", "u1"}) is_on("a", who);
    host_.fire_timers();
    const auto rows = look("/flags/a/usage")["exposures"]["rows"];
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["cells"][0]["text"], "off");
    EXPECT_EQ(rows[0]["cells"][1]["text"], "2");
}

TEST_F(StaffPages, UsageSaysHowOftenProgramsGaveWhichVariant) {
    create("a");
    act("/flags/a/variants", {{"name_0", "red"}, {"weight_0", "1000"}, {"type_0", "none"}, {"seen", seen("a")}});
    for (const char* program : {"shop", "till"})
        post("/api/client/metrics",
             json{{"appName", program}, {"bucket", {{"toggles", {{"a", {{"variants", {{"red", 3}, {"blue", 2}}}}}}}}}}
                 .dump());
    const auto rows = look("/flags/a/usage")["variants"]["rows"];
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0]["cells"][0]["text"], "flags.pages.usage.other_variants");
    EXPECT_EQ(rows[2]["cells"][0]["text"], "red");
    EXPECT_EQ(rows[2]["cells"][1]["text"], "shop");
    EXPECT_EQ(rows[2]["cells"][2]["text"], "3");
    EXPECT_EQ(look("/flags/a")["variants_table"]["rows"][0]["cells"][2]["text"], "6");
    host_.time().advance(std::chrono::hours(24 * 8));
    EXPECT_EQ(look("/flags/a/usage")["variants"]["rows"].size(), 0U);
}

TEST_F(StaffPages, TheListIsSearchedAndFiltered) {
    create("alpha");
    create("beta");
    act("/flags/alpha/on", {{"seen", seen("alpha")}});
    const auto rows = [&](const std::string& query) { return look("/flags?" + query)["table"]["rows"].size(); };
    EXPECT_EQ(rows("project=default"), 2U);
    EXPECT_EQ(rows("q=ALP"), 1U);
    EXPECT_EQ(rows("state=on&project=default"), 1U);
    EXPECT_EQ(rows("type=experiment"), 0U);
    EXPECT_EQ(rows("stale=potentially-stale"), 0U);
    host_.time().advance(std::chrono::hours(24 * 39));
    EXPECT_EQ(rows("stale=potentially-stale"), 0U);
    host_.time().advance(std::chrono::hours(24 * 2));
    EXPECT_EQ(rows("stale=potentially-stale"), 2U);
    EXPECT_EQ(look("/flags/alpha")["is_old"], true);
    EXPECT_EQ(look("/flags/alpha")["lifetime"], "flags.pages.lifetime.known");
    act("/flags/alpha/details", {{"flag_type", "release"}, {"stale", "on"}, {"seen", seen("alpha")}});
    EXPECT_EQ(rows("stale=potentially-stale"), 1U);
    EXPECT_EQ(rows("stale=stale"), 1U);
    EXPECT_EQ(look("/flags/alpha")["is_stale"], true);
    act("/flags/beta/details", {{"flag_type", "permission"}, {"seen", seen("beta")}});
    EXPECT_EQ(rows("stale=potentially-stale"), 0U) << "made to stay";
    create("short");
    act("/flags/short/details", {{"flag_type", "operational"}, {"seen", seen("short")}});
    host_.time().advance(std::chrono::hours(24 * 7 + 1));
    EXPECT_EQ(look("/flags/short")["is_old"], true) << "operational ones live a week";
}

TEST_F(StaffPages, AStateIsThatOfTheEnvironmentAskedFor) {
    define({{{"name", "a"}, {"enabled", true}}});
    define({{{"name", "a"}, {"enabled", false}}}, json::array(), "staging");
    const auto rows = [&](const std::string& query) { return look("/flags?q=a&" + query)["table"]["rows"].size(); };
    EXPECT_EQ(rows("state=on&project=default"), 1U);
    EXPECT_EQ(rows("state=on&project=default&environment=production"), 1U);
    EXPECT_EQ(rows("state=on&project=default&environment=staging"), 0U);
}

TEST_F(StaffPages, AKeyOfTwoProjectsIsLostBetweenNoPages) {
    host_.fire_timers();
    host_.fire_timers();
    // One of the lengths puts the two with one key on two pages.
    for (int others = 46; others <= 50; ++others) {
        std::vector<json> flags{json{{"name", "maintenance-notice"}}};
        for (int i = 0; i < others; ++i) flags.push_back(json{{"name", "a" + std::to_string(i)}});
        define(flags);
        std::size_t listed = 0;
        for (json path = "/flags"; path.is_string();) {
            const auto table = look(path.get<std::string>())["table"];
            listed += table["rows"].size();
            path = table.value("older_path", json());
        }
        EXPECT_EQ(listed, flags.size() + 2) << others;
    }
}

TEST_F(StaffPages, FlagsAreSortedIntoProjectsAndTagged) {
    create("alpha");
    create("beta");
    const auto save = [&](const char* project, const char* tags) {
        return staff(sdk::Method::post, "/flags/alpha/details",
                     {{"flag_type", "release"}, {"flag_project", project}, {"tags", tags}, {"seen", seen("alpha")}})
            .status();
    };
    EXPECT_EQ(save("shop", "team:checkout, area:front"), 303);
    const auto rows = [&](const std::string& query) { return look("/flags?" + query)["table"]["rows"]; };
    ASSERT_EQ(rows("project=shop").size(), 1U);
    EXPECT_EQ(rows("project=default").size(), 1U);
    EXPECT_EQ(rows("tag=area%3Afront")[0]["id"], "alpha");
    EXPECT_NE(rows("tag=area%3Afront").dump().find("team:checkout"), std::string::npos);
    const auto written = json_of(ask(sdk::Method::get, "/api/client/features/alpha", ""));
    EXPECT_EQ(written["tags"][1], (json{{"type", "area"}, {"value", "front"}}));
    for (const char* tags : {"checkout", ":checkout", "team:"}) EXPECT_EQ(save("shop", tags), 422) << tags;
    for (const char* project : {"platform", "with blank", "ä"}) EXPECT_EQ(save(project, ""), 422) << project;
    EXPECT_EQ(save("shop", ""), 303);
    EXPECT_FALSE(json_of(ask(sdk::Method::get, "/api/client/features/alpha", "")).contains("tags"));
}

TEST_F(StaffPages, ImportsAreCheckedAndExportsAreTheDefinitions) {
    EXPECT_EQ(staff(sdk::Method::post, "/flags/import", {{"environment", kProduction}, {"definitions", "{"}}).status(),
              422);
    act("/flags/import",
        {{"environment", kProduction}, {"definitions", R"({"features":[{"name":"x","enabled":true}]})"}});
    EXPECT_TRUE(is_on("x", "u"));
    const auto exported = staff(sdk::Method::get, "/flags/export.json?environment=production");
    EXPECT_EQ(json_of(exported)["features"][0]["name"], "x");
}

TEST_F(StaffPages, FlagsOfPluginsAreListedAndAnswerThem) {
    host_.fire_timers();
    host_.fire_timers();
    EXPECT_EQ(look("/flags?project=platform")["table"]["rows"].size(), 2U);
    EXPECT_EQ(look("/flags/maintenance-notice")["lifetime"], false) << "it stays as long as its plugin";
    const auto flags = sdk::find_service<sdk::FeatureFlags>(host_);
    const sdk::FlagContext who{.targeting_key = "t1"};
    EXPECT_EQ(sdk::flag_details(flags, "maintenance-notice", "", who).value, "");
    const auto mark = look("/flags/maintenance-notice")["seen"].get<std::string>();
    act("/flags/maintenance-notice/on?project=platform", {{"seen", mark}});
    EXPECT_NE(sdk::flag_details(flags, "maintenance-notice", "", who).value, "");
    EXPECT_EQ(staff(sdk::Method::post, "/flags/maintenance-notice/remove", {{"reason", "x"}}).status(), 422);
}

TEST_F(StaffPages, MaintenanceModeClosesTheAppForTenantsUntilItIsTurnedOff) {
    host_.fire_timers();
    host_.fire_timers();
    const auto closed = host_.contributions({"whatsflow.slot.closed_site", 1}, sdk::Site::app);
    ASSERT_EQ(closed.size(), 1U);
    sdk::Request request;
    const auto said = [&] {
        const auto view = closed[0].render(request);
        EXPECT_TRUE(view);
        return view->name.empty() ? std::string{} : view->model["text"].get<std::string>();
    };
    EXPECT_EQ(said(), "");
    const auto in_platform = [&](const std::string& rest) {
        return "/flags/maintenance-mode" + rest + "?project=platform";
    };
    const auto mark = [&] { return look(in_platform(""))["seen"].get<std::string>(); };
    act(in_platform("/on"), {{"seen", mark()}});
    EXPECT_NE(said().find("come back in a few minutes"), std::string::npos);
    request.identity = sdk::testing::a_staff_member({});
    request.identity->tenant = sdk::TenantId{"t1"};
    EXPECT_NE(said(), "");
    act(in_platform("/overrides"), {{"tenant", "t1"}, {"state", "off"}, {"seen", mark()}});
    EXPECT_EQ(said(), "") << "not for this tenant";
    act(in_platform("/overrides"), {{"tenant", "t1"}, {"state", "rules"}, {"seen", mark()}});
    act(in_platform("/variants"), {{"seen", mark()}});
    EXPECT_EQ(said(), "flags.closed") << "on without a sentence of its own";
    request.identity->impersonator = "ann";
    EXPECT_EQ(said(), "") << "staff look whether all is well";
    request.identity->impersonator.clear();
    act(in_platform("/off"), {{"seen", mark()}});
    EXPECT_EQ(said(), "");
}

TEST_F(StaffPages, WhatADefinitionSaysInAnotherKindOfValueBreaksNoPage) {
    const auto constraints = json::parse(R"([
        {"contextName": 7, "operator": "IN", "values": [1, true]},
        {"contextName": "tenantId", "operator": "IN", "values": ["t1"], "inverted": null, "caseInsensitive": null},
        {"contextName": "tenantId", "operator": "NOT_IN", "values": [7], "inverted": null}])");
    const auto features = json::parse(R"([
        {"name": "kinds", "type": 7, "stale": "yes", "impressionData": null, "description": [1], "createdAt": 5,
         "project": {}, "tags": 7},
        {"name": "nothing", "type": null, "stale": null, "enabled": null, "description": null, "createdAt": null,
         "strategies": null, "variants": null, "dependencies": null, "project": null, "tags": null},
        {"name": "rules", "strategies": [
            {"name": 7, "parameters": null, "constraints": null, "segments": null, "variants": null, "title": 7},
            {"name": "flexibleRollout", "parameters": {"rollout": 50, "stickiness": true, "groupId": 7}},
            {"name": "default", "segments": [1, 2, 99], "constraints": [{"operator": "IN"}]}]},
        {"name": "variants", "variants": [
            {"name": 1, "weight": null, "payload": {"type": null, "value": 7}, "overrides": null},
            {"name": "b", "weight": 1, "weightType": 7, "stickiness": null, "payload": null}],
         "dependencies": [{"feature": 7, "enabled": null, "variants": null}]}])");
    auto all = features.get<std::vector<json>>();
    all[2]["strategies"].push_back({{"name", "default"}, {"constraints", json::array({constraints[1]})}});
    all[2]["strategies"].push_back({{"name", "default"}, {"constraints", constraints}});
    const json segments{{{"id", 1}, {"name", 7}, {"description", {9}}, {"constraints", constraints}},
                        {{"id", 2}, {"constraints", nullptr}}};
    define(all, segments);
    for (const auto& each : all) {
        const auto flag = "/flags/" + each["name"].get<std::string>();
        for (const char* page : {"", "/rules/new", "/variants", "/overrides", "/schedule",
                                 "/playground?user=u&tenant=t1", "/history", "/usage"})
            look(flag + page);
        const auto rules = each.value("strategies", json());
        for (std::size_t i = 0; i < rules.size(); ++i) look(flag + "/rules/" + std::to_string(i));
        act(flag + "/overrides", {{"tenant", "t1"}, {"state", "off"}, {"seen", seen(each["name"])}});
        act(flag + "/details", {{"flag_type", "release"}, {"seen", seen(each["name"])}});
        act(flag + "/on", {{"seen", seen(each["name"])}});
    }
    for (const char* page : {"/flags", "/flags/segments", "/flags/segments/1", "/flags/segments/2"}) look(page);
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features", "").status(), 200);
}

}  // namespace
}  // namespace whatsflow::flags
