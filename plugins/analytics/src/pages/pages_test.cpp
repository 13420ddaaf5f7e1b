#include "pages_fixture.hpp"

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

TEST_F(PagesTest, EveryPageOpensEmptyAndSaysSo) {
    for (const char* tab : pages::kTabs) {
        const auto shown = model(pages::path_of(tab));
        if (std::string_view(tab) != "health" && std::string_view(tab) != "setup") {
            EXPECT_TRUE(shown["when_empty"].is_object()) << tab;
        }
        EXPECT_EQ(shown["tabs"].size(), std::size(pages::kTabs)) << tab;
    }
}

TEST_F(PagesTest, TheWebIsToldByItsParts) {
    for (const char* path : {"/", "/", "/pricing"})
        EXPECT_EQ(post("/capture",
                       event("$pageview",
                             {{"distinct_id", path},
                              {"properties",
                               {{"$current_url", std::string("https://a.example") + path + "?utm_source=news"}}}})),
                  200);
    settle();
    const auto shown = model("/analytics/web?from=2026-11-26&to=2026-11-26" + site());
    EXPECT_EQ(rows(shown, 0), (json{{"/", "1", "2"}, {"/pricing", "1", "1"}}));
    EXPECT_EQ(shown["charts"][0]["points"][0]["values"], (json{{{"value", "2"}}, {{"value", "3"}}}));
    EXPECT_EQ(shown["figures"][0]["value"], "2");
    EXPECT_EQ(shown["figures"][2]["value"], "3");
}

TEST_F(PagesTest, WhatCountsATenantsOwnPeopleIsNoSiteToChoose) {
    Sites sites(host_);
    ASSERT_TRUE(sites.of_tenant_itself(sdk::testing::a_context(), sdk::TenantId{"t1"}, "Acme"));
    EXPECT_EQ(post("/capture", event("a")), 200);
    const auto choices = model("/analytics/web")["filters"]["choices_of"][0]["choices"].dump();
    EXPECT_NE(choices.find(tokens_.tokens[0].id), std::string::npos);
    EXPECT_EQ(choices.find("Acme"), std::string::npos) << choices;
}

TEST_F(PagesTest, EachValueOfATableLeadsToItAlone) {
    const auto view = [&](const char* who, const char* path, const char* source) {
        const auto url = std::string("https://a.example") + path + "?utm_source=" + source;
        EXPECT_EQ(post("/capture", event("$pageview", {{"distinct_id", who}, {"properties", {{"$current_url", url}}}})),
                  200);
    };
    view("ann", "/", "news"), view("bob", "/", "news"), view("bob", "/pricing", "news"), view("cat", "/", "a%26b");
    settle();
    const auto day = "from=2026-11-26&to=2026-11-26" + site();
    const auto all = model("/analytics/web?" + day);
    EXPECT_EQ(figure(all, "views"), "4");
    const auto& sources = all["tables"][2]["rows"];
    ASSERT_EQ(sources[1]["cells"][0]["text"], "a&b");
    const auto path = sources[1]["cells"][0]["path"].get<std::string>();
    EXPECT_EQ(path, "/analytics/web?" + day + "&only_source=a%26b");
    const auto narrowed = model(path);
    EXPECT_EQ(figure(narrowed, "views"), "1");
    EXPECT_EQ(rows(narrowed, 0), (json{{"/", "1", "1"}}));
    EXPECT_NE(narrowed["notes"].dump().find("words.only"), std::string::npos);
    EXPECT_EQ(narrowed["filters"]["kept"], (json{{{"name", "only_source"}, {"value", "a&b"}}}));
    // A page of that source: both hold, and so they do in the file.
    const auto further = narrowed["tables"][0]["rows"][0]["cells"][0]["path"].get<std::string>();
    EXPECT_EQ(further, path.substr(0, path.find("&only")) + "&only_source=a%26b&only_page=%2F");
    // The same again is still once there, and another value takes its place.
    const auto same = narrowed["tables"][2]["rows"][0]["cells"][0]["path"].get<std::string>();
    EXPECT_EQ(same, path);
    pages::Scope scope;
    scope.narrowed = {{dimension::kSource, "news"}, {dimension::kPage, "/"}};
    const auto another = scope.query_of(dimension::kSource, "a&b");
    EXPECT_EQ(another.substr(another.find("&only")), "&only_page=%2F&only_source=a%26b");
    const auto exported = narrowed["filters"]["export_path"].get<std::string>();
    EXPECT_EQ(exported.find("only_source=a%26b"), exported.rfind("only_source="));
    EXPECT_NE(std::get<std::string>(open(exported).body()).find("/,1,1"), std::string::npos);
    EXPECT_EQ(model("/analytics/web?" + day + "&only_nothing=1")["notes"].size(), all["notes"].size());
}

TEST_F(PagesTest, AFunnelCountsThoseWhoCome) {
    const auto step = [&](const char* who, const char* name, const char* at) {
        EXPECT_EQ(post("/capture", event(name, {{"distinct_id", who}, {"timestamp", at}})), 200);
    };
    step("ann", "seen", "2026-11-20T10:00:00Z"), step("ann", "tried", "2026-11-20T10:05:00Z"),
        step("ann", "bought", "2026-11-21T10:05:00Z");
    step("bob", "seen", "2026-11-20T10:00:00Z"), step("bob", "tried", "2026-11-22T10:00:00Z");
    step("cat", "tried", "2026-11-20T10:00:00Z"), step("cat", "bought", "2026-11-20T11:00:00Z");
    settle();
    const auto shown = model(
        "/analytics/funnels?from=2026-11-19&to=2026-11-26&step_1=seen&step_2=tried&step_3=bought&window=7" + site());
    EXPECT_EQ(rows(shown, 0), (json{{"1", "seen", "2", "100.0 %", "–", "–"},
                                    {"2", "tried", "2", "100.0 %", "100.0 %", "2 d 0 h"},
                                    {"3", "bought", "1", "50.0 %", "50.0 %", "24 h 0 min"}}))
        << rows(shown, 0);
}

TEST_F(PagesTest, AStepThatIsAskedForTwiceIsToBeTakenTwice) {
    for (const char* who : {"ann", "ben", "ben"})
        EXPECT_EQ(post("/capture", event("seen", {{"distinct_id", who}})), 200);
    settle();
    const auto shown = model("/analytics/funnels?from=2026-11-26&to=2026-11-26&step_1=seen&step_2=seen" + site());
    EXPECT_EQ(rows(shown, 0)[0][2], "2");
    EXPECT_EQ(rows(shown, 0)[1][2], "1") << "ben's second";
    EXPECT_EQ(pages::Scope{}.asked({0, 1}, {"b", "a", "b"}).names, (std::vector<std::string>{"a", "b"}));
}

TEST_F(PagesTest, AMonthOfRetentionIsFourWeeks) {
    for (const char* at : {"2026-10-01T10:00:00Z", "2026-10-29T10:00:00Z"})
        EXPECT_EQ(post("/capture", event("a", {{"timestamp", at}})), 200);
    settle();
    const auto shown = model("/analytics/retention?from=2026-10-01&to=2026-11-25&period=month" + site());
    EXPECT_EQ(rows(shown, 0), (json{{"2026-10-01", "1", "100.0 %", "100.0 %"}})) << "there on the 29th day";
}

TEST_F(PagesTest, RetentionCountsWhoIsBack) {
    for (const char* at : {"2026-11-02T10:00:00Z", "2026-11-10T10:00:00Z"})
        EXPECT_EQ(post("/capture", event("a", {{"timestamp", at}})), 200);
    EXPECT_EQ(post("/capture", event("a", {{"distinct_id", "bob"}, {"timestamp", "2026-11-03T10:00:00Z"}})), 200);
    settle();
    const auto shown = model("/analytics/retention?from=2026-11-02&to=2026-11-15&period=week" + site());
    EXPECT_EQ(rows(shown, 0), (json{{"2026-11-02", "2", "100.0 %", "50.0 %"}}));
}

TEST_F(PagesTest, WhoIsActiveIsToldOfTheLastDayWeekAndFourWeeks) {
    for (const auto& [who, at] : {std::pair{"today", "2026-11-26T00:00:00Z"},
                                  {"yesterday", "2026-11-25T23:59:59Z"},
                                  {"a week", "2026-11-20T00:00:00Z"},
                                  {"more than a week", "2026-11-19T23:59:59Z"},
                                  {"four weeks", "2026-10-30T00:00:00Z"},
                                  {"more than four weeks", "2026-10-29T23:59:59Z"}})
        EXPECT_EQ(post("/capture", event("a", {{"distinct_id", who}, {"timestamp", at}})), 200);
    settle();
    const auto shown = model("/analytics/retention?from=2026-10-01&to=2026-11-26" + site());
    EXPECT_EQ(figure(shown, "dau"), "1");
    EXPECT_EQ(figure(shown, "wau"), "3");
    EXPECT_EQ(figure(shown, "mau"), "5");
}

TEST_F(PagesTest, AnExperimentComparesAndChecksTheSplit) {
    json batch = json::array();
    for (int i = 0; i < 1'000; ++i) {
        const bool dark = i < 650;  // not half
        const auto who = "user-" + std::to_string(i);
        batch.push_back(
            event("$feature_flag_called",
                  {{"distinct_id", who},
                   {"timestamp", "2026-11-26T08:00:00Z"},
                   {"properties", {{"$feature_flag", "theme"}, {"$feature_flag_response", dark ? "dark" : "light"}}}}));
        if (i % 10 == 0)
            batch.push_back(event("bought", {{"distinct_id", who}, {"timestamp", "2026-11-26T09:00:00Z"}}));
        if (i % 10 == 5)
            batch.push_back(event("bought", {{"distinct_id", who}, {"timestamp", "2026-11-26T07:00:00Z"}}));
    }
    EXPECT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    const auto shown = model("/analytics/experiments?flag=theme&goal=bought");
    const auto variants = rows(shown, 0);
    EXPECT_EQ(variants[0][0], "dark");
    EXPECT_EQ(variants[0][1], "650");
    EXPECT_EQ(variants[0][2], "65") << "only what came after the exposure";
    EXPECT_EQ(variants[1][3], "10.0 %");
    bool warned = false;
    for (const auto& note : shown["notes"]) warned = warned || note["is_warning"].get<bool>();
    EXPECT_TRUE(warned) << "650 to 350 is no half";
    const auto file = std::get<std::string>(open("/analytics/experiments?flag=theme&goal=bought&format=csv").body());
    EXPECT_NE(file.find("\r\nlight,350,35,10.0 %,0.0,'-3.9 … +3.9,"), std::string::npos)
        << "a sign makes no text of a number, and what is none runs in no spreadsheet\n"
        << file;
}

TEST_F(PagesTest, WhoSawSeveralVariantsIsLeftOutOfTheExperimentAndSaidToBe) {
    const auto saw = [&](const char* who, const char* variant, const char* at) {
        EXPECT_EQ(post("/capture",
                       event("$feature_flag_called",
                             {{"distinct_id", who},
                              {"timestamp", at},
                              {"properties", {{"$feature_flag", "theme"}, {"$feature_flag_response", variant}}}})),
                  200);
    };
    saw("ann", "dark", "2026-11-26T08:00:00Z"), saw("ann", "light", "2026-11-26T09:00:00Z");
    saw("bob", "dark", "2026-11-26T08:00:00Z"), saw("cat", "light", "2026-11-26T08:00:00Z");
    settle();
    const auto shown = model("/analytics/experiments?flag=theme");
    EXPECT_EQ(rows(shown, 0)[0][1], "1") << "bob";
    EXPECT_EQ(rows(shown, 0)[1][1], "1") << "cat";
    EXPECT_NE(shown["notes"].dump().find("experiments.mixed"), std::string::npos);
}

TEST_F(PagesTest, WhoReachesTheGoalBeforeAndAgainAfterTheExposureHasConverted) {
    const auto did = [&](const char* name, const char* at, json properties = json::object()) {
        EXPECT_EQ(post("/capture", event(name, {{"timestamp", at}, {"properties", std::move(properties)}})), 200);
    };
    did("bought", "2026-11-26T07:00:00Z");
    did("$feature_flag_called", "2026-11-26T08:00:00Z",
        {{"$feature_flag", "theme"}, {"$feature_flag_response", "dark"}});
    did("bought", "2026-11-26T09:00:00Z");
    settle();
    EXPECT_EQ(rows(model("/analytics/experiments?flag=theme&goal=bought"), 0)[0][2], "1");
}

/// A walk for names begins and ends with the days on which they came.
TEST_F(PagesTest, AFunnelFindsStepsOnTheFirstAndTheLastDayOfManyAndOnNoOther) {
    const auto step = [&](const char* name, const char* at) {
        EXPECT_EQ(post("/capture", event(name, {{"timestamp", at}})), 200);
    };
    step("idle", "2026-10-01T00:00:00Z"), step("seen", "2026-11-10T00:00:00Z"), step("bought", "2026-11-12T23:59:59Z"),
        step("idle", "2026-11-26T00:00:00Z");
    settle();
    const auto shown =
        model("/analytics/funnels?from=2026-10-01&to=2026-11-26&step_1=seen&step_2=bought&window=7" + site());
    EXPECT_EQ(rows(shown, 0)[1][2], "1");
    EXPECT_EQ(
        model("/analytics/funnels?from=2026-10-01&to=2026-11-09&step_1=seen&step_2=bought" + site())["tables"].size(),
        0u);
}

TEST_F(PagesTest, TablesComeAsCsvThatNoSpreadsheetRuns) {
    EXPECT_EQ(post("/capture", event("=cmd", {{"properties", {{"$current_url", "https://a.example/"}}}})), 200);
    settle();
    const auto response = open("/analytics/features?format=csv&from=2026-11-26&to=2026-11-26" + site());
    EXPECT_EQ(response.headers().find("Content-Type").value_or(""), "text/csv; charset=utf-8");
    const auto text = std::get<std::string>(response.body());
    EXPECT_NE(text.find("'=cmd,1,1\r\n"), std::string::npos) << text;
}

TEST_F(PagesTest, AFileHoldsWhatThePageShows) {
    for (const char* at : {"2026-11-25T10:00:00Z", "2026-11-25T10:01:00Z", "2026-11-26T10:00:00Z"})
        EXPECT_EQ(post("/capture", event("$pageview", {{"timestamp", at},
                                                       {"properties", {{"$current_url", "https://a.example/"}}}})),
                  200);
    settle();
    const std::string target = "/analytics/web?from=2026-11-25&to=2026-11-26&only_page=%2F" + site();
    const auto text = std::get<std::string>(open(target + "&format=csv").body());
    const auto has = [&](const std::string& line) { return text.find("\r\n" + line + "\r\n") != std::string::npos; };
    EXPECT_TRUE(has("2026-11-25 – 2026-11-26 · UTC")) << text;
    EXPECT_NE(text.find("analytics.pages.words.only"), std::string::npos) << "of whom the numbers are";
    const auto shown = model(target);
    ASSERT_FALSE(shown["figures"].empty());
    for (const auto& each : shown["figures"])
        EXPECT_NE(text.find("\r\n" + each["label"].get<std::string>() + "," + each["value"].get<std::string>() + ","),
                  std::string::npos)
            << each["label"];
    ASSERT_EQ(shown["charts"].size(), 1u);
    for (const auto& point : shown["charts"][0]["points"]) {
        auto line = point["day"].get<std::string>();
        for (const auto& value : point["values"]) line += "," + value["value"].get<std::string>();
        EXPECT_TRUE(has(line)) << line << " in\n" << text;
    }
}

TEST_F(PagesTest, NoMoreThanFourHundredDaysAreLookedAtAtOnce) {
    const auto dates = model("/analytics/web?from=2020-01-01&to=2026-11-26")["filters"]["dates"];
    EXPECT_EQ(dates[0]["value"], "2025-10-23");
    EXPECT_EQ(dates[1]["value"], "2026-11-26");
}

TEST(Walked, WhatIsPutTogetherIsCutWhereAPartWas) {
    pages::Walked whole, part;
    part.was_cut = true;
    part.sample.parts = 4;
    part.seen = 7;
    whole.join(part);
    EXPECT_TRUE(whole.was_cut);
    EXPECT_EQ(whole.sample.parts, 4);
    EXPECT_EQ(whole.seen, 7);
}

TEST_F(PagesTest, APageOfTheFirstEventsOnlyWarnsOfIt) {
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore built_in(host_, tables, days);
    const StoreInUse store(host_, built_in, {});
    Keys keys(host_, days);
    Tombstones tombstones(host_, keys);
    Ledger ledger(host_, tables, store, tombstones);
    Sites sites(host_);
    Intake intake(host_, ledger, {std::filesystem::path(*host_.data_directory()) / "another"});
    FanOut fan_out(host_, sites, intake, tombstones);
    const SinkErasures sinks(host_);
    Privacy privacy(host_, tables, store, keys, tombstones, intake, sinks, {});
    const pages::AnalyticsOffice office{
        host_, sites, store, intake, fan_out, privacy, TimeZone{}, 1, sdk::Milliseconds{1}};
    const sdk::Request request;
    pages::Walked walked;
    walked.was_cut = true;
    const auto response = pages::Report(office, request, "support", {}).from(walked).page();
    const auto notes = std::get<sdk::View>(response.body()).model["notes"];
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes[0]["is_warning"], true);
    EXPECT_NE(notes[0].dump().find("words.cut"), std::string::npos);
}

TEST_F(PagesTest, WhoMayNotSeeDoesNot) {
    sdk::testing::CallOptions options;
    options.identity = sdk::testing::a_staff_member({});
    options.site = sdk::Site::admin;
    EXPECT_EQ(host_.call(sdk::Method::get, "/analytics", std::move(options)).status(), 403);
}

TEST(Words, NumbersAreReadable) {
    EXPECT_EQ(pages::grouped(1'234'567), "1,234,567");
    EXPECT_EQ(pages::grouped(-1'234), "-1,234");
    EXPECT_EQ(pages::grouped(999), "999");
    EXPECT_EQ(pages::percent(1, 0), "–");
    EXPECT_EQ(pages::decimal({123'456'789, "USD"}), "1,234,567.89");
    EXPECT_EQ(pages::decimal({-123'456, "USD"}), "-1,234.56");
    EXPECT_EQ(pages::decimal({1'234'567, "JPY"}), "1,234,567");
    EXPECT_EQ(pages::decimal({5, "KWD"}), "0.005");
    EXPECT_EQ(pages::change(112, 100), "+12.0 %");
    EXPECT_EQ(pages::change(50, 100), "-50.0 %");
    EXPECT_EQ(pages::change(999, 100), "+899.0 %");
    EXPECT_EQ(pages::change(1'000, 100), "× 10");
    EXPECT_EQ(pages::change(1'190, 100), "× 12");
    EXPECT_EQ(pages::duration(200), "3 min 20 s");
}

}  // namespace
}  // namespace whatsflow::analytics
