// A forgotten password: what the link does, and what it tells nobody.
#include "accounts_fixture.hpp"

namespace whatsflow::accounts {
namespace {

class PasswordReset : public AccountsTest {
    void setup() override { sign_up_and_verify("amara@lotus.example"); }

protected:
    std::string reset_link() {
        EXPECT_EQ(location(post("/forgot", {{"email", "Amara@lotus.example"}})), "/forgot?sent=1");
        const auto mails = new_mails();
        return mails.empty() ? "" : link_in(mails.front());
    }
    static std::string token_of(const std::string& link) { return link.substr(link.find('=') + 1); }
    sdk::Response choose(const std::string& link, const std::string& password) {
        return post("/reset", {{"token", token_of(link)}, {"password", password}});
    }
};

TEST_F(PasswordReset, GivesANewPasswordAndEndsEverySession) {
    sign_in("amara@lotus.example");
    const auto link = reset_link();
    EXPECT_EQ(view(get(link)), "accounts/reset");

    EXPECT_EQ(location(choose(link, "a completely new one")), "/login?reset=1");

    EXPECT_EQ(sessions_.count(), 0U);
    EXPECT_EQ(sign_in("amara@lotus.example").status(), 422);
    EXPECT_EQ(location(sign_in("amara@lotus.example", "a completely new one")), "/");
    EXPECT_EQ(std::get<sdk::View>(new_mails().at(0).content).name, "accounts/mail/password_changed");
}

TEST_F(PasswordReset, WorksOnceForAnHourAndForItsPurposeOnly) {
    const auto link = reset_link();
    EXPECT_EQ(choose(link, "short").status(), 422);
    EXPECT_EQ(view(get("/verify?token=" + token_of(link))), "accounts/dead_link");
    EXPECT_EQ(location(choose(link, "a completely new one")), "/login?reset=1");
    EXPECT_EQ(view(choose(link, "yet another new one")), "accounts/dead_link");
    new_mails();

    const auto late = reset_link();
    host_.advance(std::chrono::minutes{61});
    EXPECT_EQ(view(get(late)), "accounts/dead_link");
    EXPECT_EQ(view(choose(late, "yet another new one")), "accounts/dead_link");
}

TEST_F(PasswordReset, AnOlderLinkEndsWithTheNewer) {
    const auto first = reset_link();
    const auto second = reset_link();

    EXPECT_EQ(view(get(first)), "accounts/dead_link");
    EXPECT_EQ(view(get(second)), "accounts/reset");
}

TEST_F(PasswordReset, AnUnknownAddressGetsTheSamePageAndNoMail) {
    EXPECT_EQ(location(post("/forgot", {{"email", "nobody@lotus.example"}})), "/forgot?sent=1");
    EXPECT_TRUE(new_mails().empty());
    EXPECT_EQ(count("accounts_links"), 0);
}

}  // namespace
}  // namespace whatsflow::accounts
