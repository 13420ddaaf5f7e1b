// Pages over more events than are looked at one by one: a sample of the visitors, beside SQL over all of them.
#include "core/sample.hpp"
#include "pages_fixture.hpp"

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class SampleTest : public PagesTest {
protected:
    static constexpr int kPeople = 2'400;

    SampleTest() { look_at_events_ = 500; }

    /// Everybody sees, every second one tries, every fourth buys: on two days.
    void SetUp() override {
        PagesTest::SetUp();
        for (const char* day : {"2026-11-20", "2026-11-21"}) {
            json batch = json::array();
            for (int person = 0; person < kPeople; ++person) {
                const auto tell = [&](const char* name, const char* time) {
                    batch.push_back(event(name, {{"distinct_id", "person-" + std::to_string(person)},
                                                 {"timestamp", std::string(day) + time},
                                                 {"properties",
                                                  {{"$feature_flag", "look"},
                                                   {"$feature_flag_response", person % 2 == 0 ? "a" : "b"}}}}));
                };
                tell("seen", "T10:00:00Z");
                if (person % 2 == 0) tell("tried", "T11:00:00Z");
                if (person % 4 == 0) tell("bought", "T12:00:00Z");
                if (person % 3 == 0) tell("$feature_flag_called", "T09:00:00Z");
            }
            ASSERT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
            settle();
        }
    }
    /// Two thirds come by a search, the others by a letter: they see two pages, one of them twice, and click; some of
    /// them also did two days before those that are looked at.
    void people_read() {
        for (const auto& [day, people] : {std::pair{"2026-11-21", 1'200}, {"2026-11-18", 300}}) {
            json batch = json::array();
            for (int person = 0; person < people; ++person)
                for (const auto& [name, path, at] : {std::tuple{"$pageview", "/in", "T15:00:00Z"},
                                                     {"clicked", "/other", "T15:02:00Z"},
                                                     {"$pageview", "/in", "T15:04:00Z"},
                                                     {"$pageview", "/deep", "T15:05:00Z"}})
                    batch.push_back(
                        event(name, {{"distinct_id", "reader-" + std::to_string(person)},
                                     {"timestamp", std::string(day) + at},
                                     {"properties",
                                      {{"$current_url", std::string("https://a.example") + path +
                                                            "?utm_source=" + (person % 3 == 0 ? "letter" : "search")},
                                       {"$lib", "web"},
                                       {"$raw_user_agent",
                                        "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"}}}}));
            ASSERT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
            settle();
        }
    }
    std::int64_t number(const std::string& sql) {
        const auto row = database_->query_one(sdk::testing::a_context(), sql);
        EXPECT_TRUE(row) << sql;
        return row && *row ? (*row)->integer("n") : -1;
    }
    /// Different visitors of a name in a sample, counted from all events.
    std::int64_t people(const std::string& name, const Sample& sample) {
        std::set<std::int64_t> those;
        for (const char* table : {"analytics_events_20261120", "analytics_events_20261121"}) {
            const auto rows = database_->query(sdk::testing::a_context(),
                                               std::string("SELECT visitor FROM ") + table + " WHERE name = ?", {name});
            for (const auto& row : *rows)
                if (sample.holds(row.integer("visitor"))) those.insert(row.integer("visitor"));
        }
        return static_cast<std::int64_t>(those.size());
    }
    static bool notes(const json& shown, const std::string& key) {
        return std::ranges::any_of(shown["notes"], [&](const auto& note) {
            return note["text"].template get<std::string>().find(key) != std::string::npos;
        });
    }
    json shown_in(const std::string& zone, const std::string& target) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member({pages::kSee});
        options.identity->time_zone = zone;
        options.site = sdk::Site::admin;
        return std::get<sdk::View>(host_.call(sdk::Method::get, target, std::move(options)).body()).model;
    }
    const std::string days_ = "from=2026-11-20&to=2026-11-21";
    const std::string funnel_ = "/analytics/funnels?" + days_ + "&step_1=seen&step_2=tried&step_3=bought";
};

TEST_F(SampleTest, AFunnelIsThatOfTheSampleScaledUp) {
    // 8,400 events of these names: sixteen parts would be 525 of them, eight fit.
    const Sample sample{8};
    const auto shown = model(funnel_ + site());
    const auto told = rows(shown, 0);
    EXPECT_EQ(told[0][2], pages::grouped(sample.scaled(people("seen", sample))));
    EXPECT_EQ(told[1][2], pages::grouped(sample.scaled(people("tried", sample))));
    EXPECT_EQ(told[2][2], pages::grouped(sample.scaled(people("bought", sample))));
    EXPECT_GT(people("bought", sample), 0);
    EXPECT_TRUE(notes(shown, "words.from_sample"));
    EXPECT_FALSE(notes(shown, "words.cut"));
}

TEST_F(SampleTest, WhoAsksForFewEventsGetsAllOfThem) {
    const auto shown = model("/analytics/funnels?" + days_ + "&step_1=nothing&step_2=never" + site());
    EXPECT_FALSE(notes(shown, "words.from_sample"));
    const auto one_day = model("/analytics/retention?from=2026-11-22&to=2026-11-23" + site());
    EXPECT_FALSE(notes(one_day, "words.from_sample"));
}

TEST_F(SampleTest, EveryPageThatLooksAtASampleSaysSo) {
    for (const std::string target : {"/analytics/retention?", "/analytics/paths?through=seen&"})
        EXPECT_TRUE(notes(model(target + days_ + site()), "words.from_sample")) << target;
    const auto experiment = model("/analytics/experiments?" + days_ + "&goal=bought" + site());
    EXPECT_TRUE(notes(experiment, "words.of_sample"));
    EXPECT_FALSE(notes(experiment, "experiments.exact"));
    // Those who saw a variant and those who reached the goal belong to one sample: every fourth of `a` bought.
    const auto told = rows(experiment, 0);
    ASSERT_EQ(told.size(), 2u);
    EXPECT_NE(told[0][2], "0");
    EXPECT_EQ(told[1][2], "0");
}

TEST_F(SampleTest, RetentionCountsWhoIsInTheSample) {
    const Sample sample{8};  // of 9,999 events
    const auto shown = model("/analytics/retention?period=day&" + days_ + site());
    EXPECT_EQ(figure(shown, "dau"), pages::grouped(sample.scaled(people("seen", sample))));
    const auto told = rows(shown, 0);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0][3], "100.0 %");  // everybody came back on the second day
}

TEST_F(SampleTest, AFilterCountsTheSampleScaledUp) {
    people_read();
    const auto shown = model("/analytics/web?only_source=letter&" + days_ + site());
    EXPECT_TRUE(notes(shown, "words.from_sample"));
    // Of 16,000 events: eight parts are 500 of them.
    const Sample sample{8};
    const auto counted = [&](const std::string& what) {
        const auto condition =
            " FROM analytics_sample_20261121 WHERE part < 8 AND source = 'letter' AND bot = 0 AND name = '$pageview'";
        return number("SELECT COUNT(" + what + ") AS n" + condition);
    };
    ASSERT_GT(counted("*"), 0);
    EXPECT_EQ(figure(shown, "views"), pages::grouped(sample.scaled(counted("*"))));
    EXPECT_EQ(figure(shown, "visitors"), pages::grouped(sample.scaled(counted("DISTINCT visitor"))));
    EXPECT_EQ(figure(shown, "visits"), pages::grouped(sample.scaled(counted("DISTINCT visit"))));
    EXPECT_EQ(figure(shown, "bounces"), "0.0 %");
    EXPECT_EQ(figure(shown, "duration"), "5 min 0 s");
    for (const auto& each : shown["figures"])
        if (each["label"] == "views" || each["label"] == "visits" || each["label"] == "visitors") {
            EXPECT_NE(each["note"].dump().find("words.sampled"), std::string::npos) << each;
        }
    const auto told = rows(shown, 0);
    ASSERT_EQ(told.size(), 2u) << "a click is no page";
    EXPECT_EQ(told[0][0], "/in");
    EXPECT_EQ(told[0][1], pages::grouped(sample.scaled(counted("DISTINCT visitor"))));
    EXPECT_EQ(told[0][2], pages::grouped(2 * sample.scaled(counted("DISTINCT visitor"))));
    // Nobody is left out where nothing is filtered.
    EXPECT_FALSE(notes(model("/analytics/web?" + days_ + site()), "words.from_sample"));
    EXPECT_TRUE(notes(model("/analytics/features?only_source=letter&" + days_ + site()), "words.from_sample"));
}

TEST_F(SampleTest, TablesOfAReaderElsewhereAreThoseOfTheSample) {
    const auto count_of = [&](const json& model, const std::string& event) {
        for (std::size_t table = 0; table < model["tables"].size(); ++table)
            for (const auto& row : rows(model, table))
                if (row[0] == event) return row[1].get<std::string>();
        return std::string("none");
    };
    const auto elsewhere = shown_in("Asia/Colombo", "/analytics/features?" + days_ + site());
    EXPECT_TRUE(notes(elsewhere, "words.edges_from_sample"));
    // The 20th is summed up as a whole; of the 21st only the hours before Colombo's midnight are meant.
    const Sample sample{16};
    const auto seen = number("SELECT COUNT(*) AS n FROM analytics_sample_20261121 WHERE name = 'seen'");
    EXPECT_EQ(count_of(elsewhere, "seen"), pages::grouped(kPeople + sample.scaled(seen)));
    const auto here = shown_in("", "/analytics/features?" + days_ + site());
    EXPECT_FALSE(notes(here, "words.edges_from_sample"));
    EXPECT_EQ(count_of(here, "seen"), pages::grouped(2 * kPeople));
    // Totals are everybody's: hours know them.
    const auto web = shown_in("Asia/Colombo", "/analytics/web?" + days_ + site());
    EXPECT_TRUE(notes(web, "words.edges_from_sample"));
    EXPECT_EQ(figure(web, "visitors"), figure(shown_in("", "/analytics/web?" + days_ + site()), "visitors"));
}

TEST_F(SampleTest, TheChartOfAFilterHasTheDaysOfTheReader) {
    people_read();  // on the 21st at 15:00: in Auckland that is the morning after
    const auto views = [&](const std::string& zone) {
        std::map<std::string, std::string> days;
        const auto shown = shown_in(zone, "/analytics/web?only_source=letter&from=2026-11-20&to=2026-11-22" + site());
        if (shown["charts"].empty()) return days;
        for (const auto& point : shown["charts"][0]["points"])
            if (point["values"][1]["value"] != "0") days[point["day"]] = point["values"][1]["value"];
        return days;
    };
    const auto there = views("Pacific/Auckland"), here = views("");
    ASSERT_EQ(there.size(), 1u);
    ASSERT_EQ(here.size(), 1u);
    EXPECT_EQ(there.begin()->first, "2026-11-22");
    EXPECT_EQ(here.begin()->first, "2026-11-21");
}

TEST_F(SampleTest, WhatIsOfNoVisitHasNoSourceThere) {
    people_read();
    const auto shown = shown_in("Asia/Colombo", "/analytics/web?" + days_ + site());
    EXPECT_TRUE(notes(shown, "words.edges_from_sample"));
    const auto told = rows(shown, 2);
    ASSERT_EQ(told.size(), 2u) << told << ": what a program sends comes from nowhere";
    EXPECT_EQ(told[0][0], "search");
    EXPECT_EQ(told[1][0], "letter");
}

TEST_F(SampleTest, AProgramElsewhereIsToldOfWhomItsRowsAre) {
    const auto count_of = [](const json& answer, const std::string& value) {
        for (const auto& row : answer["rows"])
            if (row["value"] == value) return row["count"].get<std::int64_t>();
        return std::int64_t{-1};
    };
    const std::string by_event = "by=event&" + days_ + "&time_zone=";
    const auto elsewhere = query(by_event + "Asia/Colombo");
    const Sample sample{16};  // of 5,000 events beside the day that is summed up
    const auto seen = number("SELECT COUNT(*) AS n FROM analytics_sample_20261121 WHERE name = 'seen'");
    EXPECT_EQ(count_of(elsewhere, "seen"), kPeople + sample.scaled(seen)) << elsewhere;
    EXPECT_EQ(elsewhere["rows_method"], "beside whole days estimated from one visitor in 16");
    EXPECT_EQ(elsewhere["share"], 16.0 / 256);
    EXPECT_EQ(elsewhere["total"], 10'000) << "hours know how many they are";
    EXPECT_EQ(elsewhere["method"], "exact");
    const auto here = query(by_event);
    EXPECT_EQ(count_of(here, "seen"), 2 * kPeople);
    EXPECT_EQ(here["rows_method"], "exact");
    EXPECT_EQ(here["share"], 1);
    // Parts of a day are beside the sums, whoever's it is; few events are all looked at.
    EXPECT_LT(query("by=event&from=2026-11-21T08:30:00Z&to=2026-11-21T11:30:00Z")["share"], 1);
    EXPECT_EQ(query("by=event&from=2026-11-22&to=2026-11-23&time_zone=Asia/Colombo")["share"], 1);
    // Many events of whole days are no reason for a sample.
    EXPECT_EQ(query("by=event&from=2026-11-19&to=2026-11-22&time_zone=Asia/Colombo")["share"], 1);
    const auto by_day = query(days_ + "&time_zone=Asia/Colombo&event=seen");
    ASSERT_EQ(by_day["rows"].size(), 2u);
    EXPECT_EQ(by_day["rows"][0]["count"], kPeople);
    EXPECT_EQ(by_day["rows_method"], "exact");
}

TEST_F(SampleTest, VisitorsOfWholeDaysAreNotCountedAgainAtTheirEdge) {
    const auto visitors_of = [](const json& answer) {
        for (const auto& row : answer["rows"])
            if (row["value"] == "seen") return row["count"].get<double>();
        return -1.0;
    };
    // Who was there on both days is one visitor of each: pseudonyms of people who are told by name stay.
    const auto elsewhere = query("metric=visitors&by=event&" + days_ + "&time_zone=Asia/Colombo");
    EXPECT_LT(elsewhere["share"], 1);
    EXPECT_NEAR(visitors_of(elsewhere), kPeople, 0.1 * kPeople) << elsewhere;
    // Nobody of the 21st is known beside it.
    const auto one_day = query("metric=visitors&by=event&from=2026-11-21&to=2026-11-21&time_zone=Asia/Colombo");
    EXPECT_LT(one_day["share"], 1);
    EXPECT_NEAR(visitors_of(one_day), kPeople, 0.35 * kPeople) << one_day;
}

TEST_F(SampleTest, WhoIsForgottenGoesFromTheSampleToo) {
    const auto row =
        database_->query_one(sdk::testing::a_context(), "SELECT person AS who FROM analytics_sample_20261120 LIMIT 1");
    const auto person = (*row)->text("who");
    ASSERT_EQ(send("/analytics/erase", {{"id", person}, {"confirmation", person}}).status(), 303);
    host_.facilities().jobs.run_all();
    for (const char* kind : {"events", "sample"})
        for (const char* day : {"20261120", "20261121"})
            EXPECT_EQ(number(std::string("SELECT COUNT(*) AS n FROM analytics_") + kind + "_" + day +
                             " WHERE person = '" + person + "'"),
                      0)
                << kind << day;
    EXPECT_EQ(number("SELECT left_over AS n FROM analytics_erasures"), 0);
    EXPECT_LE(number("SELECT events AS n FROM analytics_erasures"), 8);  // once each, not twice
}

class HurriedSampleTest : public SampleTest {
protected:
    HurriedSampleTest() { look_milliseconds_ = 0; }
};

TEST_F(HurriedSampleTest, IsOfFewerVisitorsWhereTheTimeIsOver) {
    const Sample sample{1};
    const auto shown = model(funnel_ + site());
    EXPECT_EQ(rows(shown, 0)[0][2], pages::grouped(sample.scaled(people("seen", sample))));
    EXPECT_GT(people("seen", sample), 0);
    EXPECT_TRUE(notes(shown, "words.from_sample"));
    EXPECT_FALSE(notes(shown, "words.cut"));
}

TEST_F(HurriedSampleTest, FiltersCountFewerVisitorsToo) {
    people_read();
    EXPECT_EQ(
        figure(model("/analytics/web?only_source=letter&" + days_ + site()), "visitors"),
        pages::grouped(Sample{1}.scaled(number("SELECT COUNT(DISTINCT visitor) AS n FROM "
                                               "analytics_sample_20261121 WHERE part < 1 AND source = 'letter'"))));
}

TEST_F(HurriedSampleTest, RowsForAProgramAreOfFewerVisitorsToo) {
    EXPECT_EQ(query("by=event&" + days_ + "&time_zone=Asia/Colombo")["share"], 1.0 / 256);
}

TEST_F(SampleTest, SamplesOfAnOlderVersionGoOn) {
    // Its key began with the site and the time.
    const auto run = [&](const std::string& sql) {
        const auto done = database_->execute(sdk::testing::a_context(), sql);
        ASSERT_TRUE(done) << done.error().message;
    };
    const std::string table = "analytics_sample_20261121";
    run("CREATE TABLE kept AS SELECT * FROM " + table);
    run("DROP TABLE " + table);
    const bool lite = database_->dialect() == sdk::Dialect::sqlite;
    run("CREATE TABLE " + table +
        " (part BIGINT NOT NULL, site BIGINT NOT NULL, occurred_at BIGINT NOT NULL, id BINARY(16) NOT NULL, "
        "received_at BIGINT NOT NULL, name VARCHAR(200) NOT NULL, visitor BIGINT NOT NULL, person VARCHAR(200) NOT "
        "NULL, "
        "visit BIGINT NOT NULL, hostname VARCHAR(100) NOT NULL, path VARCHAR(500) NOT NULL, "
        "source VARCHAR(100) NOT NULL, medium VARCHAR(100) NOT NULL, campaign VARCHAR(100) NOT NULL, "
        "country VARCHAR(2) NOT NULL, browser VARCHAR(40) NOT NULL, system_name VARCHAR(40) NOT NULL, "
        "device VARCHAR(20) NOT NULL, language VARCHAR(35) NOT NULL, bot BIGINT NOT NULL, consented SMALLINT NOT NULL, "
        "revenue BIGINT NOT NULL, currency VARCHAR(3) NOT NULL, properties TEXT NOT NULL, "
        "PRIMARY KEY (site, occurred_at, id))" +
        (lite ? " WITHOUT ROWID" : ""));
    run("INSERT INTO " + table + " SELECT * FROM kept");
    run("DROP TABLE kept");
    const auto before = number("SELECT COUNT(*) AS n FROM " + table);
    json batch = json::array();
    for (int person = 0; person < 300; ++person)
        batch.push_back(
            event("seen", {{"distinct_id", "late-" + std::to_string(person)}, {"timestamp", "2026-11-21T15:00:00Z"}}));
    ASSERT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    EXPECT_GT(number("SELECT COUNT(*) AS n FROM " + table), before);
    const Sample sample{8};
    EXPECT_EQ(rows(model(funnel_ + site()), 0)[0][2], pages::grouped(sample.scaled(people("seen", sample))));
}

TEST_F(SampleTest, APartComesInTheOrderOfTimeWithWhatCameLateAndEachOnce) {
    json batch = json::array();
    for (int person = 0; person < 400; ++person)
        for (const char* at : {"2024-01-01T10:00:00Z", "2024-02-01T10:00:00Z", "2026-11-21T09:00:00Z"})
            batch.push_back(event("old", {{"distinct_id", "old-" + std::to_string(person)}, {"timestamp", at}}));
    ASSERT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore store(host_, tables, days);
    Asked asked;
    asked.sites = {number("SELECT site AS n FROM analytics_sample_old LIMIT 1")};
    asked.from = 0;
    asked.to = INT64_MAX / 2;
    asked.names = {"old"};
    std::size_t all = 0;
    for (int part = 0; part < Sample::kKept; ++part) {
        std::vector<std::int64_t> times;
        std::set<std::string> ids;
        ASSERT_TRUE(store.read_part(sdk::testing::a_context(), asked, part, Detail::steps, [&](const auto& event) {
            EXPECT_EQ(event.name, "old");
            EXPECT_EQ(Sample::part_of(event.visitor), part);
            times.push_back(event.occurred_at);
            ids.insert(event.id);
        }));
        EXPECT_TRUE(std::ranges::is_sorted(times));
        EXPECT_EQ(ids.size(), times.size());
        all += times.size();
    }
    EXPECT_EQ(all, static_cast<std::size_t>(number("SELECT COUNT(*) AS n FROM analytics_sample_old") +
                                            number("SELECT COUNT(*) AS n FROM analytics_sample_20261121 "
                                                   "WHERE name = 'old'")));
    EXPECT_GT(number("SELECT COUNT(*) AS n FROM analytics_sample_old"), 0);
}

TEST_F(SampleTest, GoesWithItsDay) {
    DayTables tables(host_);
    SumDays days(host_, TimeZone{});
    BuiltInStore store(host_, tables, days);
    EXPECT_EQ(*store.forget_before(sdk::testing::a_context(), sdk::to_micros(*read_instant("2026-11-21T00:00:00Z"))),
              1);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_day_tables WHERE kind = 'samples'"), 1);
    EXPECT_FALSE(database_->query(sdk::testing::a_context(), "SELECT part FROM analytics_sample_20261120"));
}

TEST_F(SampleTest, DaysOfAnOlderVersionWithoutASampleAreLookedAtOneByOne) {
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "DROP TABLE analytics_sample_20261120"));
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(),
                                   "DELETE FROM analytics_day_tables WHERE name = 'analytics_sample_20261120'"));
    const auto shown = model(funnel_ + site());
    EXPECT_FALSE(notes(shown, "words.from_sample"));
    EXPECT_EQ(rows(shown, 0)[2][2], pages::grouped(kPeople / 4));
}

}  // namespace
}  // namespace whatsflow::analytics
