// What a member of staff sets about the own account.
#include "panel_fixture.hpp"

#include "time_zones.hpp"

namespace whatsflow::admin::testing {
namespace {

class OwnAccount : public PanelFixture {
protected:
    void SetUp() override {
        start();
        add_staff("ann@example.com", "read_only");
        sign_in("ann@example.com");
        ASSERT_TRUE(who());
    }
    nlohmann::json field(const nlohmann::json& model, std::string_view id) {
        for (const auto& each : model["fields"])
            if (each["id"] == id) return each;
        return nullptr;
    }
};

TEST_F(OwnAccount, ATimeZoneCountsFromTheNextRequestOn) {
    EXPECT_EQ(who()->time_zone, "");
    EXPECT_EQ(location_of(post("/account", "name=Ann&time_zone=Asia%2FColombo")), "/account?notice=account_saved");
    EXPECT_EQ(who()->time_zone, "Asia/Colombo");
    EXPECT_EQ(who()->name, "Ann");
    const auto zones = field(model_of(get("/account")), "time_zone")["choices"];
    EXPECT_EQ(zones[0]["value"], "");
    EXPECT_TRUE(std::ranges::any_of(
        zones, [](const auto& each) { return each["value"] == "Asia/Colombo" && each["selected"] == true; }));
    const auto entry = host_.facilities().audit.entries().back();
    EXPECT_EQ(entry.action, "staff.details_changed");
    EXPECT_EQ(entry.before["time_zone"], "");
    EXPECT_EQ(entry.after["time_zone"], "Asia/Colombo");

    post("/account", "name=Ann&time_zone=");
    EXPECT_EQ(who()->time_zone, "");
}

TEST_F(OwnAccount, WhatIsNoTimeZoneIsToldAndChangesNothing) {
    for (const char* zone : {"Mars%2FOlympus", "asia%2Fcolombo", "..%2F..%2Fetc%2Fpasswd", "+05:30"}) {
        const auto answer = post("/account", std::string("name=Other&time_zone=") + zone);
        EXPECT_EQ(answer.status(), 422) << zone;
        EXPECT_NE(field(model_of(answer), "time_zone")["error"], nullptr) << zone;
        EXPECT_EQ(field(model_of(answer), "name")["value"], "Other") << "what was typed stays";
    }
    EXPECT_EQ(post("/account", "name=&time_zone=UTC").status(), 422);
    EXPECT_EQ(who()->time_zone, "");
    EXPECT_NE(who()->name, "Other");
}

TEST(TimeZones, AreThoseOfTheMachineByName) {
    EXPECT_TRUE(is_time_zone("UTC"));
    EXPECT_TRUE(std::ranges::is_sorted(time_zones()));
    EXPECT_GT(time_zones().size(), 300U);
}

}  // namespace
}  // namespace whatsflow::admin::testing
