// Password, second factor, sessions and address of a signed-in person.
#include "accounts_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::accounts {
namespace {

constexpr const char* kPassword = "correct horse battery";

class Security : public AccountsTest {
    void setup() override {
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
    }

protected:
    void switch_second_factor_on() {
        EXPECT_EQ(location(post("/security/two-factor", {{"current_password", kPassword}})), "/security/two-factor");
        EXPECT_EQ(view(post("/security/two-factor/confirm", {{"code", StepCodes::code_at(host_.time().now())}})),
                  "accounts/recovery_codes");
        host_.advance(std::chrono::seconds{30});
    }
};

TEST_F(Security, AChangedPasswordNeedsTheOldOneAndEndsOtherSessions) {
    const auto here = cookie_;
    forget_cookie();
    sign_in("amara@lotus.example");
    const auto elsewhere = cookie_;
    cookie_ = here;

    EXPECT_EQ(
        post("/security/password", {{"current_password", "wrong"}, {"password", "a completely new one"}}).status(),
        422);
    EXPECT_EQ(
        location(post("/security/password", {{"current_password", kPassword}, {"password", "a completely new one"}})),
        "/security?done=password_changed");

    EXPECT_NE(cookie_, here);
    EXPECT_TRUE(who());
    cookie_ = elsewhere;
    EXPECT_FALSE(who());
}

TEST_F(Security, TheSecondFactorIsAskedForAndEachCodeWorksOnce) {
    switch_second_factor_on();
    forget_cookie();
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/login/second-factor");
    EXPECT_FALSE(who());
    const auto code = StepCodes::code_at(host_.time().now());
    EXPECT_EQ(post("/login/second-factor", {{"code", "000000"}}).status(), 422);

    const auto before = cookie_;
    EXPECT_EQ(location(post("/login/second-factor", {{"code", code}})), "/");
    EXPECT_NE(cookie_, before);
    EXPECT_TRUE(who());

    forget_cookie();
    sign_in("amara@lotus.example");
    EXPECT_EQ(post("/login/second-factor", {{"code", code}}).status(), 422);
}

TEST_F(Security, ARecoveryCodeOpensOnce) {
    switch_second_factor_on();
    for (const auto expected : {303, 422}) {
        forget_cookie();
        sign_in("amara@lotus.example");
        EXPECT_EQ(post("/login/second-factor", {{"code", "ABCD-0003"}}).status(), expected);
    }
}

TEST_F(Security, TheWayToTheSecondFactorIsOpenForTenMinutes) {
    switch_second_factor_on();
    forget_cookie();
    sign_in("amara@lotus.example");
    host_.advance(std::chrono::minutes{11});

    EXPECT_EQ(location(post("/login/second-factor", {{"code", StepCodes::code_at(host_.time().now())}})),
              "/login?again=1");
}

TEST_F(Security, SwitchingTheSecondFactorOffNeedsThePassword) {
    switch_second_factor_on();
    EXPECT_EQ(post("/security/two-factor/off", {{"current_password", "wrong"}}).status(), 422);
    EXPECT_EQ(count("accounts_recovery_codes"), 10);

    EXPECT_EQ(location(post("/security/two-factor/off", {{"current_password", kPassword}})),
              "/security?done=two_factor_off");
    EXPECT_EQ(count("accounts_recovery_codes"), 0);
    forget_cookie();
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");
}

TEST_F(Security, ASecondFactorInForceIsNotReplacedByEnrollingAgain) {
    switch_second_factor_on();
    const auto count_before = count("accounts_users WHERE totp_secret LIKE '%1000001%' OR totp_secret IS NOT NULL");
    post("/security/two-factor", {{"current_password", kPassword}});

    EXPECT_EQ(count_before, 1);
    EXPECT_EQ(location(get("/security/two-factor")), "/security");
}

TEST_F(Security, OneSessionOrAllOthersCanBeEndedAndOnlyOnesOwn) {
    const auto here = cookie_;
    forget_cookie();
    sign_in("amara@lotus.example");
    cookie_ = here;
    const auto rows = model(get("/security"))["sessions"];
    ASSERT_EQ(rows.size(), 2U);

    EXPECT_EQ(post("/security/sessions/" + sdk::make_uuid() + "/end").status(), 404);
    EXPECT_EQ(location(post("/security/sessions/end")), "/security?done=sessions_ended");
    EXPECT_EQ(sessions_.count(), 1U);
    EXPECT_TRUE(who());
}

TEST_F(Security, ANewAddressCountsWhenBothHaveConfirmed) {
    EXPECT_EQ(location(post("/security/email", {{"email", "New@lotus.example"}, {"current_password", kPassword}})),
              "/security?done=email_requested");
    const auto mails = new_mails();
    ASSERT_EQ(mails.size(), 2U);
    EXPECT_EQ(mails[0].to[0].address, "amara@lotus.example");
    EXPECT_EQ(mails[1].to[0].address, "new@lotus.example");

    EXPECT_EQ(view(get(link_in(mails[1]))), "accounts/email_change");
    EXPECT_EQ(model(post(link_in(mails[1])))["both"], false);
    EXPECT_EQ(who()->email, "amara@lotus.example");
    EXPECT_EQ(model(post(link_in(mails[0])))["both"], true);
    EXPECT_EQ(who()->email, "new@lotus.example");
    EXPECT_EQ(view(post(link_in(mails[0]))), "accounts/dead_link");
}

TEST_F(Security, AnAddressOfSomebodyElseIsRefusedWithoutAWord) {
    const auto mine = cookie_;
    forget_cookie();
    sign_up_and_verify("ben@lotus.example", "Ben's");
    cookie_ = mine;

    EXPECT_EQ(location(post("/security/email", {{"email", "ben@lotus.example"}, {"current_password", kPassword}})),
              "/security?done=email_requested");
    EXPECT_TRUE(new_mails().empty());
}

TEST_F(Security, TheProfileChangesAndIsFoundByItsNewName) {
    EXPECT_EQ(post("/account", {{"name", ""}, {"phone", "12"}, {"locale", "xx"}, {"time_zone", "Mars/Base"}}).status(),
              422);
    EXPECT_EQ(
        location(post(
            "/account",
            {{"name", "Zoë Fernando"}, {"phone", "+94 77 123 4567"}, {"locale", "si"}, {"time_zone", "Asia/Colombo"}})),
        "/account?done=saved");
    EXPECT_EQ(who()->name, "Zoë Fernando");
    EXPECT_EQ(count("accounts_words WHERE word = '94771234567'"), 1);
}

}  // namespace
}  // namespace whatsflow::accounts
