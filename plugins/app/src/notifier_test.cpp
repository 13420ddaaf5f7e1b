// What reaches a person: kept once, counted, marked, mailed as they wish, and never another
// tenant's.
#include "app_fixture.hpp"

#include <whatsflow/sdk/realtime.hpp>

namespace whatsflow::app {
namespace {

using sdk::TenantId;
using sdk::testing::a_context;

class LiveMessages final : public sdk::Realtime {
public:
    sdk::Result<void> publish(const sdk::RealtimeMessage& message) override {
        published.push_back(message);
        return sdk::ok();
    }
    std::vector<sdk::RealtimeMessage> published;
};

sdk::Notification note(const std::string& key, const std::string& category = "team") {
    return {.idempotency_key = key, .category = category, .title = "Nimal joined", .text = "As agent", .path = "/team"};
}

class NotifierOfTheApp : public AppTest {
protected:
    sdk::Result<void> tell(const sdk::Notification& notification, const std::string& user = "user-owner",
                           const std::string& tenant = "tenant-1") {
        return notifier().notify_person(a_context(), TenantId{tenant}, user, notification);
    }
    int unread(const sdk::Identity& who) {
        const auto answer = get("/notifications/unread", who);
        return nlohmann::json::parse(std::get<std::string>(answer.body())).at("unread").get<int>();
    }
};

TEST_F(NotifierOfTheApp, TheSameKeyReachesAPersonOnce) {
    ASSERT_TRUE(tell(note("a")));
    ASSERT_TRUE(tell(note("a")));
    ASSERT_TRUE(tell(note("b")));

    EXPECT_EQ(unread(leader()), 2);
}

TEST_F(NotifierOfTheApp, APersonSeesNeitherOthersNorOtherTenants) {
    ASSERT_TRUE(tell(note("a")));
    ASSERT_TRUE(tell(note("b"), "user-agent"));
    ASSERT_TRUE(tell(note("c"), "user-owner", "tenant-2"));

    EXPECT_EQ(unread(leader()), 1);
    EXPECT_EQ(unread(leader("tenant-1", "user-agent")), 1);
    EXPECT_EQ(unread(leader("tenant-2", "user-owner")), 1);
}

TEST_F(NotifierOfTheApp, OneOrAllAreMarkedAsRead) {
    for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(tell(note(key)));
    const auto first = view_of(get("/notifications")).model["list"]["notices"][0]["id"].get<std::string>();

    EXPECT_EQ(post("/notifications/" + first + "/read", "", leader("tenant-2")).status(), 404);
    EXPECT_EQ(unread(leader()), 3) << "of another tenant";
    EXPECT_EQ(post("/notifications/" + first + "/read").status(), 303);
    EXPECT_EQ(unread(leader()), 2);
    EXPECT_EQ(post("/notifications/read-all").status(), 303);
    EXPECT_EQ(unread(leader()), 0);
}

TEST_F(NotifierOfTheApp, TheListGoesOnFromACursor) {
    for (int i = 0; i < 35; ++i) ASSERT_TRUE(tell(note("k" + std::to_string(i))));

    const auto first = view_of(get("/notifications")).model;
    ASSERT_EQ(first["list"]["notices"].size(), 30U);
    const auto second = view_of(get(first["older_path"].get<std::string>())).model;

    EXPECT_EQ(second["list"]["notices"].size(), 5U);
    EXPECT_EQ(second["older_path"], "");
    EXPECT_EQ(second["newer_path"], "/notifications");
}

TEST_F(NotifierOfTheApp, MailFollowsTheWishOfThePersonUnlessItIsUrgent) {
    ASSERT_TRUE(tell(note("a", "team")));
    EXPECT_TRUE(mailer_.sent.empty()) << "not by mail at first";
    ASSERT_TRUE(tell(note("b", "security")));
    EXPECT_EQ(mailer_.sent.size(), 1U);

    ASSERT_EQ(post("/settings/notifications", "team=on").status(), 303);

    ASSERT_TRUE(tell(note("c", "team")));
    EXPECT_EQ(mailer_.sent.size(), 2U);
    ASSERT_TRUE(tell(note("d", "security")));
    EXPECT_EQ(mailer_.sent.size(), 2U) << "they switched it off";
    auto urgent = note("e", "security");
    urgent.urgent = true;
    ASSERT_TRUE(tell(urgent));
    EXPECT_EQ(mailer_.sent.size(), 3U);
    EXPECT_EQ(mailer_.sent.back().to.front().address, "owner@shop.example");
}

TEST_F(NotifierOfTheApp, ALetterOfItsOwnIsMailedInsteadOfTheGeneralOne) {
    auto invoice = note("a", "billing");
    invoice.letter = sdk::View{"billing/mail/notice", {{"said", "paid"}}};

    ASSERT_TRUE(tell(invoice));

    ASSERT_EQ(mailer_.sent.size(), 1U);
    EXPECT_EQ(std::get<sdk::View>(mailer_.sent[0].content).name, "billing/mail/notice");
    EXPECT_EQ(unread(leader()), 1);
    ASSERT_EQ(post("/settings/notifications", "team=on").status(), 303);
    invoice.idempotency_key = "b";
    ASSERT_TRUE(tell(invoice));
    EXPECT_EQ(mailer_.sent.size(), 1U) << "they switched it off";
}

TEST_F(NotifierOfTheApp, AChangedWishIsInTheAuditLogOnce) {
    ASSERT_EQ(post("/settings/notifications", "team=on&security=on&billing=on&usage=on").status(), 303);
    ASSERT_EQ(post("/settings/notifications", "team=on&security=on&billing=on&usage=on").status(), 303);

    const auto entries = host_.facilities().audit.entries();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries.front().action, "notifications.preferences_changed");
    EXPECT_EQ(entries.front().after, nlohmann::json({{"team", true}}));
}

TEST_F(NotifierOfTheApp, ByRoleItReachesThoseWithTheRole) {
    ASSERT_TRUE(notifier().notify_roles(a_context(), TenantId{"tenant-1"}, {"owner"}, note("a")));

    EXPECT_EQ(unread(leader()), 1);
    EXPECT_EQ(unread(leader("tenant-1", "user-agent")), 0);
}

TEST_F(NotifierOfTheApp, OpenPagesHearOfItOnce) {
    LiveMessages live;
    host_.install_service(sdk::Realtime::kId, live);

    ASSERT_TRUE(tell(note("a")));
    ASSERT_TRUE(tell(note("a")));

    ASSERT_EQ(live.published.size(), 1U);
    EXPECT_EQ(live.published.front().channel, "user:user-owner");
    EXPECT_EQ(live.published.front().event, "notification");
    EXPECT_EQ(live.published.front().data["path"], "/team");
}

TEST_F(NotifierOfTheApp, WhatCannotBeRightIsRefused) {
    EXPECT_FALSE(tell(note("")));
    EXPECT_FALSE(tell(note("a", "gossip")));
    EXPECT_FALSE(tell(note("a"), "user-owner", ""));
    auto outside = note("a");
    outside.path = "//evil.example";
    EXPECT_FALSE(tell(outside));
}

TEST_F(NotifierOfTheApp, NothingIsLeftOfAPersonWhoIsErased) {
    ASSERT_TRUE(tell(note("a")));
    ASSERT_EQ(post("/settings/notifications", "team=on").status(), 303);
    auto* service = static_cast<sdk::PersonalData*>(
        host_.find_services(sdk::PersonalData::kId, {{"plugin", "app"}}).front().service);
    const auto exported = service->export_user(a_context(), sdk::UserId{"user-owner"});
    ASSERT_TRUE(exported);
    EXPECT_NE(exported->front().content.find("Nimal joined"), std::string::npos);

    const auto erased = service->erase_user(a_context(), sdk::UserId{"user-owner"});

    ASSERT_TRUE(erased);
    EXPECT_GT(*erased, 1);
    EXPECT_EQ(unread(leader()), 0);
    const auto again = service->erase_user(a_context(), sdk::UserId{"user-owner"});
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, 0);
}

}  // namespace
}  // namespace whatsflow::app
