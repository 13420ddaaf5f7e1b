#include "program_fixture.hpp"

#include "core/country_database.hpp"

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

TEST_F(ProgramTest, WhatIsAcceptedIsCountedExactly) {
    EXPECT_EQ(post("/capture", event("signed_up")), 200);
    EXPECT_EQ(
        post("/batch", {{"api_key", "wf_platform"}, {"batch", {event("signed_up"), event("paid"), event("paid")}}}),
        200);
    EXPECT_EQ(post("/i/v0/e", event("paid")), 200);
    EXPECT_EQ(total("metric=events"), 0) << "nothing is in the database yet";
    settle();
    EXPECT_EQ(total("metric=events"), 5);
    EXPECT_EQ(total("metric=events&event=paid"), 3);
    EXPECT_EQ(total("metric=events&event=nobody"), 0);
    EXPECT_EQ(query("event=paid")["method"], "exact");
    EXPECT_EQ(query("event=paid")["rows"], (json{{{"at", "2026-11-26"}, {"count", 3}}}));
    EXPECT_EQ(query("by=event")["rows"][0], (json{{"value", "paid"}, {"count", 3}}));
    EXPECT_EQ(total("metric=visitors"), 1);
}

TEST_F(ProgramTest, VisitorsOfAnHourAreThoseOfAllItsBatches) {
    for (const char* who : {"ann", "ben", "ann"}) {
        EXPECT_EQ(post("/capture", event("a", {{"distinct_id", who}})), 200);
        settle();
    }
    EXPECT_EQ(total("metric=visitors"), 2);
    EXPECT_EQ(total("metric=visitors&from=2026-11-26T12:00:00Z&to=2026-11-26T13:00:00Z"), 2);
}

TEST_F(ProgramTest, TokensAreAskedForInTheirOrder) {
    EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_unknown"}})), 401);
    EXPECT_EQ(post("/capture", {{"event", "a"}, {"distinct_id", "x"}}), 401);
    EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_reader"}})), 403);
    EXPECT_EQ(post("/capture", {{"api_key", "wf_platform"}, {"event", "a"}}), 400);
    EXPECT_EQ(ask(sdk::Method::post, "/capture", "{").status(), 400);
    EXPECT_EQ(ask(sdk::Method::post, "/capture", std::string(21 << 20, ' ')).status(), 413);
    settle();
    EXPECT_EQ(total(""), 0);
}

TEST_F(ProgramTest, ARepeatedIdCountsOnceWheneverItComesAgain) {
    const json same{{"uuid", "0190a5c8-0000-7000-8000-000000000001"}};
    EXPECT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", {event("a", same), event("a", same)}}}), 200);
    settle();
    EXPECT_EQ(post("/capture", event("a", same)), 200);
    settle();
    host_.time().set(*read_instant("2026-11-27T12:00:00Z"));
    EXPECT_EQ(post("/capture", event("a", same)), 200);
    settle();
    EXPECT_EQ(total("event=a"), 1);
    // Another site's ids are its own.
    EXPECT_EQ(post("/capture", event("a", {{"uuid", same["uuid"]}, {"api_key", "wf_tenant"}})), 200);
    settle();
    EXPECT_EQ(total("event=a", "tenant"), 1);
    EXPECT_EQ(total("event=a"), 1);
}

TEST_F(ProgramTest, AnyTimeIsAnsweredExactly) {
    for (const char* at : {"2026-11-26T09:15:00Z", "2026-11-26T09:45:00Z", "2026-11-26T10:30:00Z",
                           "2026-11-24T23:59:59Z", "2019-05-01T10:00:00Z"})
        EXPECT_EQ(post("/capture", event("a", {{"timestamp", at}})), 200);
    settle();
    EXPECT_EQ(total(""), 5);
    EXPECT_EQ(total("from=2026-11-26"), 3);
    EXPECT_EQ(total("from=2026-11-26T09:30:00Z&to=2026-11-26T10:30:00Z"), 1);
    EXPECT_EQ(total("from=2026-11-26T09:30:00Z&to=2026-11-26T10:30:01Z"), 2);
    EXPECT_EQ(total("from=2026-11-26T09:15:00Z&to=2026-11-26T09:45:00Z"), 1);
    EXPECT_EQ(total("from=2026-11-24&to=2026-11-24"), 1);
    EXPECT_EQ(total("from=2019-01-01&to=2019-12-31"), 1);
    EXPECT_EQ(total("event=a&from=2026-11-26T09:30:00Z&to=2026-11-26T11:00:00Z"), 2);
    EXPECT_EQ(query("interval=hour&from=2026-11-26")["rows"].size(), 2u);
}

TEST_F(ProgramTest, ClocksArePutRightAndTheFutureCountsNow) {
    EXPECT_EQ(post("/batch", {{"api_key", "wf_platform"},
                              {"sent_at", "2026-11-20T12:00:00Z"},
                              {"batch", {event("skewed", {{"timestamp", "2026-11-20T11:00:00Z"}})}}}),
              200);
    EXPECT_EQ(post("/capture", event("ahead", {{"timestamp", "2026-12-24T00:00:00Z"}})), 200);
    settle();
    EXPECT_EQ(total("event=skewed&from=2026-11-26T11:00:00Z&to=2026-11-26T11:00:01Z"), 1);
    EXPECT_EQ(total("event=ahead&from=2026-11-26T12:00:00Z&to=2026-11-26T12:00:01Z"), 1);
}

TEST_F(ProgramTest, BotsAreStoredAndLeftOutUnlessAskedFor) {
    const std::vector<std::pair<std::string, std::string>> crawler{
        {"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"}};
    EXPECT_EQ(post("/capture", event("a"), crawler), 200);
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    EXPECT_EQ(total("event=a"), 1);
    EXPECT_EQ(total("event=a&bots=only"), 1);
    EXPECT_EQ(total("event=a&bots=include"), 2);
    EXPECT_EQ(total("event=a&bots=only&from=2026-11-26T12:00:00Z&to=2026-11-26T12:00:01Z"), 1);
}

TEST_F(ProgramTest, UmamiPagesHaveVisitorsVisitsAndViews) {
    const auto send = [&](const char* url, const char* user_agent) {
        const json body{{"type", "event"},
                        {"payload", {{"website", tokens_.tokens[0].id}, {"url", url}, {"hostname", "a.example"}}}};
        return ask(sdk::Method::post, "/api/send", body.dump(), {{"User-Agent", user_agent}});
    };
    const char* firefox = "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0";
    EXPECT_EQ(send("/", firefox).status(), 200);
    settle();
    EXPECT_EQ(send("/pricing", firefox).status(), 200);
    EXPECT_EQ(send("/", "Mozilla/5.0 (iPhone) Safari/604.1").status(), 200);
    const auto bot = send("/", "curl/8.0");
    EXPECT_EQ(json::parse(std::get<std::string>(bot.body())), (json{{"beep", "boop"}}));
    settle();
    EXPECT_EQ(total("metric=views"), 3);
    EXPECT_EQ(total("metric=visits"), 2);
    EXPECT_EQ(total("metric=visitors"), 2);
    EXPECT_EQ(total("metric=views&bots=only"), 1);
    EXPECT_EQ(query("metric=views&by=page")["rows"],
              (json{{{"value", "/"}, {"count", 2}}, {{"value", "/pricing"}, {"count", 1}}}));
    // Visits of an edge come from the visits themselves.
    EXPECT_EQ(total("metric=visits&from=2026-11-26T12:00:00Z&to=2026-11-26T12:00:01Z"), 2);
    EXPECT_EQ(
        post("/api/send", {{"type", "event"}, {"payload", {{"website", "0190a5c8-0000-7000-8000-0000000000ff"}}}}),
        400);
}

TEST_F(ProgramTest, UmamisWebsiteIsATokenThatMayCaptureAndOnItsOwnPages) {
    const auto send = [&](std::size_t token, std::vector<std::pair<std::string, std::string>> headers = {}) {
        headers.emplace_back("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0");
        return post("/api/send",
                    {{"type", "event"}, {"payload", {{"website", tokens_.tokens[token].id}, {"url", "/"}}}}, headers);
    };
    EXPECT_EQ(send(2), 400) << "a token that only reads";
    EXPECT_EQ(send(1, {{"Origin", "https://other.example"}}), 403);
    EXPECT_EQ(send(1, {{"Origin", "https://shop.example"}}), 200);
    settle();
    EXPECT_EQ(total("", "tenant"), 1);
    for (const char* header : {"Sec-Purpose", "Purpose"}) EXPECT_EQ(send(0, {{header, "prefetch"}}), 200);
    settle();
    EXPECT_EQ(total(""), 0) << "fetched ahead, perhaps never seen";
    EXPECT_EQ(total("bots=only"), 2);
}

class CountryTest : public ProgramTest {
protected:
    CountryTest() {
        country_database_ = (std::filesystem::path(*host_.data_directory()) / "countries.mmdb").string();
        testing::write_country_database(country_database_, "LK", 127u << 24);  // where the test asks from
    }
};

TEST_F(CountryTest, TheCountryIsKeptUnlessTheSenderIsAServerOfItsOwn) {
    EXPECT_EQ(post("/capture", event("a")), 200);
    EXPECT_EQ(post("/capture", event("server", {{"properties", {{"$geoip_disable", true}}}})), 200);
    EXPECT_EQ(post("/api/send", {{"type", "event"}, {"payload", {{"website", tokens_.tokens[0].id}, {"url", "/"}}}}),
              200);
    settle();
    const auto rows = database_->query(sdk::testing::a_context(),
                                       "SELECT name, country, properties FROM analytics_events_20261126 ORDER BY name");
    std::vector<std::string> told;
    for (const auto& row : *rows) {
        told.push_back(row.text("name") + " " + row.text("country"));
        EXPECT_EQ(row.text("properties").find("127.0.0.1"), std::string::npos) << "the address is not kept";
    }
    EXPECT_EQ(told, (std::vector<std::string>{"$pageview LK", "a LK", "server "}));
}

TEST_F(ProgramTest, ADatabaseOfCountriesThatIsNotThereKeepsNobodyOut) {
    plugin_->stop();
    host_.withdraw_all();
    country_database_ = "/nowhere/countries.mmdb";
    start();
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    EXPECT_EQ(total("event=a"), 1);
}

TEST_F(ProgramTest, TenantsSeeTheirOwn) {
    EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_tenant"}})), 200);
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    EXPECT_EQ(total("", "tenant"), 1);
    EXPECT_EQ(total("", "another"), 0);
    EXPECT_EQ(total("site=" + tokens_.tokens[0].id, "tenant"), -1);
    EXPECT_EQ(total("site=" + tokens_.tokens[1].id, "tenant"), 1);
}

TEST_F(ProgramTest, ATokenForAPageIsForThatPage) {
    EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_tenant"}}), {{"Origin", "https://other.example"}}), 403);
    const auto fine = ask(sdk::Method::post, "/capture", event("a", {{"api_key", "wf_tenant"}}).dump(),
                          {{"Origin", "https://shop.example"}});
    EXPECT_EQ(fine.status(), 200);
    EXPECT_EQ(fine.headers().find("Access-Control-Allow-Origin").value_or(""), "https://shop.example");
    settle();
    EXPECT_EQ(total("", "tenant"), 1);
}

TEST_F(ProgramTest, NothingAcceptedIsLostWhenTheProgramEnds) {
    EXPECT_EQ(post("/capture", event("a")), 200);
    // No settling: the next run finds it in the spool.
    plugin_->stop();
    host_.withdraw_all();
    start();
    settle();
    settle();
    EXPECT_EQ(total("event=a"), 1);
}

TEST_F(ProgramTest, WhatIsInTheDatabaseIsNotTakenOverAgainByTheNextRun) {
    EXPECT_EQ(post("/capture", event("once")), 200);  // without an id: nothing tells a repeat apart
    settle();
    plugin_->stop();
    host_.withdraw_all();
    start();
    settle();
    EXPECT_EQ(total("event=once"), 1);
}

TEST_F(ProgramTest, ACommandBesideAServerLeavesItsSpoolAlone) {
    EXPECT_EQ(post("/capture", event("a")), 200);
    {
        DayTables tables(host_);
        SumDays days(host_, TimeZone{});
        BuiltInStore built_in(host_, tables, days);
        const StoreInUse store(host_, built_in, {});
        Keys keys(host_, days);
        Tombstones tombstones(host_, keys);
        Ledger ledger(host_, tables, store, tombstones);
        const auto folder = host_.data_directory();
        ASSERT_TRUE(folder);
        Intake command(host_, ledger, {std::filesystem::path(*folder) / "spool"});
        ASSERT_TRUE(command.open());
        EXPECT_FALSE(command.has_spool());
        ASSERT_TRUE(command.take_over(sdk::Milliseconds{10}));
        Event own;
        own.site = 100;
        own.id = std::string(16, 'x');
        own.name = "b";
        own.occurred_at = own.received_at = sdk::to_micros(host_.clock().now());
        own.properties = "{}";
        ASSERT_TRUE(command.accept({own}));
    }
    EXPECT_EQ(total("event=a"), 0);
    EXPECT_EQ(total("event=b"), 1) << "what a command has to tell is there at once";
    settle();
    EXPECT_EQ(total("event=a"), 1);
}

TEST_F(ProgramTest, ADatabaseThatIsAwayDelaysOnly) {
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "ALTER TABLE analytics_spools RENAME TO analytics_away"));
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "ALTER TABLE analytics_away RENAME TO analytics_spools"));
    settle();
    EXPECT_EQ(total("event=a"), 2);
}

TEST_F(ProgramTest, OneEventThatTheDatabaseRefusesDoesNotHoldUpItsNeighbours) {
    // Such an event cannot come by a protocol; here the table takes less than it says.
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    const bool lite = database_->dialect() == sdk::Dialect::sqlite;
    ASSERT_TRUE(database_->execute(
        sdk::testing::a_context(),
        lite
            ? "CREATE TRIGGER analytics_refusing BEFORE INSERT ON analytics_events_20261126 WHEN NEW.name = 'too long' "
              "BEGIN SELECT RAISE(ABORT, 'too long'); END"
            : "ALTER TABLE analytics_events_20261126 MODIFY name VARCHAR(3) NOT NULL"));
    EXPECT_EQ(post("/batch",
                   {{"api_key", "wf_platform"}, {"batch", {event("b"), event("too long"), event("c"), event("d")}}}),
              200);
    settle();
    settle();
    EXPECT_EQ(total(""), 4);
    EXPECT_EQ(total("event=too long"), 0);
}

TEST_F(ProgramTest, PartsOfARefusedBatchThatAreStoredAreKnownWhenItComesAgain) {
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    const bool lite = database_->dialect() == sdk::Dialect::sqlite;
    const auto run = [&](const std::string& sql) { ASSERT_TRUE(database_->execute(sdk::testing::a_context(), sql)); };
    run(lite
            ? "CREATE TRIGGER analytics_refusing BEFORE INSERT ON analytics_events_20261126 WHEN NEW.name = 'too long' "
              "BEGIN SELECT RAISE(ABORT, 'too long'); END"
            : "ALTER TABLE analytics_events_20261126 MODIFY name VARCHAR(3) NOT NULL");
    // Where the batch ends cannot be noted once its last event is in.
    const std::string last_is_in = "(SELECT 1 FROM analytics_events_20261126 WHERE name = 'd')";
    run(lite ? "CREATE TRIGGER analytics_halting BEFORE UPDATE ON analytics_spools WHEN EXISTS " + last_is_in +
                   " BEGIN SELECT RAISE(ABORT, 'halted'); END"
             : "CREATE TRIGGER analytics_halting BEFORE UPDATE ON analytics_spools FOR EACH ROW BEGIN IF EXISTS " +
                   last_is_in + " THEN SIGNAL SQLSTATE '45000'; END IF; END");
    EXPECT_EQ(post("/batch",
                   {{"api_key", "wf_platform"}, {"batch", {event("b"), event("too long"), event("c"), event("d")}}}),
              200);
    settle();
    EXPECT_EQ(total("event=d"), 1);
    run("DROP TRIGGER analytics_halting");
    settle();
    for (const char* name : {"b", "c", "d"}) EXPECT_EQ(total(std::string("event=") + name), 1) << name;
    EXPECT_EQ(post("/capture", event("e")), 200);
    settle();
    EXPECT_EQ(total("event=e"), 1) << "and it goes on";
}

TEST_F(ProgramTest, AVisitGoesOnThoughItsEventsComeOneByOne) {
    const auto view = [&](std::chrono::minutes later) {
        host_.time().advance(later);
        EXPECT_EQ(post("/api/send", {{"type", "event"}, {"payload", {{"website", tokens_.tokens[0].id}, {"url", "/"}}}},
                       {{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0"}}),
                  200);
        settle();
        return total("metric=visits");
    };
    EXPECT_EQ(view(std::chrono::minutes{0}), 1);
    EXPECT_EQ(view(std::chrono::minutes{29}), 1);
    EXPECT_EQ(view(std::chrono::minutes{31}), 2);
}

TEST_F(ProgramTest, QueriesSayWhatIsWrong) {
    EXPECT_EQ(query("metric=x&from=x&bots=x&interval=x&by=x")["errors"].size(), 5u);
    EXPECT_EQ(query("from=2026-11-27&to=2026-11-25")["status"], 422);
}

TEST_F(ProgramTest, BeyondAThousandNamesTheRestIsSummedAndStillCountedExactly) {
    json batch = json::array();
    for (int i = 0; i < 1'500; ++i) batch.push_back(event("name-" + std::to_string(10'000 + i)));
    EXPECT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    EXPECT_EQ(total(""), 1'500);
    EXPECT_EQ(total("event=name-10000"), 1);
    EXPECT_EQ(total("event=name-11499"), 1);
    const auto rows = query("by=event")["rows"];
    EXPECT_EQ(rows[0], (json{{"value", "(other)"}, {"count", 500}}));
}

TEST_F(ProgramTest, AMisspelledParameterIsNotAnsweredWithAnotherNumber) {
    EXPECT_EQ(total("metric=events"), 0);
    const auto answer = query("metric=events&evnet=order_placed");
    EXPECT_FALSE(answer.contains("total"));
    EXPECT_NE(answer.dump().find("evnet"), std::string::npos) << answer;
}

}  // namespace
}  // namespace whatsflow::analytics
