// Funnels, retention and uniques beside the same numbers computed by SQL over the stored events.
#include "pages_fixture.hpp"

#include <random>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class IndependentTest : public PagesTest {
protected:
    static constexpr int kPeople = 240;
    static constexpr int kDays = 21;

    void SetUp() override {
        PagesTest::SetUp();
        std::mt19937 random(20261126);
        const auto first = sdk::to_micros(*read_instant("2026-11-02T00:00:00Z"));
        json batch = json::array();
        for (int person = 0; person < kPeople; ++person)
            for (int i = 0; i < 8; ++i) {
                static constexpr const char* kNames[] = {"seen", "seen", "tried", "tried", "bought", "idle"};
                // No two at the same microsecond: their order is then that of time.
                const auto at = first + static_cast<std::int64_t>(random() % (kDays * 86'400u)) * kSecond +
                                static_cast<std::int64_t>(person * 100 + i);
                batch.push_back(event(kNames[random() % std::size(kNames)],
                                      {{"distinct_id", "person-" + std::to_string(person)},
                                       {"timestamp", sdk::to_rfc3339(sdk::from_micros(at))}}));
            }
        ASSERT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
        settle();
        const auto tables =
            database_->query(sdk::testing::a_context(), "SELECT name FROM analytics_day_tables WHERE kind = 'events'");
        for (const auto& table : *tables)
            events_ += (events_.empty() ? "" : " UNION ALL ") +
                       ("SELECT visitor, name, occurred_at AS at FROM " + table.text("name") + " WHERE site = 100");
    }
    std::int64_t number(const std::string& sql) {
        const auto row = database_->query_one(sdk::testing::a_context(), "WITH e AS (" + events_ + ") " + sql);
        EXPECT_TRUE(row) << sql << (row ? "" : row.error().message);
        return row && *row ? (*row)->integer("n") : -1;
    }
    std::string events_;
};

TEST_F(IndependentTest, AFunnelIsWhatJoinsSay) {
    for (const int window : {1, 7, 14}) {
        const auto shown = model(
            "/analytics/funnels?from=2026-11-02&to=2026-11-22&step_1=seen&step_2=tried&step_3=bought&"
            "window=" +
            std::to_string(window) + site());
        const auto within = " AND %.at >= a.at AND %.at <= a.at + " + std::to_string(window * kDay);
        const auto until = [&](const char* step) {
            auto text = within;
            for (auto at = text.find('%'); at != std::string::npos; at = text.find('%')) text.replace(at, 1, step);
            return text;
        };
        const auto first = number("SELECT COUNT(DISTINCT visitor) AS n FROM e WHERE name = 'seen'");
        const auto second = number(
            "SELECT COUNT(DISTINCT a.visitor) AS n FROM e a JOIN e b ON b.visitor = a.visitor AND "
            "b.name = 'tried'" +
            until("b") + " WHERE a.name = 'seen'");
        const auto third = number(
            "SELECT COUNT(DISTINCT a.visitor) AS n FROM e a JOIN e b ON b.visitor = a.visitor AND "
            "b.name = 'tried'" +
            until("b") + " JOIN e c ON c.visitor = a.visitor AND c.name = 'bought' AND c.at >= b.at" + until("c") +
            " WHERE a.name = 'seen'");
        const auto told = rows(shown, 0);
        EXPECT_EQ(told[0][2], std::to_string(first)) << window;
        EXPECT_EQ(told[1][2], std::to_string(second)) << window;
        EXPECT_EQ(told[2][2], std::to_string(third)) << window;
        EXPECT_GT(third, 0);
        EXPECT_LT(third, second);
    }
}

TEST_F(IndependentTest, RetentionIsWhatJoinsSay) {
    const auto shown = model(
        "/analytics/retention?from=2026-11-02&to=2026-11-22&period=week&first_event=seen&return_event=bought" + site());
    const auto start = std::to_string(sdk::to_micros(*read_instant("2026-11-02T00:00:00Z")));
    const auto week = std::to_string(7 * kDay);
    const auto of_week = [&](const std::string& at) {
        return "((" + at + " - " + start + ") - (" + at + " - " + start + ") % " + week + ") / " + week;
    };
    const auto told = rows(shown, 0);
    ASSERT_EQ(told.size(), 3u);
    for (int cohort = 0; cohort < 3; ++cohort) {
        const auto those =
            "(SELECT visitor, MIN(at) AS first_at FROM e WHERE name = 'seen' GROUP BY visitor) f WHERE " +
            of_week("f.first_at") + " = " + std::to_string(cohort);
        const auto people = number("SELECT COUNT(*) AS n FROM " + those);
        EXPECT_EQ(told[static_cast<std::size_t>(cohort)][1], std::to_string(people));
        for (int k = 0; cohort + k < 3; ++k) {
            const auto back =
                number("SELECT COUNT(*) AS n FROM " + those +
                       " AND EXISTS (SELECT 1 FROM e WHERE e.visitor = f.visitor AND e.name = 'bought' AND " +
                       of_week("e.at") + " = " + std::to_string(cohort + k) + ")");
            EXPECT_EQ(told[static_cast<std::size_t>(cohort)][static_cast<std::size_t>(2 + k)],
                      pages::percent(static_cast<double>(back), static_cast<double>(people)))
                << cohort << " " << k;
        }
    }
}

TEST_F(IndependentTest, VisitorsAreExactWhileTheyAreFewAndCloseWhenTheyAreMany) {
    for (const auto& [from, to] : {std::pair{"2026-11-02", "2026-11-22"}, {"2026-11-05", "2026-11-06"}}) {
        const auto low = std::to_string(sdk::to_micros(*read_instant(from)));
        const auto high = std::to_string(sdk::to_micros(*read_instant(to)) + kDay);
        const auto there =
            number("SELECT COUNT(DISTINCT visitor) AS n FROM e WHERE at >= " + low + " AND at < " + high);
        const auto answer = query(std::string("metric=visitors&from=") + from + "&to=" + to);
        EXPECT_EQ(answer["total"], there);
        EXPECT_EQ(answer["method"], "exact");
    }
    json batch = json::array();
    for (int i = 0; i < 6'000; ++i)
        batch.push_back(
            event("many", {{"distinct_id", "one-of-" + std::to_string(i)}, {"timestamp", "2026-11-25T10:00:00Z"}}));
    ASSERT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    const auto row = database_->query_one(sdk::testing::a_context(),
                                          "SELECT COUNT(DISTINCT visitor) AS n FROM analytics_events_20261125");
    ASSERT_EQ((*row)->integer("n"), 6'000);
    const auto answer = query("metric=visitors&from=2026-11-25&to=2026-11-25");
    EXPECT_EQ(answer["method"], "estimated ±1.6 %");
    EXPECT_NEAR(answer["total"].get<double>(), 6'000, 3 * 0.0163 * 6'000);
}

}  // namespace
}  // namespace whatsflow::analytics
