#include "panel_fixture.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace whatsflow::admin {
namespace {

using sdk::testing::a_context;

class StaffSignIn : public testing::PanelFixture {};

TEST_F(StaffSignIn, TheRightPasswordOpensThePanel) {
    start();
    add_staff("root@example.com", "super_admin");

    const auto response = sign_in("Root@Example.com");

    EXPECT_EQ(location_of(response), "/");
    ASSERT_TRUE(who());
    EXPECT_EQ(who()->email, "root@example.com");
    EXPECT_EQ(get("/").status(), 200);
}

TEST_F(StaffSignIn, AWrongPasswordAndAnUnknownAddressLookTheSame) {
    start();
    add_staff("root@example.com", "super_admin");

    const auto wrong = sign_in("root@example.com", "wrong");
    const auto unknown = sign_in("nobody@example.com", "wrong");

    EXPECT_EQ(wrong.status(), 401);
    EXPECT_EQ(unknown.status(), 401);
    EXPECT_EQ(model_of(wrong)["form_errors"], model_of(unknown)["form_errors"]);
    EXPECT_FALSE(who());
}

TEST_F(StaffSignIn, AfterTooManyFailuresEvenTheRightPasswordWaits) {
    start();
    add_staff("root@example.com", "super_admin");
    for (int i = 0; i < 3; ++i) sign_in("root@example.com", "wrong");

    const auto response = sign_in("root@example.com");

    EXPECT_EQ(response.status(), 429);
    EXPECT_EQ(response.headers().find("Retry-After"), "30");
    EXPECT_FALSE(who());
}

TEST_F(StaffSignIn, ADisabledAccountIsToldSoOnlyWithTheRightPassword) {
    start();
    add_staff("root@example.com", "super_admin");
    const auto id = add_staff("a@example.com", "read_only");
    ASSERT_TRUE(StaffChanges(host_).disable(a_context(), {}, id, ""));

    EXPECT_EQ(sign_in("a@example.com", "wrong").status(), 401);
    EXPECT_EQ(sign_in("a@example.com").status(), 403);
    EXPECT_FALSE(who());
}

TEST_F(StaffSignIn, DisablingCountsFromTheNextRequestOn) {
    start();
    add_staff("root@example.com", "super_admin");
    const auto id = add_staff("a@example.com", "read_only");
    sign_in("a@example.com");
    ASSERT_TRUE(who());

    (void)database_->execute(a_context(), "UPDATE admin_staff SET disabled = 1 WHERE id = ?", {id});

    EXPECT_FALSE(who());
}

TEST_F(StaffSignIn, AnotherRoleEndsTheSessionsThatWereBegunWithTheOldOne) {
    start();
    const auto id = add_staff("a@example.com", "support_admin");
    sign_in("a@example.com");
    ASSERT_TRUE(who());

    ASSERT_TRUE(StaffChanges(host_).change_role(a_context(), {}, id, {"support_admin", "read_only", "moved"}));

    EXPECT_FALSE(who());
}

TEST_F(StaffSignIn, LeadsBackToThePageThatAskedForItOnce) {
    start();
    add_staff("a@example.com", "support_admin");
    wanted_ = "/tenants?q=lotus";
    EXPECT_EQ(location_of(sign_in("a@example.com")), "/tenants?q=lotus");
    wanted_ = "//evil.example";
    EXPECT_EQ(location_of(sign_in("a@example.com")), "/");
}

TEST_F(StaffSignIn, WhereASecondFactorIsRequiredTheFirstSignInSetsItUp) {
    start({{"require_two_factor", true}});
    add_staff("root@example.com", "super_admin");

    EXPECT_EQ(location_of(sign_in("root@example.com")), "/login/enrol");
    EXPECT_FALSE(who());
    const auto sealed = model_of(get("/login/enrol"))["sealed"].get<std::string>();
    EXPECT_EQ(post("/login/enrol", "sealed=" + sdk::encode_url(sealed) + "&code=000000").status(), 422);
    const auto done = post("/login/enrol", "sealed=" + sdk::encode_url(sealed) + "&code=123456");

    EXPECT_EQ(model_of(done)["codes"].size(), 2U);
    EXPECT_TRUE(who());
}

TEST_F(StaffSignIn, WithASecondFactorThePasswordAloneOpensNothing) {
    start({{"require_two_factor", true}});
    add_staff("root@example.com", "super_admin");
    sign_in("root@example.com");
    const auto sealed = model_of(get("/login/enrol"))["sealed"].get<std::string>();
    post("/login/enrol", "sealed=" + sdk::encode_url(sealed) + "&code=123456");
    post("/logout", "");
    ASSERT_FALSE(who());

    EXPECT_EQ(location_of(sign_in("root@example.com")), "/login/second-factor");
    EXPECT_FALSE(who());
    EXPECT_EQ(post("/login/second-factor", "code=123456").status(), 401) << "the code of the enrolment was used";
    codes_.step = 101;
    EXPECT_EQ(location_of(post("/login/second-factor", "code=123+456")), "/");
    EXPECT_TRUE(who());

    sign_in("root@example.com");
    EXPECT_EQ(post("/login/second-factor", "code=123456").status(), 401) << "who looked on has the code too";
}

TEST_F(StaffSignIn, ARecoveryCodeWorksOnce) {
    start({{"require_two_factor", true}});
    add_staff("root@example.com", "super_admin");
    sign_in("root@example.com");
    const auto sealed = model_of(get("/login/enrol"))["sealed"].get<std::string>();
    post("/login/enrol", "sealed=" + sdk::encode_url(sealed) + "&code=123456");

    sign_in("root@example.com");
    EXPECT_EQ(location_of(post("/login/second-factor", "code=AAAA-bbbb")), "/");
    sign_in("root@example.com");
    EXPECT_EQ(post("/login/second-factor", "code=aaaa-bbbb").status(), 401);
}

TEST_F(StaffSignIn, AHalfDoneSignInEndsAfterTenMinutes) {
    start({{"require_two_factor", true}});
    add_staff("root@example.com", "super_admin");
    sign_in("root@example.com");

    host_.advance(std::chrono::minutes(11));

    EXPECT_EQ(location_of(get("/login/enrol")), "/login");
}

TEST_F(StaffSignIn, OutsideTheAllowedAddressesThereIsNoPanel) {
    start({{"allowed_addresses", {"127.0.0.0/8"}}});
    add_staff("root@example.com", "super_admin");
    sign_in("root@example.com");

    EXPECT_TRUE(who("127.0.0.1"));
    EXPECT_FALSE(who("203.0.113.7"));
}

TEST_F(StaffSignIn, APermissionIsHeldByItsRolesAndBySuperAdmins) {
    start();
    add_staff("root@example.com", "super_admin");
    add_staff("look@example.com", "read_only");

    sign_in("root@example.com");
    EXPECT_TRUE(who()->may("admin.staff.manage"));
    sign_in("look@example.com");
    EXPECT_FALSE(who()->may("admin.staff.manage"));
    EXPECT_TRUE(who()->may("admin.staff.read"));
    EXPECT_EQ(get("/staff").status(), 200);
    EXPECT_EQ(post("/staff", "email=x@example.com&role=super_admin").status(), 403);
}

TEST_F(StaffSignIn, TheFirstLoginIsMadeWhenItIsAskedForAndOnlyOnce) {
    for (const char* name : {"WHATSFLOW_ADMIN_EMAIL", "WHATSFLOW_ADMIN_PASSWORD"}) unsetenv(name);
    start();
    const auto slot = static_cast<sdk::Host&>(host_).contributions(sdk::FirstLogin::kSlot, sdk::Site::admin);
    ASSERT_EQ(slot.size(), 1U);
    EXPECT_FALSE(*has_staff(*database_, a_context())) << "starting the plugin alone makes nobody";

    const auto login = slot.front().render({});
    ASSERT_TRUE(login);
    EXPECT_EQ(login->model["email"], "admin@localhost");
    EXPECT_EQ(sign_in("admin@localhost", sdk::encode_url(login->model["password"].get<std::string>())).status(), 303);
    EXPECT_EQ(slot.front().render({})->name, "");
}

}  // namespace
}  // namespace whatsflow::admin
