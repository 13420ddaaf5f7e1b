// Acting as a member: reason, bounds in time and in what may be done, the way back.
#include "events.hpp"
#include "staff_fixture.hpp"

namespace whatsflow::accounts {
namespace {

TEST_F(Staff, ActingAsAMemberIsVisibleBoundedAndLeavesSecurityAlone) {
    forget_cookie();
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/impersonate", {{"user", user_}}).status(), 422);
    const auto begun = staff_post("/tenants/" + tenant_ + "/impersonate", {{"user", user_}, {"reason", "Ticket 7"}});
    const auto way_in = location(begun);
    ASSERT_TRUE(way_in.starts_with("https://app.test/impersonate/"));

    EXPECT_EQ(location(get(way_in.substr(16))), "/");
    const auto identity = who();
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->impersonator, "staff-1");
    EXPECT_TRUE(identity->may("tenant.manage"));
    // Neither security nor a way in that outlives the half hour.
    for (const auto* kept : {"account.security.manage", "team.manage", "team.leave", "tokens.manage"})
        EXPECT_FALSE(identity->may(kept)) << kept;
    EXPECT_TRUE(is_kept_from_impersonators("app.webhooks.manage"));
    EXPECT_TRUE(is_kept_from_impersonators("billing.methods.manage"));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "user.impersonated");
    EXPECT_EQ(host_.facilities().audit.entries().back().subject.label, "Amara Perera <amara@lotus.example>");
    EXPECT_EQ(host_.facilities().audit.actors().back().impersonator, "staff-1");
    EXPECT_EQ(view(get(way_in.substr(16))), "accounts/dead_link");

    EXPECT_EQ(post("/switch", {{"tenant", tenant_}}).status(), 404) << "staff act in one tenant";
    const auto acting = cookie_;
    const auto out = location(post("/logout"));
    EXPECT_EQ(out, "/logout?acted_in=" + tenant_);
    EXPECT_EQ(model(get(out))["back_url"], "https://admin.test/tenants/" + tenant_);
    EXPECT_EQ(view(get("/logout?acted_in=//evil.example")), "accounts/logout");
    EXPECT_EQ(model(staff_get("/tenants/" + tenant_))["form_origins"][0], "https://app.test");
    cookie_ = acting;
    EXPECT_FALSE(who());
}

TEST_F(Staff, ActingAsAMemberEndsAfterHalfAnHour) {
    const auto begun = staff_post("/tenants/" + tenant_ + "/impersonate", {{"user", user_}, {"reason", "Ticket 7"}});
    forget_cookie();
    get(location(begun).substr(16));
    EXPECT_TRUE(who());
    host_.advance(std::chrono::minutes{30});

    EXPECT_FALSE(who());
}

}  // namespace
}  // namespace whatsflow::accounts
