// Whose days pages show: the reader's, else the platform's.
#include "pages_fixture.hpp"

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class ZonesTest : public PagesTest {
protected:
    ZonesTest() { time_zone_ = "Asia/Colombo"; }

    int view(const char* who, const char* at) {
        return post("/capture", event("$pageview", {{"distinct_id", who},
                                                    {"timestamp", at},
                                                    {"properties", {{"$current_url", "https://a.example/"}}}}));
    }
    json as_reader_in(const std::string& zone, const std::string& target) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member({pages::kSee});
        options.identity->time_zone = zone;
        options.site = sdk::Site::admin;
        const auto response = host_.call(sdk::Method::get, target, std::move(options));
        return std::get<sdk::View>(response.body()).model;
    }
    static std::map<std::string, std::string> views_by_day(const json& model) {
        std::map<std::string, std::string> days;
        for (const auto& point : model["charts"][0]["points"])
            if (point["values"][1]["value"] != "0") days[point["day"]] = point["values"][1]["value"];
        return days;
    }
};

TEST_F(ZonesTest, ADayBeginsAtMidnightInColombo) {
    for (const char* at :
         {"2026-11-24T18:29:59Z", "2026-11-24T18:30:00Z", "2026-11-25T18:29:59Z", "2026-11-25T18:30:00Z"})
        EXPECT_EQ(view("ann", at), 200);
    settle();
    const auto shown = model("/analytics/web?from=2026-11-20&to=2026-11-26" + site());
    EXPECT_EQ(views_by_day(shown),
              (std::map<std::string, std::string>{{"2026-11-24", "1"}, {"2026-11-25", "2"}, {"2026-11-26", "1"}}));
    EXPECT_NE(shown["charts"][0]["period"].get<std::string>().find("Asia/Colombo"), std::string::npos);
    const auto one = model("/analytics/web?from=2026-11-25&to=2026-11-25" + site());
    EXPECT_EQ(one["figures"][2]["value"], "2");
    EXPECT_EQ(rows(one, 0), (json{{"/", "1", "2"}})) << "and so do the tables";
}

TEST_F(ZonesTest, AReaderElsewhereSeesTheirOwnDays) {
    for (const char* at :
         {"2026-11-24T18:29:59Z", "2026-11-24T18:30:00Z", "2026-11-25T05:59:59Z", "2026-11-25T06:00:00Z"})
        EXPECT_EQ(view("ann", at), 200);
    settle();
    const auto query = "/analytics/web?from=2026-11-20&to=2026-11-26" + site();
    EXPECT_EQ(views_by_day(as_reader_in("UTC", query)),
              (std::map<std::string, std::string>{{"2026-11-24", "2"}, {"2026-11-25", "2"}}));
    const auto chicago = as_reader_in("America/Chicago", query);
    EXPECT_EQ(views_by_day(chicago), (std::map<std::string, std::string>{{"2026-11-24", "3"}, {"2026-11-25", "1"}}));
    EXPECT_NE(chicago["charts"][0]["period"].get<std::string>().find("America/Chicago"), std::string::npos);
    const auto one = as_reader_in("America/Chicago", "/analytics/web?from=2026-11-24&to=2026-11-24" + site());
    EXPECT_EQ(rows(one, 0), (json{{"/", "1", "3"}})) << "tables too, though sums are cut elsewhere";
    EXPECT_EQ(views_by_day(as_reader_in("Mars/Base", query)).size(), 2u) << "an unknown zone is the platform's";
}

TEST_F(ZonesTest, CohortsAndActivePeopleAreOfTheZonesDays) {
    // The same instant's Monday begins in Colombo while it is Sunday in London.
    for (const char* at : {"2026-11-08T18:29:00Z", "2026-11-15T18:31:00Z"}) EXPECT_EQ(view("ann", at), 200);
    EXPECT_EQ(view("bob", "2026-11-08T18:31:00Z"), 200);
    settle();
    const auto shown = model("/analytics/retention?from=2026-11-02&to=2026-11-22&period=week" + site());
    EXPECT_EQ(rows(shown, 0),
              (json{{"2026-11-02", "1", "100.0 %", "0.0 %", "100.0 %"}, {"2026-11-09", "1", "100.0 %", "0.0 %", ""}}))
        << rows(shown, 0);
    std::map<std::string, std::string> days;
    for (const auto& point : shown["charts"][0]["points"])
        if (point["values"][0]["value"] != "0") days[point["day"]] = point["values"][0]["value"];
    EXPECT_EQ(days,
              (std::map<std::string, std::string>{{"2026-11-08", "1"}, {"2026-11-09", "1"}, {"2026-11-16", "1"}}));
}

TEST_F(ZonesTest, AChangedClockLosesAndDoublesNothing) {
    // In Berlin the 25th of October has 25 hours.
    for (int hour = 0; hour < 3 * 24; ++hour)
        EXPECT_EQ(post("/capture", event("tick", {{"timestamp", sdk::to_rfc3339(*read_instant("2026-10-24T00:30:00Z") +
                                                                                std::chrono::hours{hour})}})),
                  200);
    settle();
    const auto days = query("from=2026-10-24&to=2026-10-26&time_zone=Europe/Berlin&event=tick")["rows"];
    std::map<std::string, int> told;
    for (const auto& day : days) told[day["at"]] = day["count"];
    EXPECT_EQ(told, (std::map<std::string, int>{{"2026-10-24", 22}, {"2026-10-25", 25}, {"2026-10-26", 24}}));
}

TEST_F(ZonesTest, TheLiveClockIsTheReaders) {
    EXPECT_EQ(view("ann", "2026-11-26T11:58:30Z"), 200);
    settle();
    const auto shown = model("/analytics/live?bots=include" + site());
    EXPECT_EQ(rows(shown, 0)[0][0], "17:28:30");
    EXPECT_EQ(rows(shown, 1)[0][0], "17:28");
}

}  // namespace
}  // namespace whatsflow::analytics
