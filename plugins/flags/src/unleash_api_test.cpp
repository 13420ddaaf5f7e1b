// What Unleash's clients ask and report.
#include "program_fixture.hpp"

namespace whatsflow::flags {
namespace {

using nlohmann::json;
using Unleash = ProgramTest;

const json kSegments{{{"id", 1},
                      {"name", "here"},
                      {"constraints", {{{"contextName", "country"}, {"operator", "IN"}, {"values", {"LK"}}}}}}};
const std::vector<json> kFeatures{
    {{"name", "a"},
     {"enabled", true},
     {"strategies", {{{"name", "default"}, {"segments", {1}}}}},
     {"variants", {{{"name", "v"}, {"weight", 1}, {"payload", {{"type", "string"}, {"value", "x"}}}}}}},
    {{"name", "b"}, {"enabled", false}},
    {{"name", "c/d"}, {"enabled", true}, {"impressionData", true}}};

TEST_F(Unleash, ServersGetDefinitionsAsTheyWereImported) {
    define(kFeatures, kSegments);

    const auto answer = json_of(ask(sdk::Method::get, "/api/client/features", "", {{"Unleash-Client-Spec", "5.2.0"}}));

    EXPECT_EQ(answer["version"], 2);
    EXPECT_EQ(answer["features"], json(kFeatures));
    EXPECT_EQ(answer["segments"], kSegments);
    EXPECT_EQ(answer["meta"]["revisionId"], 1);
}

TEST_F(Unleash, ClientsThatKnowNoSegmentsGetTheirConstraintsInPlace) {
    define(kFeatures, kSegments);
    const auto old = ask(sdk::Method::get, "/api/client/features", "");
    const auto now = ask(sdk::Method::get, "/api/client/features", "", {{"Unleash-Client-Spec", "4.2.0"}});

    const auto strategy = json_of(old)["features"][0]["strategies"][0];
    EXPECT_EQ(strategy["constraints"], kSegments[0]["constraints"]);
    EXPECT_FALSE(strategy.contains("segments"));
    EXPECT_NE(header(old, "ETag"), header(now, "ETag"));
}

TEST_F(Unleash, ASegmentInPlaceNarrowsItsRuleAndOneThatIsNotThereLetsNobodyIn) {
    const json own{{"contextName", "plan"}, {"operator", "IN"}, {"values", {"pro"}}};
    const json rule{{"name", "default"}, {"segments", {1, 9}}, {"constraints", json::array({own})}};
    define({{{"name", "a"}, {"enabled", true}, {"strategies", json::array({rule})}}}, kSegments);
    const auto in_place = json_of(ask(sdk::Method::get, "/api/client/features", ""))["features"][0];
    const json nobody{{"contextName", "userId"}, {"operator", "IN"}, {"values", json::array()}};
    EXPECT_EQ(in_place["strategies"][0]["constraints"], json::array({own, kSegments[0]["constraints"][0], nobody}));
    const auto rules = RuleSet::compile({{"features", json::array({in_place})}});
    ASSERT_TRUE(rules);
    EXPECT_TRUE((*rules)->warnings().empty());
}

TEST_F(Unleash, UnchangedDefinitionsAreNotSentAgainAndAPrefixHasATagOfItsOwn) {
    define(kFeatures, kSegments);
    const auto tag = header(ask(sdk::Method::get, "/api/client/features", ""), "ETag");

    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features", "", {{"If-None-Match", tag}}).status(), 304);
    const auto some = ask(sdk::Method::get, "/api/client/features?namePrefix=c", "", {{"If-None-Match", tag}});
    ASSERT_EQ(some.status(), 200);
    EXPECT_EQ(json_of(some)["features"].size(), 1U);

    define(kFeatures);
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features", "", {{"If-None-Match", tag}}).status(), 200);
}

TEST_F(Unleash, ProgramsMayAskForTheFlagsOfAProjectOrATag) {
    const auto tagged = [](const char* type, const char* value) {
        return json::array({{{"type", type}, {"value", value}}});
    };
    define({{{"name", "a"}, {"project", "shop"}, {"tags", tagged("team", "checkout")}},
            {{"name", "b"}, {"project", "shop"}},
            {{"name", "c"}, {"tags", tagged("team", "inbox")}}});
    const auto names = [&](const std::string& query) {
        std::string all;
        const auto answer = json_of(ask(sdk::Method::get, "/api/client/features?" + query, ""));
        for (const auto& each : answer["features"]) all += each["name"].get<std::string>();
        return all;
    };
    EXPECT_EQ(names(""), "abc");
    EXPECT_EQ(names("project=shop"), "ab");
    EXPECT_EQ(names("project=default"), "c");
    EXPECT_EQ(names("project=default&project=shop"), "abc");
    EXPECT_EQ(names("tag=team%3Acheckout"), "a");
    EXPECT_EQ(names("tag=team%3Acheckout&tag=team%3Ainbox"), "ac");
    EXPECT_EQ(names("tag=team%3Acheckout&project=default"), "");
    const auto mark = header(ask(sdk::Method::get, "/api/client/features?project=shop", ""), "ETag");
    for (const char* other : {"", "project=default", "tag=shop", "namePrefix=shop"})
        EXPECT_NE(mark, header(ask(sdk::Method::get, std::string("/api/client/features?") + other, ""), "ETag"));
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features?project=shop", "", {{"If-None-Match", mark}}).status(), 304);
}

TEST_F(Unleash, OneDefinitionIsFoundByItsName) {
    define(kFeatures, kSegments);

    EXPECT_EQ(json_of(ask(sdk::Method::get, "/api/client/features/a", "", {{"Unleash-Client-Spec", "4.2.0"}})),
              kFeatures[0]);
    const auto for_old = ask(sdk::Method::get, "/api/client/features/a", "", {{"Unleash-Client-Spec", "4.1.9"}});
    EXPECT_EQ(json_of(for_old)["strategies"][0],
              (json{{"name", "default"}, {"constraints", kSegments[0]["constraints"]}}));
    EXPECT_EQ(json_of(ask(sdk::Method::get, "/api/client/features/b", "")), kFeatures[1]);
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/none", "").status(), 404);
}

TEST_F(Unleash, BrowsersGetWhatIsOnByQueryAndByBody) {
    define(kFeatures, kSegments);
    const json c{
        {"name", "c/d"},
        {"enabled", true},
        {"impressionData", true},
        {"variant", {{"name", "disabled"}, {"enabled", false}, {"feature_enabled", true}, {"featureEnabled", true}}}};

    EXPECT_EQ(json_of(ask(sdk::Method::get, "/api/frontend?userId=7", ""))["toggles"], json::array({c}));
    for (const auto& answer : {ask(sdk::Method::get, "/api/frontend?userId=7&properties%5Bcountry%5D=LK", ""),
                               ask(sdk::Method::get, "/api/frontend?userId=7&country=LK", ""),
                               ask(sdk::Method::get, "/api/frontend?properties%5Bcountry%5D=LK&properties=x", ""),
                               post("/api/frontend", R"({"context":{"userId":"7","properties":{"country":"LK"}}})")}) {
        const auto toggles = json_of(answer)["toggles"];
        ASSERT_EQ(toggles.size(), 2U);
        EXPECT_EQ(toggles[0]["variant"], (json{{"name", "v"},
                                               {"enabled", true},
                                               {"feature_enabled", true},
                                               {"featureEnabled", true},
                                               {"payload", {{"type", "string"}, {"value", "x"}}}}));
        EXPECT_EQ(toggles[1], c);
    }
}

TEST_F(Unleash, AGivenTenantIsTheOneThatRulesAskFor) {
    define({{{"name", "of-t1"},
             {"enabled", true},
             {"strategies",
              {{{"name", "default"},
                {"constraints", {{{"contextName", "tenantId"}, {"operator", "IN"}, {"values", {"t1"}}}}}}}}}});
    const auto on = [&](const std::string& query) {
        return json_of(ask(sdk::Method::get, "/api/frontend?" + query, ""))["toggles"].size() == 1U;
    };
    EXPECT_TRUE(on("userId=7&tenantId=t1"));
    EXPECT_TRUE(on("userId=7&properties%5BtenantId%5D=t1"));
    EXPECT_FALSE(on("userId=t1")) << "a person is no tenant";
    EXPECT_FALSE(on("userId=t1&tenantId=t2"));
    EXPECT_EQ(json_of(post("/api/frontend", R"({"context":{"userId":"t2","properties":{"tenantId":"t1"}}})"))["toggles"]
                  .size(),
              1U);
    const auto ofrep = [&](const std::string& context) {
        return json_of(post("/ofrep/v1/evaluate/flags/of-t1", R"({"context":)" + context + "}"))["value"];
    };
    EXPECT_EQ(ofrep(R"({"targetingKey":"t2","tenantId":"t1"})"), true);
    EXPECT_EQ(ofrep(R"({"targetingKey":"t1","tenantId":"t2"})"), false);
    const auto plugin = [&](const sdk::FlagContext& context) {
        return sdk::flag_value(sdk::find_service<sdk::FeatureFlags>(host_), "of-t1", false, context);
    };
    EXPECT_TRUE(plugin({.targeting_key = "t1", .attributes = {}})) << "plugins ask about tenants";
    EXPECT_FALSE(plugin({.targeting_key = "t1", .attributes = {{"tenantId", "t2"}}}));
}

TEST_F(Unleash, AnAnswerForABrowserIsTaggedAndRefusedWhereItIsNoObject) {
    define(kFeatures, kSegments);
    const auto tag = header(ask(sdk::Method::get, "/api/frontend?userId=7", ""), "ETag");

    EXPECT_EQ(ask(sdk::Method::get, "/api/frontend?userId=7", "", {{"If-None-Match", tag}}).status(), 304);
    EXPECT_EQ(ask(sdk::Method::get, "/api/frontend?userId=7&country=LK", "", {{"If-None-Match", tag}}).status(), 200);
    EXPECT_EQ(post("/api/frontend", "[]").status(), 400);
    EXPECT_EQ(post("/api/frontend", R"({"context":7})").status(), 400);
}

TEST_F(Unleash, ProgramsAreNotedOnceWhateverTheySend) {
    const std::string body = R"({"appName":"shop","sdkVersion":"unleash-node-sdk:6.12.1","interval":15000})";
    EXPECT_EQ(post("/api/client/register", body).status(), 202);
    EXPECT_EQ(post("/api/client/register", body).status(), 202);
    EXPECT_EQ(post("/api/frontend/client/register", body).status(), 200);

    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_programs"), 1);
    for (const char* bad : {"", "[]", "{}", R"({"appName":7})"})
        EXPECT_EQ(post("/api/client/register", bad).status(), 400) << bad;
}

TEST_F(Unleash, UseIsAddedUpByTheHour) {
    const std::string body =
        R"({"appName":"shop","bucket":{"start":"2026-01-01","stop":"2026-01-01","toggles":{"a":{"yes":3,"no":1},"b":{"yes":-5,"no":"x"}}}})";
    EXPECT_EQ(post("/api/client/metrics", body).status(), 202);
    EXPECT_EQ(post("/api/frontend/client/metrics", body).status(), 200);

    EXPECT_EQ(number("SELECT SUM(yes_count) AS n FROM flags_usage WHERE name = 'a'"), 6);
    EXPECT_EQ(number("SELECT SUM(no_count) AS n FROM flags_usage WHERE name = 'a'"), 2);
    EXPECT_EQ(number("SELECT SUM(yes_count) AS n FROM flags_usage WHERE name = 'b'"), 0);
    host_.time().advance(std::chrono::hours(1));
    EXPECT_EQ(post("/api/client/metrics", body).status(), 202);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_usage WHERE name = 'a'"), 2);
    for (const char* bad : {"", "{}", R"({"appName":"x"})", R"({"appName":"x","bucket":{"toggles":[]}})"})
        EXPECT_EQ(post("/api/client/metrics", bad).status(), 400) << bad;
}

TEST_F(Unleash, AReportOfMoreThanThereMayBeIsRefusedAndNamesThatCannotBeArePassedOver) {
    const auto told = [&](json toggles) {
        return post("/api/client/metrics",
                    json{{"appName", "shop"}, {"bucket", {{"toggles", std::move(toggles)}}}}.dump())
            .status();
    };
    json many = json::object(), rows = json::array();
    for (int i = 0; i < 5'001; ++i) {
        many["f" + std::to_string(i)] = 7;
        rows.push_back(7);
    }
    EXPECT_EQ(told(many), 400);
    EXPECT_EQ(post("/api/client/metrics/bulk", json{{"metrics", rows}}.dump()).status(), 400);
    EXPECT_EQ(post("/api/client/metrics/bulk", json{{"applications", rows}}.dump()).status(), 400);
    EXPECT_EQ(told({{"", {{"yes", 1}}}, {std::string(256, 'x'), {{"yes", 1}}}, {"a", 7}}), 202);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_usage"), 0);
    EXPECT_EQ(told({{std::string(255, 'x'), {{"yes", 1}}}}), 202);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_usage"), 1);
}

TEST_F(Unleash, ANameThatIsCutEndsWithAWholeCharacter) {
    EXPECT_EQ(post("/api/client/register", json{{"appName", std::string(119, 'a') + "ü"}}.dump()).status(), 202);
    EXPECT_EQ(number("SELECT LENGTH(HEX(app_name)) AS n FROM flags_programs"), 2 * 119);
}

TEST_F(Unleash, VariantsAreCountedByTheirNamesAndStrangeOnesTogether) {
    define({{{"name", "a"}, {"enabled", true}, {"variants", {{{"name", "red"}, {"weight", 1}}}}}});
    json variants{{"red", 3}, {"disabled", 2}, {"blue", 4}, {"", 1}, {std::string(300, 'x'), 5}, {"bad", "x"}};
    const auto body = [&] {
        return json{{"appName", "shop"}, {"bucket", {{"toggles", {{"a", {{"yes", 9}, {"variants", variants}}}}}}}}
            .dump();
    };
    EXPECT_EQ(post("/api/client/metrics", body()).status(), 202);
    EXPECT_EQ(post("/api/frontend/client/metrics", body()).status(), 200);
    const json row{{"featureName", "a"}, {"appName", "shop"}, {"yes", 1}, {"variants", {{"red", 10}}}};
    EXPECT_EQ(post("/api/client/metrics/bulk", json{{"metrics", {row}}}.dump()).status(), 202);

    const auto given = [&](const std::string& name) {
        return number("SELECT SUM(given_count) AS n FROM flags_variant_usage WHERE name = 'a' AND variant = '" + name +
                      "'");
    };
    EXPECT_EQ(given("red"), 16);
    EXPECT_EQ(given("disabled"), 4);
    EXPECT_EQ(given(""), 20);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_variant_usage"), 3);
    // However many names somebody makes up, and however large their numbers.
    variants = json::object();
    for (int i = 0; i < 20'000; ++i) variants["made-up-" + std::to_string(i)] = 1'000'000'000'000;
    EXPECT_EQ(post("/api/client/metrics", body()).status(), 202);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_variant_usage"), 3);
    EXPECT_EQ(given(""), 1'000'000'020);
}

TEST_F(Unleash, CountsOfAMomentThatCannotBeAreOfNow) {
    const auto now = host_.clock().now();
    const auto row = [&](sdk::Instant at) {
        return json{
            {"featureName", "a"}, {"appName", std::string(300, 's')}, {"timestamp", sdk::to_rfc3339(at)}, {"yes", 1}};
    };
    const json body{{"metrics",
                     {row(now + std::chrono::hours(5)), row(now - std::chrono::hours(24 * 8)),
                      row(now - std::chrono::hours(24 * 6))}}};
    EXPECT_EQ(post("/api/client/metrics/bulk", body.dump()).status(), 202);
    const auto hour = sdk::to_micros(now) / 3'600'000'000 * 3'600'000'000;
    EXPECT_EQ(number("SELECT yes_count AS n FROM flags_usage WHERE hour_at = " + std::to_string(hour)), 2);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_usage"), 2);
    post("/api/client/metrics",
         json{{"appName", std::string(300, 's')}, {"bucket", {{"toggles", {{"a", {{"yes", 1}}}}}}}}.dump());
    EXPECT_EQ(number("SELECT MAX(LENGTH(app_name)) AS n FROM flags_usage"), 120);
}

TEST_F(Unleash, OldCountsAndProgramsAreForgotten) {
    const std::string body =
        R"({"appName":"shop","bucket":{"toggles":{"a":{"yes":3,"no":1,"variants":{"disabled":1}}}}})";
    EXPECT_EQ(post("/api/client/metrics", body).status(), 202);
    EXPECT_EQ(post("/api/client/register", R"({"appName":"shop"})").status(), 202);
    const auto left = [&] {
        return number(
            "SELECT (SELECT COUNT(*) FROM flags_usage) + (SELECT COUNT(*) FROM flags_variant_usage) + "
            "(SELECT COUNT(*) FROM flags_programs) AS n");
    };
    host_.time().advance(std::chrono::hours(24 * 29));
    host_.fire_timers();
    EXPECT_EQ(left(), 3);
    host_.time().advance(std::chrono::hours(24 * 2));
    host_.fire_timers();
    EXPECT_EQ(left(), 0);
}

TEST_F(Unleash, WhatAProgramInBetweenGatheredIsAddedUpToo) {
    const auto now = sdk::to_rfc3339(host_.clock().now());
    const auto earlier = sdk::to_rfc3339(host_.clock().now() - std::chrono::hours(3));
    const json body{{"applications", {{{"appName", "shop"}, {"sdkVersion", "unleash-node-sdk:6.12.1"}}, 7}},
                    {"metrics",
                     {{{"featureName", "a"}, {"appName", "shop"}, {"timestamp", now}, {"yes", 3}, {"no", 1}},
                      {{"featureName", "a"}, {"appName", "shop"}, {"timestamp", earlier}, {"yes", 2}},
                      {{"featureName", "a"}, {"appName", "shop"}, {"environment", "elsewhere"}, {"yes", 100}},
                      {{"featureName", "a"}, {"yes", 100}}}}};
    EXPECT_EQ(post("/api/client/metrics/bulk", body.dump()).status(), 202);

    EXPECT_EQ(number("SELECT SUM(yes_count) AS n FROM flags_usage WHERE name = 'a'"), 5);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_usage WHERE name = 'a'"), 2) << "by the hour";
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_programs WHERE app_name = 'shop'"), 1);
    EXPECT_EQ(post("/api/client/metrics/bulk", "{}").status(), 202);
    for (const char* bad : {"", "[]", R"({"metrics":{}})", R"({"applications":7})"})
        EXPECT_EQ(post("/api/client/metrics/bulk", bad).status(), 400) << bad;
}

}  // namespace
}  // namespace whatsflow::flags
