// What staff see and do with one user or tenant: details, notes, suspension, deletion.
#include "events.hpp"
#include "staff_fixture.hpp"

#include <whatsflow/sdk/slots.hpp>

#include <gmock/gmock.h>

namespace whatsflow::accounts {
namespace {

using ::testing::ElementsAre;

TEST_F(Staff, ASuspendedUserIsOutAtOnceAndNeedsAReason) {
    EXPECT_EQ(staff_post("/users/" + user_ + "/suspend").status(), 422);
    EXPECT_TRUE(who());
    EXPECT_EQ(location(staff_post("/users/" + user_ + "/suspend", {{"reason", "Spam"}})),
              "/users/" + user_ + "?done=suspended");
    EXPECT_FALSE(who());
    EXPECT_EQ(sign_in("amara@lotus.example").status(), 422);
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "Spam");

    staff_post("/users/" + user_ + "/unsuspend", {{"reason", "A mistake"}});
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");
}

TEST_F(Staff, ReadersMayLookAndNothingElse) {
    staff_ = sdk::testing::a_staff_member({"accounts.users.read", "accounts.tenants.read"});

    EXPECT_EQ(staff_get("/users/" + user_).status(), 200);
    EXPECT_TRUE(model(staff_get("/users/" + user_))["actions"].empty());
    EXPECT_EQ(model(staff_get("/tenants/" + tenant_))["impersonation"], false);
    for (const auto* what : {"/suspend", "/delete", "/reset", "/notes"})
        EXPECT_EQ(staff_post("/users/" + user_ + what, {{"reason", "x"}}).status(), 403) << what;
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/impersonate", {{"reason", "x"}, {"user", user_}}).status(), 403);
}

TEST_F(Staff, DeletingAUserLeavesTimeToRegretAndNeverATenantWithoutOwner) {
    EXPECT_EQ(location(staff_post("/users/" + user_ + "/delete",
                                  {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}})),
              "/users/" + user_ + "?done=only_owner");
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'closed'"));
    EXPECT_EQ(staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "wrong"}}).status(),
              422);
    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    EXPECT_FALSE(who());

    new_mails();
    EXPECT_EQ(count("accounts_users WHERE status = 'deleting'"), 1);
    staff_post("/users/" + user_ + "/undo");
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");

    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_users WHERE email LIKE '%lotus%'"), 0);
    EXPECT_EQ(count("accounts_words WHERE kind = 'user'"), 0);
    EXPECT_EQ(count("accounts_memberships"), 0);
}

TEST_F(Staff, ASuspendedUserHasNoSessionLeftAndGetsNoWayIn) {
    staff_post("/users/" + user_ + "/suspend", {{"reason", "fraud"}});
    EXPECT_EQ(sessions_.count(), 0U);
    new_mails();

    EXPECT_EQ(location(post("/forgot", {{"email", "amara@lotus.example"}})), "/forgot?sent=1");
    EXPECT_TRUE(new_mails().empty());
}

TEST_F(Staff, WhoWasSuspendedStaysSoWhenADeletionIsUndone) {
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'closed'"));
    staff_post("/users/" + user_ + "/suspend", {{"reason", "fraud"}});
    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    EXPECT_EQ(count("accounts_users WHERE status = 'deleting'"), 1);

    staff_post("/users/" + user_ + "/undo");
    EXPECT_EQ(count("accounts_users WHERE status = 'suspended'"), 1);
    EXPECT_EQ(sign_in("amara@lotus.example").status(), 422);

    staff_post("/users/" + user_ + "/unsuspend", {{"reason", "cleared"}});
    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    staff_post("/users/" + user_ + "/undo");
    EXPECT_EQ(count("accounts_users WHERE status = 'active'"), 1);
}

TEST_F(Staff, AnOwnerWhoIsBeingDeletedDoesNotCountAsTheOneWhoStays) {
    post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "owner"}});
    const auto link = link_in(new_mails().at(0));
    const auto amara = cookie_;
    forget_cookie();
    post(link, {{"name", "Ben"}, {"password", "ben has a password"}});
    const auto ben = who()->subject;
    staff_post("/users/" + ben + "/delete", {{"reason", "asked"}, {"confirmation", "ben@lotus.example"}});
    EXPECT_EQ(count("accounts_users WHERE status = 'deleting'"), 1);

    cookie_ = amara;
    EXPECT_EQ(location(post("/team/leave")), "/team?done=last_owner");
    EXPECT_EQ(location(post("/team/" + ben + "/transfer")), "/team?done=last_owner");
    EXPECT_EQ(who()->role, "owner");
    EXPECT_EQ(location(staff_post("/users/" + user_ + "/delete",
                                  {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}})),
              "/users/" + user_ + "?done=only_owner");
}

TEST_F(Staff, ASuspendedTenantIsToldAndRecorded) {
    new_mails();
    EXPECT_EQ(location(staff_post("/tenants/" + tenant_ + "/suspend", {{"reason", "Overdue"}})),
              "/tenants/" + tenant_ + "?done=suspended");

    EXPECT_EQ(host_.facilities().outbox.of<TenantSuspended>().at(0).reason, "Overdue");
    const auto mails = new_mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(std::get<sdk::View>(mails[0].content).model["reason"], "Overdue");
    EXPECT_FALSE(who()->may("team.manage"));

    staff_post("/tenants/" + tenant_ + "/unsuspend", {{"reason", "Paid"}});
    EXPECT_TRUE(who()->may("team.manage"));
    EXPECT_EQ(host_.facilities().outbox.of<TenantUnsuspended>().size(), 1U);
}

TEST_F(Staff, ManyAreSuspendedOnlyAfterALookAtWhatWouldHappen) {
    const auto preview = staff_post("/tenants/bulk", {{"bulk_action", "suspend"}, {"id", tenant_}, {"id", "nobody"}});
    EXPECT_EQ(view(preview), "accounts/staff/bulk");
    EXPECT_EQ(model(preview)["rows"].size(), 1U);
    EXPECT_EQ(count("accounts_tenants WHERE status = 'suspended'"), 0);

    staff_post("/tenants/bulk/confirm", {{"bulk_action", "suspend"}, {"id", tenant_}, {"reason", "Overdue"}});
    EXPECT_EQ(count("accounts_tenants WHERE status = 'suspended'"), 1);
}

TEST_F(Staff, ManyUsersAreSuspendedTheSameWayAndAreSignedOut) {
    const auto preview = staff_post("/users/bulk", {{"bulk_action", "suspend"}, {"id", user_}, {"id", "nobody"}});
    EXPECT_EQ(view(preview), "accounts/staff/bulk");
    EXPECT_EQ(model(preview)["rows"].size(), 1U);
    EXPECT_TRUE(who());

    EXPECT_EQ(staff_post("/users/bulk/confirm", {{"bulk_action", "suspend"}, {"id", user_}}).status(), 422);
    EXPECT_TRUE(who());
    const Form confirmed{{"bulk_action", "suspend"}, {"id", user_}, {"reason", "Spam"}};
    EXPECT_EQ(location(staff_post("/users/bulk/confirm", confirmed)), "/users?done=bulk_done");
    EXPECT_FALSE(who());
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "Spam");
}

TEST_F(Staff, DeletingATenantLeavesTimeToRegret) {
    const auto slug = [&] {
        const auto page = staff_get("/tenants/" + tenant_);
        return model(page)["questions"].back()["typed"].get<std::string>();
    }();
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/delete", {{"reason", "asked"}, {"confirmation", "wrong"}}).status(),
              422);
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/delete", {{"confirmation", slug}}).status(), 422);
    EXPECT_EQ(count("accounts_tenants WHERE status = 'closed'"), 0);

    new_mails();
    staff_post("/tenants/" + tenant_ + "/delete", {{"reason", "asked"}, {"confirmation", slug}});
    EXPECT_EQ(count("accounts_tenants WHERE status = 'closed'"), 1);
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "asked");
    EXPECT_EQ(new_mails().size(), 1U);
    staff_post("/tenants/" + tenant_ + "/undo", {{"reason", "a mistake"}});
    EXPECT_EQ(count("accounts_tenants WHERE status = 'active'"), 1);
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_tenants WHERE status = 'active'"), 1);

    staff_post("/tenants/" + tenant_ + "/delete", {{"reason", "asked"}, {"confirmation", slug}});
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_tenants WHERE status = 'erased'"), 1);
    EXPECT_EQ(count("accounts_words WHERE kind = 'tenant'"), 0);
}

TEST_F(Staff, ARenamedTenantIsStillFoundByItsOwner) {
    const auto page = staff_get("/tenants/" + tenant_);
    std::string version;
    for (const auto& hidden : model(page)["edit"]["hidden"])
        if (hidden["name"] == "version") version = hidden["value"];
    staff_post("/tenants/" + tenant_ + "/details", {{"name", "Orchid House"},
                                                    {"locale", "en"},
                                                    {"time_zone", "Asia/Colombo"},
                                                    {"country", "LK"},
                                                    {"version", version}});

    EXPECT_THAT(names_in(staff_get("/tenants?q=amara")), ElementsAre("Orchid House"));
    EXPECT_THAT(names_in(staff_get("/tenants?q=orchid")), ElementsAre("Orchid House"));
}

TEST_F(Staff, AUsersDetailsAreChangedAndTheSecondEditorIsShownTheDifference) {
    const auto seen = [&] {
        const auto page = staff_get("/users/" + user_);
        for (const auto& hidden : model(page)["edit"]["hidden"])
            if (hidden["name"] == "version") return hidden["value"].get<std::string>();
        return std::string{};
    }();
    const auto details = [&](const std::string& name, const std::string& phone) {
        return staff_post("/users/" + user_ + "/details",
                          {{"name", name}, {"phone", phone}, {"locale", "en"}, {"time_zone", ""}, {"version", seen}});
    };
    EXPECT_EQ(details("", "call me").status(), 422);
    EXPECT_EQ(location(details("Amara P. Silva", "+94 77 555 1234")), "/users/" + user_ + "?done=saved");
    EXPECT_THAT(names_in(staff_get("/users?q=0775551234")), ElementsAre("Amara P. Silva"));

    const auto second = details("Amara Perera", "+94 77 555 1234");
    EXPECT_EQ(second.status(), 409);
    ASSERT_EQ(model(second)["changes"].size(), 1U);
    EXPECT_EQ(model(second)["changes"][0]["before"], "Amara P. Silva");
}

TEST_F(Staff, TheSecondEditorIsShownTheDifference) {
    const auto version_of = [&] {
        const auto page = staff_get("/tenants/" + tenant_);
        for (const auto& hidden : model(page)["edit"]["hidden"])
            if (hidden["name"] == "version") return hidden["value"].get<std::string>();
        return std::string{};
    };
    const auto seen = version_of();
    const auto details = [&](const std::string& name, const std::string& version) {
        return staff_post(
            "/tenants/" + tenant_ + "/details",
            {{"name", name}, {"locale", "en"}, {"time_zone", "Asia/Colombo"}, {"country", "LK"}, {"version", version}});
    };
    EXPECT_EQ(location(details("Lotus One", seen)), "/tenants/" + tenant_ + "?done=saved");

    const auto second = details("Lotus Two", seen);
    EXPECT_EQ(second.status(), 409);
    ASSERT_EQ(model(second)["changes"].size(), 1U);
    EXPECT_EQ(model(second)["changes"][0]["before"], "Lotus One");
    EXPECT_EQ(model(second)["changes"][0]["after"], "Lotus Two");
    EXPECT_EQ(count("accounts_tenants WHERE name = 'Lotus One'"), 1);
    EXPECT_EQ(location(details("Lotus Two", version_of())), "/tenants/" + tenant_ + "?done=saved");
}

TEST_F(Staff, EveryPageOfASuspendedTenantSaysSo) {
    const auto banner = [&] {
        sdk::Request request;
        request.site = sdk::Site::app;
        request.identity = who();
        request.context = sdk::testing::a_context();
        request.context.tenant = request.identity->tenant;
        const auto banners = host_.contributions(sdk::PageBanner::kSlot, sdk::Site::app);
        return banners.front().render(request)->name;
    };
    EXPECT_EQ(banner(), "");
    staff_post("/tenants/" + tenant_ + "/suspend", {{"reason", "Ticket 7"}});
    EXPECT_EQ(banner(), "accounts/standing_banner");
    staff_post("/tenants/" + tenant_ + "/unsuspend", {{"reason", "Paid"}});
    EXPECT_EQ(banner(), "");
}

TEST_F(Staff, NotesStayWithTheirSubject) {
    staff_post("/users/" + user_ + "/notes", {{"note", "Called twice"}});

    EXPECT_EQ(model(staff_get("/users/" + user_))["notes"][0]["body"], "Called twice");
    EXPECT_TRUE(model(staff_get("/tenants/" + tenant_))["notes"].empty());
}

}  // namespace
}  // namespace whatsflow::accounts
