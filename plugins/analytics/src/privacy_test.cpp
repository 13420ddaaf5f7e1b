#include "program_fixture.hpp"

namespace whatsflow::analytics {
namespace {

class PrivacyTest : public ProgramTest {
protected:
    sdk::PersonalData& personal_data() {
        found_ = host_.find_services(sdk::PersonalData::kId, {{"plugin", "analytics"}});
        EXPECT_EQ(found_.size(), 1u);
        return static_cast<sdk::PersonalData&>(*found_.front().service);
    }
    std::vector<std::string> event_tables() {
        std::vector<std::string> names;
        const auto rows = database_->query(sdk::testing::a_context(),
                                           "SELECT name FROM analytics_day_tables WHERE kind = 'events' ORDER BY name");
        for (const auto& row : *rows) names.push_back(row.text("name"));
        return names;
    }
    std::int64_t number(const std::string& sql) {
        const auto row = database_->query_one(sdk::testing::a_context(), sql);
        EXPECT_TRUE(row && *row) << sql;
        return (*row)->integer("n");
    }
    std::vector<sdk::FoundService> found_;
};

TEST_F(PrivacyTest, APersonIsForgottenWithProofAndOthersStay) {
    for (const char* who : {"ann", "bob", "ann"})
        EXPECT_EQ(post("/capture",
                       event("a", {{"distinct_id", who}, {"properties", {{"$current_url", "https://a.example/"}}}})),
                  200);
    settle();
    // One waits in the spool while the person is forgotten: it is dropped on its way.
    EXPECT_EQ(post("/capture", event("a", {{"distinct_id", "ann"}})), 200);
    const auto touched = personal_data().erase_user(sdk::testing::a_context(), sdk::UserId{"ann"});
    ASSERT_TRUE(touched);
    EXPECT_EQ(*touched, 3) << "two events and a visit";
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM " + event_tables().front()), 1);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_visits"), 1);
    EXPECT_EQ(number("SELECT events AS n FROM analytics_erasures"), 2);
    EXPECT_EQ(number("SELECT left_over AS n FROM analytics_erasures"), 0);
    // Sums name nobody and stay.
    EXPECT_EQ(total("event=a"), 3);
}

TEST_F(PrivacyTest, WhoIsForgottenStaysSoUntilTheIdIsFreed) {
    EXPECT_EQ(post("/capture", event("a", {{"distinct_id", "ann"}})), 200);
    settle();
    ASSERT_TRUE(personal_data().erase_user(sdk::testing::a_context(), sdk::UserId{"ann"}));
    for (const char* who : {"ann", "bob"}) EXPECT_EQ(post("/capture", event("late", {{"distinct_id", who}})), 200);
    settle();
    EXPECT_EQ(total("event=late"), 1) << "bob's";
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM " + event_tables().front() + " WHERE person = 'ann'"), 0);
    SumDays days(host_, TimeZone{});
    Keys keys(host_, days);
    Tombstones tombstones(host_, keys);
    EXPECT_TRUE(*tombstones.free(sdk::testing::a_context(), "ann"));
    EXPECT_FALSE(*tombstones.free(sdk::testing::a_context(), "ann"));
    EXPECT_EQ(post("/capture", event("late", {{"distinct_id", "ann"}})), 200);
    settle();
    EXPECT_EQ(total("event=late"), 2);
}

TEST_F(PrivacyTest, WhatWasTakenForABotIsForgottenToo) {
    EXPECT_EQ(post("/capture", event("a"), {{"User-Agent", "Googlebot/2.1"}}), 200);
    settle();
    ASSERT_TRUE(personal_data().erase_user(sdk::testing::a_context(), sdk::UserId{"ann"}));
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM " + event_tables().front()), 0);
}

TEST_F(PrivacyTest, NobodysIdErasesNobody) {
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    EXPECT_FALSE(personal_data().erase_user(sdk::testing::a_context(), sdk::UserId{}));
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM " + event_tables().front()), 1);
}

TEST_F(PrivacyTest, ATenantGoesWithItsSites) {
    EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_tenant"}})), 200);
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    const auto files = personal_data().export_tenant(sdk::testing::a_context(), sdk::TenantId{"tenant"});
    ASSERT_TRUE(files);
    ASSERT_EQ(files->size(), 1u);
    EXPECT_EQ(nlohmann::json::parse(files->front().content)["event"], "a");
    // One waits in the spool: it goes with the others.
    EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_tenant"}})), 200);
    ASSERT_TRUE(personal_data().erase_tenant(sdk::testing::a_context(), sdk::TenantId{"tenant"}));
    settle();
    EXPECT_EQ(total("", "tenant"), 0);
    EXPECT_EQ(total(""), 1);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM " + event_tables().front()), 1);
    for (const char* table : {"analytics_half_hours", "analytics_hours", "analytics_days"})
        EXPECT_EQ(number("SELECT COUNT(DISTINCT site) AS n FROM " + std::string(table)), 1) << table;
}

TEST_F(PrivacyTest, ADayStaysUntilAllOfItIsOldEnough) {
    for (const char* at :
         {"2026-11-20T00:00:00Z", "2026-11-20T23:59:59Z", "2026-11-21T00:00:00Z", "2026-11-22T12:00:00Z"})
        EXPECT_EQ(post("/capture", event("a", {{"timestamp", at}})), 200);
    settle();
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore store(host_, tables, days);
    const auto at = [](const char* text) { return sdk::to_micros(*read_instant(text)); };
    EXPECT_EQ(*store.forget_before(sdk::testing::a_context(), at("2026-11-20T23:59:59Z")), 0);
    EXPECT_EQ(*store.forget_before(sdk::testing::a_context(), at("2026-11-21T00:00:00Z")), 1);
    EXPECT_EQ(event_tables(), (std::vector<std::string>{"analytics_events_20261121", "analytics_events_20261122"}));
    EXPECT_EQ(*store.forget_before(sdk::testing::a_context(), at("2026-11-22T01:00:00Z")), 1);
    EXPECT_EQ(event_tables(), std::vector<std::string>{"analytics_events_20261122"});
}

TEST_F(PrivacyTest, EventsThatCameLongAfterTheyHappenedAreReadAmongTheOthersInOrder) {
    // A day that was young when its events came, and older ones that came after they had grown old.
    for (const char* at : {"2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z"})
        EXPECT_EQ(post("/capture", event("young", {{"timestamp", at}})), 200);
    settle();
    host_.time().set(*read_instant("2028-06-01T12:00:00Z"));
    for (const char* at : {"2026-11-19T10:00:00Z", "2026-11-21T10:00:00Z", "2026-11-23T10:00:00Z"})
        EXPECT_EQ(post("/capture", event("old", {{"timestamp", at}})), 200);
    settle();
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore store(host_, tables, days);
    Asked asked;
    asked.sites = {100};
    asked.to = sdk::to_micros(*read_instant("2028-06-02T00:00:00Z"));
    for (const std::size_t piece : {1u, 2u, 3u, 10u}) {
        std::vector<std::string> names;
        AnalyticsPlace after;
        while (true) {
            const auto events = store.read(sdk::testing::a_context(), asked, after, piece);
            ASSERT_TRUE(events) << events.error().message;
            for (const auto& each : *events) names.push_back(each.name);
            if (events->size() < piece) break;
            after = {events->back().occurred_at, events->back().id};
        }
        EXPECT_EQ(names, (std::vector<std::string>{"old", "young", "old", "young", "old"})) << piece;
    }
}

class KeepingTest : public PrivacyTest {
protected:
    KeepingTest() { keep_events_days_ = 10, keep_visits_days_ = 20, keep_sums_days_ = 30; }
    /// On one day, then so many days later: how many events, visits and sums of hours are left.
    std::array<std::int64_t, 3> left_after(int days) {
        host_.time().set(*read_instant("2026-11-26T12:00:00Z") + std::chrono::days{days});
        EXPECT_TRUE(
            host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = "analytics.forget_old"}));
        host_.facilities().jobs.run_all();
        std::int64_t events = 0;
        for (const auto& table : event_tables()) events += number("SELECT COUNT(*) AS n FROM " + table);
        return {events, number("SELECT COUNT(*) AS n FROM analytics_visits"),
                number("SELECT COUNT(*) AS n FROM analytics_hours WHERE dimension = '' AND bot = 0")};
    }
};

TEST_F(KeepingTest, EventsVisitsAndSumsStayTheirOwnTimes) {
    EXPECT_EQ(post("/capture", event("$pageview", {{"properties", {{"$current_url", "https://a.example/"}}}})), 200);
    // It happened long before the first table of its own, and is kept from its coming on.
    EXPECT_EQ(post("/capture", event("late", {{"timestamp", "2024-01-01T00:00:00Z"}})), 200);
    settle();
    using Left = std::array<std::int64_t, 3>;
    EXPECT_EQ(left_after(9), (Left{2, 1, 1})) << "the sum of what happened long ago is old";
    EXPECT_EQ(left_after(12), (Left{0, 1, 1}));
    EXPECT_EQ(left_after(21), (Left{0, 0, 1}));
    EXPECT_EQ(left_after(31), (Left{0, 0, 0}));
}

TEST_F(PrivacyTest, TheKeysOfTodayAndYesterdayAreAllThereAre) {
    const auto forget = [&](const char* at) {
        host_.time().set(*read_instant(at));
        EXPECT_EQ(post("/capture", event("a")), 200);
        settle();
        EXPECT_TRUE(
            host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = "analytics.forget_old"}));
        host_.facilities().jobs.run_all();
    };
    for (const char* at : {"2026-11-26T12:00:00Z", "2026-11-27T12:00:00Z", "2026-11-28T12:00:00Z"}) forget(at);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_keys WHERE name = 'day-2026-11-26'"), 0);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_keys WHERE name = 'day-2026-11-27'"), 1)
        << "another program may still be in it";
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_keys WHERE name = 'day-2026-11-28'"), 1);
}

TEST_F(PrivacyTest, APersonOfOursIsGivenWhatOurSitesKnowAndNoTenants) {
    for (const char* token : {"wf_platform", "wf_tenant"})
        EXPECT_EQ(
            post("/capture", event("a", {{"distinct_id", "user-1"},
                                         {"api_key", token},
                                         {"properties", {{"$current_url", "https://a.example/?utm_medium=mail"}}}})),
            200);
    settle();
    const auto none = personal_data().export_user(sdk::testing::a_context(), sdk::UserId{"user-1"});
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty()) << "a customer of a tenant may have the same id";
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(),
                                   "UPDATE analytics_events_20261126 SET site = 2 WHERE "
                                   "site = 100"));
    const auto files = personal_data().export_user(sdk::testing::a_context(), sdk::UserId{"user-1"});
    ASSERT_TRUE(files);
    ASSERT_EQ(files->size(), 1u);
    const auto told = nlohmann::json::parse(files->front().content);
    EXPECT_EQ(told["event"], "a");
    EXPECT_EQ(told["person"], "user-1");
    EXPECT_EQ(told["received_at"], "2026-11-26T12:00:00.000000Z");
    EXPECT_EQ(told["medium"], "mail");
    EXPECT_EQ(told["agreed"], true);
    EXPECT_EQ(told["taken_for_a_bot"], false);
}

class CopyTest : public PrivacyTest {
protected:
    CopyTest() { copied_events_ = 2; }
    /// What the tenant's copy holds: its files, by name.
    std::map<std::string, std::string> copy() {
        settle();
        const auto files = personal_data().export_tenant(sdk::testing::a_context(), sdk::TenantId{"tenant"});
        EXPECT_TRUE(files);
        std::map<std::string, std::string> by_name;
        for (const auto& file : *files) by_name[file.name] = file.content;
        return by_name;
    }
    void send(const char* at) {
        EXPECT_EQ(post("/capture", event("a", {{"api_key", "wf_tenant"}, {"timestamp", at}})), 200);
    }
};

TEST_F(CopyTest, SaysWhenItDoesNotHoldEverything) {
    send("2026-11-26T10:00:00Z");
    send("2026-11-26T11:00:00Z");
    EXPECT_EQ(copy().size(), 1u) << "as many as it may hold";

    send("2026-11-26T11:30:00Z");

    auto files = copy();
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(std::ranges::count(files["analytics/events.ndjson"], '\n'), 2);
    EXPECT_NE(files["analytics/more.txt"].find("the first 2 events"), std::string::npos);
    EXPECT_NE(files["analytics/more.txt"].find("2026-11-26T11:00:00"), std::string::npos);
}

TEST_F(PrivacyTest, WhatIsOldGoesByDroppingItsDay) {
    EXPECT_EQ(post("/capture", event("a", {{"timestamp", "2025-10-30T10:00:00Z"}})), 200);
    EXPECT_EQ(post("/capture", event("a", {{"uuid", "one"}})), 200);
    settle();
    EXPECT_EQ(event_tables().size(), 2u);
    host_.time().set(*read_instant("2026-12-20T12:00:00Z"));
    ASSERT_TRUE(
        host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = "analytics.forget_old"}));
    host_.facilities().jobs.run_all();
    EXPECT_EQ(event_tables(), std::vector<std::string>{"analytics_events_20261126"});
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_day_tables WHERE kind = 'ids'"), 0);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_keys WHERE name <> 'lasting'"), 0)
        << "the day's key is thrown away";
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_keys"), 1);
    // The next day makes its own again.
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    EXPECT_EQ(total("event=a"), 3) << "sums are kept";
}

}  // namespace
}  // namespace whatsflow::analytics
