// A sign-in from somewhere else is told to the person, once; the usual places are not.
#include "sign_in_places.hpp"

#include "accounts_fixture.hpp"

namespace whatsflow::accounts {
namespace {

constexpr const char* kFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
constexpr const char* kChrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";

class SignInPlaces : public AccountsTest {
    void setup() override {
        host_.install_service(sdk::Notifier::kId, notices_, {{"site", "app"}});
        sign_up_and_verify("amara@lotus.example");
    }

protected:
    void sign_in_with(const char* agent) {
        agent_ = agent;
        forget_cookie();
        EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");
        new_mails();
    }
    NoticesInMemory notices_;
};

TEST_F(SignInPlaces, TheFirstIsNoNewsAndAnotherBrowserIsToldOnce) {
    sign_in_with(kFirefox);
    sign_in_with(kFirefox);
    EXPECT_TRUE(notices_.told.empty());

    sign_in_with(kChrome);
    sign_in_with(kChrome);

    ASSERT_EQ(notices_.told.size(), 1U);
    EXPECT_EQ(notices_.told[0].first, who()->subject);
    EXPECT_EQ(notices_.told[0].second.category, "security");
    EXPECT_EQ(notices_.told[0].second.path, "/security");
}

TEST_F(SignInPlaces, IsToldAfterTheSecondFactorAndNotBefore) {
    sign_in_with(kFirefox);
    post("/security/two-factor", {{"current_password", "correct horse battery"}});
    post("/security/two-factor/confirm", {{"code", StepCodes::code_at(host_.time().now())}});
    host_.advance(std::chrono::seconds{30});
    agent_ = kChrome;
    forget_cookie();
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/login/second-factor");
    new_mails();
    EXPECT_TRUE(notices_.told.empty());

    post("/login/second-factor", {{"code", StepCodes::code_at(host_.time().now())}});
    new_mails();

    EXPECT_EQ(notices_.told.size(), 1U);
}

TEST_F(SignInPlaces, AreForgottenAfterHalfAYear) {
    sign_in_with(kFirefox);
    EXPECT_EQ(count("accounts_sign_in_places"), 1);
    host_.advance(std::chrono::hours{24 * 181});

    const auto kind = host_.facilities().jobs.schedules().front().kind;
    ASSERT_TRUE(host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = kind}));
    new_mails();

    EXPECT_EQ(count("accounts_sign_in_places"), 0);
}

TEST(Network, IsTheSubscriberBehindAnAddress) {
    EXPECT_EQ(network_of("203.0.113.7"), "203.0.113");
    EXPECT_EQ(network_of("203.0.113.99"), "203.0.113");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
    EXPECT_EQ(network_of("2001:db8:1:2::6"), "2001:db8:1:2");
    EXPECT_EQ(network_of("::1"), "");
    EXPECT_EQ(network_of(""), "");
}

}  // namespace
}  // namespace whatsflow::accounts
