// What staff schedule on the page of a flag.
#include "staff_fixture.hpp"

namespace whatsflow::flags {
namespace {

class SchedulePages : public StaffPages {
protected:
    void SetUp() override {
        StaffPages::SetUp();
        create("a");
    }
    std::string in_hours(int hours) {
        return sdk::to_rfc3339(host_.clock().now() + std::chrono::hours(hours)).substr(0, 16);
    }
    Pairs a_roll_out() {
        return {{"rule", "0"},    {"shares", "10, 50,100"}, {"first_at", in_hours(1)}, {"hours", "0.5"},
                {"goal", "paid"}, {"harm", "falls"},        {"reaction", "roll-back"}};
    }
    void add_share() {
        act("/flags/a/rules/new",
            {{"rule_kind", "share"}, {"share", "0"}, {"stickiness", "userId"}, {"seen", seen("a")}});
    }
};

TEST_F(SchedulePages, ARollOutIsListedWithItsStepsAndCanBeCanceled) {
    EXPECT_EQ(look("/flags/a/schedule")["wants_share"], true);
    add_share();
    act("/flags/a/schedule/roll-out", a_roll_out());
    const auto listed = look("/flags/a/schedule");
    const auto& steps = listed["changes"][0]["steps"];
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_EQ(steps[1]["text"], "50 %");
    EXPECT_EQ(steps[3]["text"], "flags.pages.schedule.watching_ends") << "the last share is watched as long as any";
    EXPECT_EQ(steps[3]["at"].get<std::int64_t>() - steps[2]["at"].get<std::int64_t>(), 1'800'000'000);
    EXPECT_EQ(steps[2]["at"].get<std::int64_t>() - steps[0]["at"].get<std::int64_t>(), 3'600'000'000);
    EXPECT_EQ(staff(sdk::Method::post, "/flags/a/schedule/roll-out", a_roll_out()).status(), 422) << "one at a time";
    EXPECT_EQ(look("/flags/a")["news"][0]["news_path"], "/flags/a/schedule?environment=production&project=default");
    auto cancel = listed["confirms"][0]["confirm_path"].get<std::string>();
    act(cancel);
    EXPECT_EQ(look("/flags/a/schedule")["changes"][0]["cancel_id"], false);
    EXPECT_TRUE(look("/flags/a")["news"].empty());
    act("/flags/a/schedule/roll-out", a_roll_out());
}

TEST_F(SchedulePages, ARollOutThatNobodyWatchesEndsWithItsLastShare) {
    add_share();
    auto unwatched = a_roll_out();
    for (auto& [name, value] : unwatched)
        if (name == "goal") value = "";
    act("/flags/a/schedule/roll-out", unwatched);
    EXPECT_EQ(look("/flags/a/schedule")["changes"][0]["steps"].size(), 3U);
}

TEST_F(SchedulePages, BadInputIsToldAndSchedulesNothing) {
    add_share();
    const auto refused = [&](const char* form, Pairs fields, const char* name, const std::string& value) {
        for (auto& [key, each] : fields)
            if (key == name) each = value;
        EXPECT_EQ(staff(sdk::Method::post, std::string("/flags/a/schedule/") + form, fields).status(), 422)
            << name << " " << value;
    };
    for (const char* shares : {"", "50, 10", "10, 10", "101", "x", "1.5", "-1"})
        refused("roll-out", a_roll_out(), "shares", shares);
    for (const char* hours : {"", "0", "-1", "1000", "x"}) refused("roll-out", a_roll_out(), "hours", hours);
    refused("roll-out", a_roll_out(), "rule", "7");
    refused("roll-out", a_roll_out(), "reaction", "explode");
    refused("roll-out", a_roll_out(), "first_at", in_hours(-1));
    refused("roll-out", a_roll_out(), "first_at", "soon");
    refused("switch", {{"turn", "on"}, {"at", in_hours(-1)}}, "turn", "on");
    refused("switch", {{"turn", "on"}, {"at", in_hours(24 * 367)}}, "turn", "on");
    std::string shares = "1";
    for (int share = 2; share <= 21; ++share) shares += "," + std::to_string(share);
    refused("roll-out", a_roll_out(), "shares", shares);
    refused("switch", {{"turn", "on"}, {"at", in_hours(1)}}, "turn", "upside down");
    EXPECT_EQ(look("/flags/a/schedule")["has_changes"], false);
    EXPECT_EQ(staff(sdk::Method::post, "/flags/a/schedule/none/cancel").status(), 404);
}

TEST_F(SchedulePages, HowItEndedIsShown) {
    add_share();
    act("/flags/a/schedule/roll-out", a_roll_out());
    host_.time().advance(std::chrono::hours(1));
    for (int step = 0; step < 2; ++step) {
        for (const auto& error : host_.facilities().jobs.run_all()) ADD_FAILURE() << error.message;
        EXPECT_EQ(look("/flags/a/schedule")["changes"][0]["outcome"],
                  step == 0 ? json(false) : json("flags.pages.schedule.outcomes.unmeasured"));
        host_.time().advance(std::chrono::minutes(30));
    }
}

}  // namespace
}  // namespace whatsflow::flags
