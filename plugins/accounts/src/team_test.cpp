// Members, roles, invitations, and going from one tenant to another.
#include "accounts_fixture.hpp"

#include "events.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {
namespace {

class Team : public AccountsTest {
    void setup() override {
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
        owner_ = cookie_;
    }

protected:
    /// Invites, accepts as a newcomer, and leaves the newcomer signed in.
    void join(const std::string& email, const std::string& role) {
        cookie_ = owner_;
        EXPECT_EQ(location(post("/team/invite", {{"email", email}, {"role", role}})), "/team?done=invited");
        const auto link = link_in(new_mails().at(0));
        forget_cookie();
        EXPECT_EQ(location(post(link, {{"name", "Ben Fernando"}, {"password", "ben has a password"}})), "/");
    }
    std::string id_of(const std::string& email) {
        const auto row =
            database_->query_one(sdk::testing::a_context(), "SELECT id FROM accounts_users WHERE email = ?", {email});
        return (*row)->text("id");
    }
    std::string owner_;
};

TEST_F(Team, AnInvitationMakesAMemberWithItsRole) {
    join("ben@lotus.example", "agent");

    const auto ben = who();
    ASSERT_TRUE(ben);
    EXPECT_EQ(ben->role, "agent");
    EXPECT_EQ(ben->tenant_name, "Lotus Florists");
    EXPECT_FALSE(ben->may("team.manage"));
    EXPECT_EQ(post("/team/invite", {{"email", "x@lotus.example"}, {"role", "agent"}}).status(), 403);
    EXPECT_EQ(host_.facilities().outbox.of<MemberInvited>().size(), 1U);
    EXPECT_EQ(host_.facilities().outbox.of<MemberJoined>().back().role, "agent");
    EXPECT_EQ(count("accounts_invitations"), 0);
}

TEST_F(Team, AnInvitationWorksOnceForSevenDaysAndCanBeTakenBack) {
    post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "agent"}});
    const auto first = link_in(new_mails().at(0));
    const auto id = model(get("/team"))["invitations"][0]["id"].get<std::string>();
    post("/team/invitations/" + id + "/resend");
    const auto second = link_in(new_mails().at(0));
    EXPECT_EQ(view(get(first)), "accounts/dead_link");
    EXPECT_EQ(view(get(second)), "accounts/invite");
    host_.advance(std::chrono::hours{24 * 7 + 1});
    EXPECT_EQ(view(get(second)), "accounts/dead_link");

    post("/team/invitations/" + id + "/resend");
    const auto third = link_in(new_mails().at(0));
    EXPECT_EQ(location(post("/team/invitations/" + id + "/revoke")), "/team?done=invitation_revoked");
    EXPECT_EQ(view(post(third, {{"name", "Ben"}, {"password", "ben has a password"}})), "accounts/dead_link");
}

TEST_F(Team, SomebodyWithAnAccountJoinsWithTheirPasswordOnly) {
    forget_cookie();
    sign_up_and_verify("carla@other.example", "Other");
    cookie_ = owner_;
    post("/team/invite", {{"email", "carla@other.example"}, {"role", "viewer"}});
    const auto link = link_in(new_mails().at(0));
    forget_cookie();

    EXPECT_EQ(post(link, {{"password", "not hers at all"}}).status(), 422);
    EXPECT_FALSE(who());
    EXPECT_EQ(location(post(link, {{"password", "correct horse battery"}})), "/");

    EXPECT_EQ(who()->tenant_name, "Lotus Florists");
    EXPECT_EQ(model(get("/workspaces"))["workspaces"].size(), 2U);
}

/// With no-referrer a browser sends `Origin: null` with the form, which is refused as foreign.
TEST_F(Team, TheFormOfAnInvitationKeepsItsAddressFromOthersAndCanBeSent) {
    post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "agent"}});
    const auto link = link_in(new_mails().at(0));
    forget_cookie();
    EXPECT_EQ(get(link).headers().find("Referrer-Policy"), "same-origin");
    EXPECT_EQ(get("/invite/nothing-of-the-kind-0123456789").headers().find("Referrer-Policy"), "same-origin");
}

TEST_F(Team, AnAdminTouchesNoOwner) {
    join("ben@lotus.example", "admin");
    EXPECT_TRUE(who()->may("team.manage"));

    EXPECT_EQ(post("/team/" + id_of("amara@lotus.example") + "/role", {{"role", "viewer"}}).status(), 403);
    EXPECT_EQ(post("/team/" + id_of("amara@lotus.example") + "/remove").status(), 403);
    EXPECT_EQ(post("/team/invite", {{"email", "x@lotus.example"}, {"role", "owner"}}).status(), 422);
    EXPECT_EQ(post("/team/" + id_of("ben@lotus.example") + "/role", {{"role", "owner"}}).status(), 404);
}

TEST_F(Team, TheFirstStepIsDoneOnceSomebodyWasAsked) {
    const auto steps = host_.contributions(sdk::FirstStep::kSlot, sdk::Site::app);
    const auto team = std::ranges::find(steps, "accounts.team", &sdk::Contribution::key);
    ASSERT_NE(team, steps.end());
    const auto done = [&] {
        sdk::Request request;
        request.identity = who();
        request.context.tenant = request.identity->tenant;
        return team->render(request)->model["done"].get<bool>();
    };
    EXPECT_FALSE(done());
    post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "agent"}});
    EXPECT_TRUE(done());
}

TEST_F(Team, TheLastOwnerStays) {
    EXPECT_EQ(location(post("/team/leave")), "/team?done=last_owner");
    EXPECT_EQ(count("accounts_memberships WHERE role = 'owner'"), 1);
    join("ben@lotus.example", "agent");
    cookie_ = owner_;

    EXPECT_EQ(location(post("/team/" + id_of("ben@lotus.example") + "/transfer")), "/team?done=ownership_transferred");
    EXPECT_EQ(who()->role, "admin");
    EXPECT_EQ(location(post("/team/leave")), "/workspaces?done=left");
    EXPECT_EQ(count("accounts_memberships"), 1);
}

TEST_F(Team, SomebodyRemovedLosesAccessAtOnce) {
    join("ben@lotus.example", "agent");
    const auto ben = cookie_;
    cookie_ = owner_;

    EXPECT_EQ(location(post("/team/" + id_of("ben@lotus.example") + "/remove")), "/team?done=member_removed");

    cookie_ = ben;
    ASSERT_TRUE(who());
    EXPECT_TRUE(who()->tenant.empty());
    EXPECT_FALSE(who()->may("team.read"));
    EXPECT_TRUE(who()->may("account.profile"));
    EXPECT_EQ(host_.facilities().outbox.of<MemberRemoved>().size(), 1U);
}

TEST_F(Team, MembersOfAnotherTenantAreNotThere) {
    forget_cookie();
    sign_up_and_verify("carla@other.example", "Other");

    cookie_ = owner_;
    EXPECT_EQ(post("/team/" + id_of("carla@other.example") + "/remove").status(), 404);
    EXPECT_EQ(post("/team/" + id_of("carla@other.example") + "/role", {{"role", "viewer"}}).status(), 404);
}

TEST_F(Team, SwitchingGoesOnlyWhereSomebodyBelongs) {
    forget_cookie();
    sign_up_and_verify("carla@other.example", "Other");
    sign_in("carla@other.example");
    const auto other = who()->tenant.text();
    cookie_ = owner_;
    EXPECT_EQ(post("/switch", {{"tenant", other}}).status(), 404);

    cookie_ = owner_;
    const auto before = cookie_;
    EXPECT_EQ(location(post("/switch", {{"tenant", who()->tenant.text()}, {"next", "/team"}})), "/team");
    EXPECT_NE(cookie_, before);
}

}  // namespace
}  // namespace whatsflow::accounts
