#include "program_fixture.hpp"
#include "rows.hpp"

namespace whatsflow::analytics {
namespace {

class SumDaysTest : public ProgramTest {
protected:
    void restart(const std::string& zone) {
        plugin_->stop();
        host_.withdraw_all();
        time_zone_ = zone;
        start();
    }
    std::int64_t sums_at(const char* instant) {
        const auto row = database_->query_one(
            sdk::testing::a_context(),
            "SELECT COALESCE(SUM(events), 0) AS n FROM analytics_days WHERE dimension = '' AND start_at = ?",
            {*read_instant(instant)});
        return (*row)->integer("n");
    }
    int seen(const char* at) { return post("/capture", event("seen", {{"timestamp", at}})); }
};

TEST_F(SumDaysTest, ANewPlatformSumsByItsOwnDaysAtOnce) {
    restart("Asia/Colombo");
    EXPECT_EQ(seen("2026-11-25T18:29:59Z"), 200);
    EXPECT_EQ(seen("2026-11-25T18:30:00Z"), 200);
    settle();
    EXPECT_EQ(sums_at("2026-11-24T18:30:00Z"), 1);
    EXPECT_EQ(sums_at("2026-11-25T18:30:00Z"), 1);
}

TEST_F(SumDaysTest, AChangeHoldsFromALaterMidnightAndNothingIsCountedTwice) {
    EXPECT_EQ(seen("2026-11-26T11:00:00Z"), 200);
    settle();
    restart("Asia/Colombo");
    // Now is noon of the 26th: the first midnight in Colombo a day ahead is that of the 28th.
    EXPECT_EQ(seen("2026-11-26T11:30:00Z"), 200);
    settle();
    EXPECT_EQ(sums_at("2026-11-26T00:00:00Z"), 2) << "the day goes on as it began";
    host_.time().set(*read_instant("2026-11-28T12:00:00Z"));
    restart("Asia/Colombo");
    for (const char* at : {"2026-11-27T18:29:00Z", "2026-11-27T18:30:00Z", "2026-11-28T00:30:00Z"})
        EXPECT_EQ(seen(at), 200);
    settle();
    EXPECT_EQ(sums_at("2026-11-27T00:00:00Z"), 1) << "the last day of before ends where the first of after begins";
    EXPECT_EQ(sums_at("2026-11-27T18:30:00Z"), 2);
    EXPECT_EQ(total("from=2026-11-26&to=2026-11-28"), 5);
    EXPECT_EQ(total("from=2026-11-27&to=2026-11-27"), 2) << "a day of UTC, whatever sums are cut by";
    EXPECT_EQ(total("from=2026-11-28&to=2026-11-28&time_zone=Asia/Colombo"), 2);
}

/// Sums are cut in UTC here, and hours hold more than they should where midnight is at half past.
TEST_F(SumDaysTest, AnotherHalfHourZoneIsExactThoughSumsAreCutElsewhere) {
    for (const char* at : {"2026-11-24T18:10:00Z", "2026-11-24T18:29:59Z", "2026-11-24T18:30:00Z",
                           "2026-11-24T18:50:00Z", "2026-11-25T03:00:00Z"})
        EXPECT_EQ(seen(at), 200);
    settle();
    const auto rows = query("from=2026-11-23&to=2026-11-26&time_zone=Asia/Kolkata&event=seen")["rows"];
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0], (nlohmann::json{{"at", "2026-11-24"}, {"count", 2}}));
    EXPECT_EQ(rows[1], (nlohmann::json{{"at", "2026-11-25"}, {"count", 3}}));
    EXPECT_EQ(query("time_zone=Mars/Base")["status"], 422);
}

/// Whoever asks by half hours is answered from their sums, not from the events; where they were not summed yet, from
/// those.
TEST_F(SumDaysTest, HalfHoursAreSummedUpAndKnownToBeWhole) {
    for (const char* at : {"2026-11-24T18:10:00Z", "2026-11-24T18:30:00Z", "2026-11-24T18:50:00Z"})
        EXPECT_EQ(seen(at), 200);
    settle();
    const std::string days = "from=2026-11-24&to=2026-11-25&time_zone=Asia/Colombo";
    const auto counts = [&](const std::string& metric) {
        std::vector<std::int64_t> all;
        const auto answer = query(days + "&event=seen&metric=" + metric);
        for (const auto& row : answer["rows"]) all.push_back(row["count"]);
        return all;
    };
    const auto run = [&](const char* sql) { ASSERT_TRUE(database_->execute(sdk::testing::a_context(), sql)) << sql; };
    const std::vector<std::int64_t> right{1, 2};
    EXPECT_EQ(counts("events"), right);
    EXPECT_EQ(total(days), 3);
    EXPECT_EQ(counts("visitors"), (std::vector<std::int64_t>{1, 1}));
    // An hour of which a half is missing is none that was summed by halves.
    run("DELETE FROM analytics_half_hours WHERE start_at % 3600000000 = 0");
    EXPECT_EQ(counts("events"), right);
    EXPECT_EQ(total(days), 3);
    run("UPDATE analytics_half_hours SET start_at = start_at - 1800000000");
    run("UPDATE analytics_half_hours SET events = 3");
    EXPECT_EQ(counts("events"), (std::vector<std::int64_t>{3})) << "whole, so nobody looks at the events";
}

TEST_F(SumDaysTest, TheMostFrequentIsThatOfWholeDaysAndTheirEdgesTogether) {
    const auto happened = [&](const char* name, const char* at, int times) {
        for (int i = 0; i < times; ++i) EXPECT_EQ(post("/capture", event(name, {{"timestamp", at}})), 200);
    };
    happened("in whole days", "2026-11-20T10:00:00Z", 5), happened("in both", "2026-11-20T11:00:00Z", 4);
    happened("in both", "2026-11-21T01:00:00Z", 2);
    settle();
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore store(host_, tables, days);
    Asked asked;
    asked.sites = {100};
    asked.from = sdk::to_micros(*read_instant("2026-11-20T00:00:00Z"));
    asked.to = sdk::to_micros(*read_instant("2026-11-21T02:00:00Z"));
    const auto first = store.by_value(sdk::testing::a_context(), asked, "event", 1);
    ASSERT_TRUE(first && first->size() == 1u);
    EXPECT_EQ(first->front().value, "in both");
    EXPECT_EQ(first->front().tally.events, 6);
}

TEST_F(SumDaysTest, MoreSumsThanOneStatementBringsAreAllCounted) {
    constexpr std::int64_t kMany = 40'500;
    const sdk::Blob nobody{Sketch{}.bytes()};
    std::vector<sdk::DbValues> rows;
    for (std::int64_t day = 0; day < kMany; ++day)
        rows.push_back({std::int64_t{100}, day * kDay, std::int64_t{0}, "", "", std::int64_t{1}, std::int64_t{0},
                        std::int64_t{0}, std::int64_t{0}, std::int64_t{0}, nobody});
    ASSERT_TRUE(insert_rows(*database_, sdk::testing::a_context(),
                            "INSERT INTO analytics_days (site, start_at, bot, dimension, value, events, views, visits, "
                            "bounces, seconds, visitors) VALUES ",
                            11, "", rows));
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore store(host_, tables, days);
    Asked asked;
    asked.sites = {100};
    asked.to = kMany * kDay;
    EXPECT_EQ(store.total(sdk::testing::a_context(), asked)->events, kMany);
}

TEST_F(SumDaysTest, AChangeThatIsThoughtOverNeverWas) {
    EXPECT_EQ(seen("2026-11-26T11:00:00Z"), 200);
    settle();
    restart("Asia/Colombo");
    restart("");
    const auto rows = database_->query(sdk::testing::a_context(), "SELECT zone FROM analytics_day_zones");
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_EQ(rows->front().text("zone"), "UTC");
}

TEST_F(SumDaysTest, PseudonymsAreThoseOfThePlatformsDay) {
    restart("Asia/Colombo");
    SumDays days(host_, TimeZone{});
    Keys keys(host_, days);
    const auto key_at = [&](const char* at) {
        host_.time().set(*read_instant(at));
        return keys.current(sdk::testing::a_context())->of_today;
    };
    const auto evening = key_at("2026-11-26T18:29:00Z");
    EXPECT_EQ(key_at("2026-11-25T18:30:00Z"), evening);
    const auto night = key_at("2026-11-26T18:30:00Z");
    EXPECT_NE(night, evening);
    EXPECT_EQ(key_at("2026-11-27T00:01:00Z"), night) << "midnight in London is nothing to Colombo";
    // Two days later nobody can make the first day's key again.
    host_.time().set(*read_instant("2026-11-28T18:30:00Z"));
    ASSERT_TRUE(keys.forget_old(sdk::testing::a_context()));
    const auto kept =
        database_->query(sdk::testing::a_context(), "SELECT name FROM analytics_keys WHERE name = 'day-2026-11-26'");
    EXPECT_TRUE(kept->empty());
}

TEST_F(SumDaysTest, AZoneThatIsNoneStopsTheStart) {
    plugin_->stop();
    AnalyticsPlugin another;
    const auto started = another.start(host_, sdk::Config{{{"store", ""},
                                                           {"time_zone", "Mars/Base"},
                                                           {"spool_megabytes", 16},
                                                           {"durability", "crash"},
                                                           {"country_database", ""},
                                                           {"keep_events_days", 400},
                                                           {"keep_visits_days", 400},
                                                           {"keep_sums_days", 0},
                                                           {"copied_events", 1}}});
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().message.find("Asia/Colombo"), std::string::npos);
    another.stop();
    plugin_->stop();
}

}  // namespace
}  // namespace whatsflow::analytics
