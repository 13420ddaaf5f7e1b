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

TEST_F(RequestPages, ImportsAndSchedulesDoNotGoAroundIt) {
    EXPECT_EQ(staff(sdk::Method::post, "/flags/import",
                    {{"environment", kProduction}, {"definitions", R"({"features":[{"name":"x","enabled":true}]})"}})
                  .status(),
              422);
    EXPECT_EQ(staff(sdk::Method::post, "/flags/a/schedule/switch?environment=production",
                    {{"turn", "on"}, {"at", sdk::to_rfc3339(host_.clock().now() + std::chrono::hours(1))}})
                  .status(),
              422);
    EXPECT_EQ(led_to("/flags/a/schedule/switch?environment=development",
                     {{"turn", "on"}, {"at", sdk::to_rfc3339(host_.clock().now() + std::chrono::hours(1))}})
                  .find("/flags/a/schedule"),
              0U);
}

}  // namespace
}  // namespace whatsflow::flags
