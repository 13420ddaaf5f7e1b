// Where a page hears what is new, and that its policy lets it.
#include "web/web_fixture.hpp"

namespace whatsflow::web::testing {
namespace {

class WebLive : public WebFixture {
protected:
    WebLive() {
        live = {":2154/ws?site=app", {"ws://localhost:2154"}};
        route(
            sdk::Method::get, sdk::Site::app, "/private", [](const sdk::Request&) { return sdk::page("home"); },
            sdk::Permission::named("things.read"));
        route(sdk::Method::get, sdk::Site::app, "/public", [](const sdk::Request&) { return sdk::page("home"); });
    }
};

TEST_F(WebLive, APageOfSomebodySignedInSaysWhere) {
    const auto seen = get(kApp, "/private", {{"Cookie", "session=s1"}});

    EXPECT_EQ(model_of(seen)["live_address"], ":2154/ws?site=app");
    EXPECT_NE(seen.header("Content-Security-Policy").find("connect-src 'self' ws://localhost:2154;"),
              std::string::npos);
}

TEST_F(WebLive, APageForEverybodyDoesNot) {
    const auto seen = get(kApp, "/public");

    EXPECT_FALSE(model_of(seen).contains("live_address"));
    EXPECT_NE(seen.header("Content-Security-Policy").find("connect-src 'self';"), std::string::npos);
}

TEST(LivePolicy, TakesSocketsThatAreEncryptedOrOfThisMachine) {
    const auto policy = content_security_policy(
        {.scripts = {},
         .forms = {},
         .sockets = {"wss://app.example.com", "ws://evil.example", "ws://localhost:2154", "wss://a; script-src *"}});

    EXPECT_NE(policy.find("connect-src 'self' wss://app.example.com ws://localhost:2154;"), std::string::npos);
    EXPECT_EQ(policy.find("evil"), std::string::npos);
    EXPECT_EQ(policy.find("script-src *"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::web::testing
