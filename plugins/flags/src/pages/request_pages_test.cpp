// Where a second person has to approve: proposed, looked at, applied or not.
#include "staff_fixture.hpp"

namespace whatsflow::flags {
namespace {

class RequestPages : public StaffPages {
protected:
    nlohmann::json config() const override {
        return {{"environments", {kProduction, "development"}}, {"approval", {kProduction}}};
    }
    void SetUp() override {
        StaffPages::SetUp();
        create("a");
    }
    std::string in_hours(int hours) {
        return sdk::to_rfc3339(host_.clock().now() + std::chrono::hours(hours)).substr(0, 16);
    }
    void pass(int hours) {
        host_.time().advance(std::chrono::hours(hours));
        for (const auto& error : host_.facilities().jobs.run_all()) ADD_FAILURE() << error.message;
        host_.fire_timers();
    }
    /// Proposes to switch it on; the path of the request.
    std::string proposed() {
        const auto place = led_to("/flags/a/on?environment=production", {{"seen", seen("a")}});
        EXPECT_TRUE(place.starts_with("/flags/requests/")) << place;
        return place.substr(0, place.find('?'));
    }
};

TEST_F(RequestPages, AChangeWaitsForASecondPerson) {
    const auto path = proposed();
    EXPECT_FALSE(is_on("a", "u"));
    EXPECT_EQ(look("/flags/requests")["table"]["rows"].size(), 1U);
    EXPECT_EQ(look(path)["edits"][0]["changes"][0]["field"], "enabled");
    EXPECT_EQ(look("/flags/a")["news"][0]["news_path"], path);
    EXPECT_EQ(look(path)["approve_path"], false) << "not one's own";
    EXPECT_EQ(staff(sdk::Method::post, path + "/approve").status(), 422);
    EXPECT_FALSE(is_on("a", "u"));

    who_ = "ben";
    act(path + "/approve");
    EXPECT_TRUE(is_on("a", "u"));
    EXPECT_EQ(look("/flags/requests?state=decided")["table"]["rows"].size(), 1U);
    EXPECT_EQ(staff(sdk::Method::post, path + "/approve").status(), 409) << "twice";
    EXPECT_EQ(staff(sdk::Method::post, path + "/close").status(), 409);
}

TEST_F(RequestPages, OtherEnvironmentsAndSwitchingOffWaitForNobody) {
    const auto place = led_to("/flags/a/on?environment=development", {{"seen", seen("a", "development")}});
    EXPECT_FALSE(place.starts_with("/flags/requests/"));
    const auto path = proposed();
    who_ = "ben";
    act(path + "/approve");
    act("/flags/a/off-everywhere", {{"reason", "it burns"}});
    EXPECT_FALSE(is_on("a", "u"));
}

TEST_F(RequestPages, AChangeOfAFlagThatIsOffWaitsAllTheSame) {
    const auto place =
        led_to("/flags/a/details", {{"flag_type", "release"}, {"description", "Another"}, {"seen", seen("a")}});
    EXPECT_TRUE(place.starts_with("/flags/requests/")) << place;
    EXPECT_EQ(look("/flags/a")["header"]["lead"], "A flag");
}

TEST_F(RequestPages, ARemovalWaitsAndItsReasonIsKept) {
    const auto place = led_to("/flags/a/remove", {{"reason", "it is old"}});
    ASSERT_TRUE(place.starts_with("/flags/requests/")) << place;
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/a", "").status(), 200);
    who_ = "ben";
    act(place.substr(0, place.find('?')) + "/approve");
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/a", "").status(), 404);
    const auto entry = host_.facilities().audit.entries().back();
    const auto history = look(place.substr(0, place.find('?')))["edits"][0]["flag_path"].get<std::string>();
    EXPECT_TRUE(history.starts_with("/flags/a/history?")) << history;
    EXPECT_EQ(look(history)["entries"].size(), 2U);
    EXPECT_EQ(entry.action, "flag.removed");
    EXPECT_EQ(entry.reason, "it is old");
}

TEST_F(RequestPages, ARollOutThatEndsWhereTheShareIsWaitsThoughTheFlagIsOff) {
    const auto rule = led_to("/flags/a/rules/new",
                             {{"rule_kind", "share"}, {"share", "50"}, {"stickiness", "userId"}, {"seen", seen("a")}});
    who_ = "ben";
    act(rule.substr(0, rule.find('?')) + "/approve");
    EXPECT_TRUE(led_to("/flags/a/schedule/roll-out",
                       {{"rule", "0"}, {"shares", "10, 50"}, {"first_at", in_hours(1)}, {"hours", "1"}, {"goal", ""}})
                    .starts_with("/flags/requests/"));
}

TEST_F(RequestPages, AFlagThatChangedMeanwhileIsAConflict) {
    const auto first = proposed();
    const auto second = proposed();
    who_ = "ben";
    act(first + "/approve");
    EXPECT_EQ(look(second)["has_conflict"], true);
    EXPECT_EQ(look(second)["edits"][0]["meanwhile"][0]["field"], "enabled");
    EXPECT_EQ(look(second)["approve_path"], false);
    EXPECT_EQ(staff(sdk::Method::post, second + "/approve").status(), 409);
    EXPECT_EQ(look(second)["header"]["chip"], "open") << "nothing is decided by a failure";
}

TEST_F(RequestPages, WhatWasDecidedIsNoConflictThoughTheFlagIsAnotherSince) {
    const auto path = proposed();
    EXPECT_EQ(look(path)["edits"][0]["conflicts"], false);
    EXPECT_EQ(look(path)["edits"][0]["meanwhile"], false);
    who_ = "ben";
    act(path + "/approve");
    const auto decided = look(path);
    EXPECT_EQ(decided["has_conflict"], false);
    EXPECT_EQ(decided["edits"][0]["conflicts"], false);
    EXPECT_EQ(decided["edits"][0]["meanwhile"], false);
    EXPECT_EQ(decided["approve_path"], false);
}

TEST_F(RequestPages, OfSeveralFlagsOnlyTheChangedOneIsInTheWay) {
    create("b");
    const auto place = led_to(
        "/flags/import", {{"environment", kProduction}, {"definitions", R"({"features":[{"name":"a","enabled":true},
                                                                                {"name":"b","enabled":true}]})"}});
    ASSERT_TRUE(place.starts_with("/flags/requests/")) << place;
    const auto import = place.substr(0, place.find('?'));
    const auto other = proposed();
    who_ = "ben";
    act(other + "/approve");
    std::map<std::string, bool> conflicts;
    const auto shown = look(import);
    for (const auto& edit : shown["edits"]) conflicts[edit["name"]] = edit["conflicts"];
    EXPECT_EQ(conflicts, (std::map<std::string, bool>{{"a", true}, {"b", false}}));
    EXPECT_EQ(shown["has_conflict"], true);
    EXPECT_EQ(staff(sdk::Method::post, import + "/approve").status(), 409);
    EXPECT_FALSE(is_on("b", "u")) << "nothing of it is done";
}

TEST_F(RequestPages, WhatIsRejectedOrWithdrawnChangesNothing) {
    const auto first = proposed();
    act(first + "/close");
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "flag.change_withdrawn");
    const auto second = proposed();
    who_ = "ben";
    act(second + "/close");
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "flag.change_rejected");
    EXPECT_FALSE(is_on("a", "u"));
}

TEST_F(RequestPages, PeopleTalkAboutIt) {
    const auto path = proposed();
    EXPECT_EQ(staff(sdk::Method::post, path + "/comments", {{"comment", "  "}}).status(), 422);
    act(path + "/comments", {{"comment", "Is the load known?"}});
    EXPECT_EQ(look(path)["entries"][0]["text"], "Is the load known?");
}

TEST_F(RequestPages, AnImportIsLookedAtFlagByFlagAndThenTakenOverAtOnce) {
    const Pairs file{{"environment", kProduction},
                     {"replace", "on"},
                     {"definitions", R"({"features":[{"name":"x","enabled":true},{"name":"y","enabled":true}],
                                         "segments":[{"id":1,"name":"s","constraints":[]}]})"}};
    const auto place = led_to("/flags/import", file);
    ASSERT_TRUE(place.starts_with("/flags/requests/")) << place;
    const auto path = place.substr(0, place.find('?'));
    EXPECT_EQ(post(std::string(kOne) + "x", R"({"context":{}})").status(), 404);
    const auto proposed = look(path);
    ASSERT_EQ(proposed["edits"].size(), 4U) << "two flags, a segment, and the flag that is to go";
    EXPECT_EQ(proposed["edits"][0]["name"], "1");
    EXPECT_EQ(proposed["edits"][3]["name"], "a");
    EXPECT_NE(proposed["edits"][3]["removes"], false);
    EXPECT_TRUE(proposed["title"].get<std::string>().starts_with("production: ")) << proposed["title"];
    EXPECT_EQ(staff(sdk::Method::post, path + "/approve").status(), 422) << "not one's own";

    who_ = "ben";
    const auto revision = number("SELECT MAX(revision) AS n FROM flags_history");
    act(path + "/approve");
    EXPECT_TRUE(is_on("x", "u"));
    EXPECT_EQ(post(std::string(kOne) + "a", R"({"context":{}})").status(), 404);
    EXPECT_EQ(number("SELECT MAX(revision) AS n FROM flags_history"), revision + 1) << "served all at once";
    EXPECT_TRUE(led_to("/flags/import", file).ends_with("nothing_imported"));
}

TEST_F(RequestPages, AnImportOfWhatChangedMeanwhileChangesNothing) {
    const auto place = led_to(
        "/flags/import", {{"environment", kProduction}, {"definitions", R"({"features":[{"name":"x","enabled":true},
                                                                                {"name":"a","enabled":true}]})"}});
    const auto path = place.substr(0, place.find('?'));
    const auto other = proposed();
    who_ = "ben";
    act(other + "/approve");
    EXPECT_EQ(look(path)["has_conflict"], true);
    EXPECT_EQ(staff(sdk::Method::post, path + "/approve").status(), 409);
    EXPECT_EQ(post(std::string(kOne) + "x", R"({"context":{}})").status(), 404) << "nor half of it";
}

TEST_F(RequestPages, AHugeImportIsShownInPart) {
    json features = json::array();
    for (int i = 0; i < 120; ++i) features.push_back({{"name", "f" + std::to_string(i)}, {"enabled", true}});
    const auto place =
        led_to("/flags/import", {{"environment", kProduction}, {"definitions", json{{"features", features}}.dump()}});
    const auto shown = look(place.substr(0, place.find('?')));
    EXPECT_EQ(shown["edits"].size(), 50U);
    EXPECT_NE(shown["more_text"], false);
}

TEST_F(RequestPages, ASwitchOfLaterWaitsForASecondPersonAndThenForItsTime) {
    const auto place = led_to("/flags/a/schedule/switch", {{"turn", "on"}, {"at", in_hours(2)}});
    ASSERT_TRUE(place.starts_with("/flags/requests/")) << place;
    const auto path = place.substr(0, place.find('?'));
    const auto shown = look(path);
    EXPECT_EQ(shown["plan"]["steps"].size(), 1U);
    EXPECT_EQ(shown["edits"][0]["changes"][0]["field"], "enabled");
    EXPECT_EQ(shown["edits"][0]["changes"][0]["after"], "true");
    EXPECT_EQ(look("/flags/a/schedule")["has_changes"], false);

    who_ = "ben";
    act(path + "/approve");
    EXPECT_EQ(look("/flags/a/schedule")["changes"].size(), 1U);
    EXPECT_FALSE(is_on("a", "u"));
    pass(2);
    EXPECT_TRUE(is_on("a", "u"));
}

TEST_F(RequestPages, ARollOutIsProposedWithAllItsSteps) {
    const auto rule = led_to("/flags/a/rules/new",
                             {{"rule_kind", "share"}, {"share", "0"}, {"stickiness", "userId"}, {"seen", seen("a")}});
    who_ = "ben";
    act(rule.substr(0, rule.find('?')) + "/approve");
    const auto roll_out = [&] {
        const auto place = led_to("/flags/a/schedule/roll-out", {{"rule", "0"},
                                                                 {"shares", "10, 100"},
                                                                 {"first_at", in_hours(1)},
                                                                 {"hours", "1"},
                                                                 {"goal", "paid"},
                                                                 {"harm", "falls"},
                                                                 {"reaction", "stop"}});
        return place.substr(0, place.find('?'));
    };
    const auto path = roll_out();
    const auto second = roll_out();
    const auto shown = look(path);
    EXPECT_EQ(shown["plan"]["steps"][1]["text"], "100 %");
    EXPECT_NE(shown["plan"]["guard"], false);
    EXPECT_EQ(shown["edits"][0]["changes"][0]["after"], "100");
    who_ = "ann";
    act(path + "/approve");
    EXPECT_EQ(staff(sdk::Method::post, second + "/approve").status(), 409) << "one at a time";
    EXPECT_EQ(look("/flags/a/schedule")["changes"].size(), 1U);
    EXPECT_EQ(look(second)["header"]["chip"], "open");
}

TEST_F(RequestPages, WhatIsApprovedTooLateDoesNotHappenAllOfASudden) {
    const auto place = led_to("/flags/a/schedule/switch", {{"turn", "on"}, {"at", in_hours(1)}});
    const auto path = place.substr(0, place.find('?'));
    EXPECT_EQ(look(path)["is_late"], false);
    pass(1);
    who_ = "ben";
    EXPECT_EQ(look(path)["is_late"], true);
    EXPECT_EQ(look(path)["approve_path"], false);
    EXPECT_EQ(staff(sdk::Method::post, path + "/approve").status(), 409);
    EXPECT_EQ(look("/flags/a/schedule")["has_changes"], false);
}

TEST_F(RequestPages, AScheduleForAFlagThatChangedMeanwhileIsAConflict) {
    const auto place = led_to("/flags/a/schedule/switch", {{"turn", "on"}, {"at", in_hours(1)}});
    const auto path = place.substr(0, place.find('?'));
    const auto other = proposed();
    who_ = "ben";
    act(other + "/approve");
    EXPECT_EQ(look(path)["has_conflict"], true);
    EXPECT_EQ(staff(sdk::Method::post, path + "/approve").status(), 409);
    EXPECT_EQ(look("/flags/a/schedule")["has_changes"], false);
}

TEST_F(RequestPages, ASegmentWaitsForASecondPersonToo) {
    const auto place =
        led_to("/flags/segments/new",
               {{"segment_name", "beta"}, {"field_0", "country"}, {"operator_0", "IN"}, {"values_0", "LK"}});
    ASSERT_TRUE(place.starts_with("/flags/requests/")) << place;
    EXPECT_EQ(look("/flags/segments")["table"]["rows"].size(), 0U);
    who_ = "ben";
    act(place.substr(0, place.find('?')) + "/approve");
    EXPECT_EQ(look("/flags/segments")["table"]["rows"].size(), 1U);
}

TEST_F(RequestPages, SwitchingOffLaterAndOtherEnvironmentsWaitForNobody) {
    EXPECT_EQ(led_to("/flags/a/schedule/switch", {{"turn", "off"}, {"at", in_hours(1)}}).find("/flags/a/schedule"), 0U);
    EXPECT_EQ(led_to("/flags/a/schedule/switch?environment=development", {{"turn", "on"}, {"at", in_hours(1)}})
                  .find("/flags/a/schedule"),
              0U);
    EXPECT_EQ(look("/flags/requests")["table"]["rows"].size(), 0U);
}

TEST_F(RequestPages, WhatWasProposedBeforeThereWereSchedulesIsStillRead) {
    const auto path = proposed();
    const auto kept = database_->query_one(sdk::testing::a_context(), "SELECT body FROM flags_request_parts");
    const auto list = json::parse((*kept)->text("body")).at("edits").dump();
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE flags_request_parts SET body = ?", {list}));
    who_ = "ben";
    act(path + "/approve");
    EXPECT_TRUE(is_on("a", "u"));
}

}  // namespace
}  // namespace whatsflow::flags
