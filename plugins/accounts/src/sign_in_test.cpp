// Signing up, confirming the address, signing in and out: the way everybody takes first.
#include "accounts_fixture.hpp"

#include "events.hpp"
#include "routes.hpp"

#include <gmock/gmock.h>

namespace whatsflow::accounts {
namespace {

class SignUp : public AccountsTest {};
class SignIn : public AccountsTest {
    void setup() override { sign_up_and_verify("amara@lotus.example"); }
};

TEST_F(SignUp, MakesAPersonATenantAndAnEventThatKnowsThePlan) {
    auto form = a_signup("Amara@Lotus.example");
    form.insert(form.end(), {{"plan", "starter"}, {"interval", "year"}, {"utm_source", "ad"}, {"ref", "friend12"}, {"evil", "x"}});
    EXPECT_EQ(location(post("/signup", form)), "/verify?sent=1");

    const auto created = host_.facilities().outbox.of<TenantCreated>();
    ASSERT_EQ(created.size(), 1U);
    EXPECT_EQ(created[0].plan, "starter");
    EXPECT_EQ(created[0].interval, "year");
    EXPECT_EQ(created[0].campaign, (nlohmann::json{{"utm_source", "ad"}, {"ref", "friend12"}}));
    EXPECT_EQ(created[0].currency, "LKR");
    EXPECT_EQ(created[0].time_zone, "Asia/Colombo");
    EXPECT_EQ(created[0].email, "amara@lotus.example");
    EXPECT_EQ(host_.facilities().audit.entries().at(0).action, "tenant.signed_up");
}

TEST_F(SignUp, SaysEverythingThatIsWrongAtOnceAndKeepsWhatWasTyped) {
    const auto answer = post("/signup", {{"name", "Amara"}, {"email", "amara@"}, {"password", "short"}});

    EXPECT_EQ(answer.status(), 422);
    const auto& form = model(answer)["form"];
    std::vector<std::string> wrong;
    for (const auto& field : form["form_errors"]["fields"]) wrong.push_back(field["id"]);
    EXPECT_THAT(wrong, ::testing::UnorderedElementsAre("company", "email", "password", "country"));
    EXPECT_EQ(form["fields"][0]["value"], "Amara");
    EXPECT_EQ(form["fields"][1]["invalid"], true);
    EXPECT_EQ(form["fields"][3]["value"], "");
}

TEST_F(SignUp, AKnownAddressGetsTheSamePageAndItsOwnerAMail) {
    sign_up_and_verify("amara@lotus.example");

    const auto answer = post("/signup", a_signup("amara@lotus.example", "Somebody Else"));

    EXPECT_EQ(location(answer), "/verify?sent=1");
    const auto mails = new_mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(std::get<sdk::View>(mails[0].content).name, "accounts/mail/signup_known");
    EXPECT_EQ(count("accounts_tenants"), 1);
}

TEST_F(SignUp, TheLinkThatIsConfirmedDecidesThePassword) {
    post("/signup", a_signup("amara@lotus.example"));
    const auto first = link_in(new_mails().at(0));
    auto again = a_signup("amara@lotus.example");
    again[3].second = "another long password";
    post("/signup", again);
    const auto second = link_in(new_mails().at(0));

    EXPECT_EQ(view(get(first)), "accounts/dead_link");
    EXPECT_EQ(location(get(second)), "/login?verified=1");
    EXPECT_EQ(sign_in("amara@lotus.example").status(), 422);
    EXPECT_EQ(location(sign_in("amara@lotus.example", "another long password")), "/");
}

TEST_F(SignUp, NobodyGetsInBeforeTheAddressIsConfirmed) {
    post("/signup", a_signup("amara@lotus.example"));

    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/verify");
    EXPECT_EQ(sessions_.count(), 0U);
}

TEST_F(SignUp, AUsedExpiredOrChangedLinkShowsTheCalmPage) {
    post("/signup", a_signup("amara@lotus.example"));
    const auto link = link_in(new_mails().at(0));
    EXPECT_EQ(view(get(link + "x")), "accounts/dead_link");
    host_.advance(std::chrono::hours{49});
    EXPECT_EQ(view(get(link)), "accounts/dead_link");

    post("/verify", {{"email", "amara@lotus.example"}});
    const auto fresh = link_in(new_mails().at(0));
    EXPECT_EQ(location(get(fresh)), "/login?verified=1");
    EXPECT_EQ(view(get(fresh)), "accounts/dead_link");
    EXPECT_EQ(host_.facilities().outbox.of<UserVerified>().size(), 1U);
}

TEST_F(SignUp, AskingForAnotherMailTellsNothing) {
    EXPECT_EQ(location(post("/verify", {{"email", "nobody@lotus.example"}})), "/verify?sent=1");
    EXPECT_TRUE(new_mails().empty());
}

TEST_F(SignIn, OpensTheAppWithTheRightsOfAnOwner) {
    EXPECT_EQ(location(sign_in("Amara@lotus.example")), "/");

    const auto identity = who();
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->role, "owner");
    EXPECT_EQ(identity->tenant_name, "Lotus Florists");
    EXPECT_TRUE(identity->may("team.manage"));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "user.signed_in");
}

TEST_F(SignIn, AWrongAddressAndAWrongPasswordAreOneAnswerOfOneEffort) {
    const auto before = passwords_.verified;
    const auto unknown = sign_in("nobody@lotus.example");
    const auto wrong = sign_in("amara@lotus.example", "not the password");

    EXPECT_EQ(passwords_.verified, before + 2);
    EXPECT_EQ(unknown.status(), 422);
    EXPECT_EQ(model(unknown)["form"]["form_errors"]["text"], model(wrong)["form"]["form_errors"]["text"]);
    EXPECT_FALSE(who());
}

TEST_F(SignIn, GuessingIsBrakedBeforeThePasswordIsLookedAt) {
    for (int i = 0; i < 5; ++i) sign_in("amara@lotus.example", "not the password");
    const auto looked = passwords_.verified;

    const auto answer = sign_in("amara@lotus.example");

    EXPECT_EQ(answer.status(), 429);
    EXPECT_EQ(answer.headers().find("Retry-After"), "60");
    EXPECT_EQ(passwords_.verified, looked);
}

TEST_F(SignIn, LeadsWhereSomebodyWantedButNeverElsewhere) {
    for (const auto& [next, where] : std::vector<std::pair<std::string, std::string>>{
             {"/team?x=1", "/team?x=1"}, {"//evil.example", "/"}, {"https://evil.example", "/"}, {"/\\evil", "/"}}) {
        forget_cookie();
        const auto answer =
            post("/login", {{"email", "amara@lotus.example"}, {"password", "correct horse battery"}, {"next", next}});
        EXPECT_EQ(location(answer), where) << next;
    }
}

TEST_F(SignIn, LeadsBackToThePageThatAskedForItOnce) {
    wanted_ = "/billing/invoices?state=open";
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/billing/invoices?state=open");
    EXPECT_EQ(wanted_, "");
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");

    wanted_ = "//evil.example";
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");
}

TEST_F(SignIn, ANewSessionReplacesTheOldOneAndSigningOutEndsIt) {
    sign_in("amara@lotus.example");
    const auto first = cookie_;
    sign_in("amara@lotus.example");
    EXPECT_NE(cookie_, first);
    EXPECT_EQ(sessions_.count(), 1U);

    const auto copy = cookie_;
    EXPECT_EQ(location(post("/logout")), "/login?signed_out=1");
    EXPECT_EQ(sessions_.count(), 0U);
    EXPECT_TRUE(cookie_.empty());
    cookie_ = copy;
    EXPECT_FALSE(who());
}

TEST_F(SignIn, ASuspendedTenantLeavesOnlyWhatIsMeantForIt) {
    sign_in("amara@lotus.example");
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'suspended'"));

    const auto identity = who();

    ASSERT_TRUE(identity);
    EXPECT_FALSE(identity->may("team.manage"));
    EXPECT_TRUE(identity->may("account.profile"));
}

TEST(OwnPath, IsAPathOfThisSiteOnly) {
    EXPECT_EQ(own_path("/a?b=c", "/"), "/a?b=c");
    for (const auto* bad : {"", "a", "//a", "/\\a", "\\/a", "/a b", "/a\n", "javascript:alert(1)"})
        EXPECT_EQ(own_path(bad, "/"), "/") << bad;
}

}  // namespace
}  // namespace whatsflow::accounts
