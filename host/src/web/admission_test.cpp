// Who may reach a handler, and who is turned away with what.
#include "web/web_fixture.hpp"

namespace whatsflow::web::testing {
namespace {

using sdk::Method;
using sdk::Permission;
using sdk::Site;

class Admission : public WebFixture {
protected:
    Admission() {
        const auto handler = [this](const sdk::Request& request) {
            ++calls;
            return sdk::page("thing", {{"tenant", request.context.tenant.text()}});
        };
        route(Method::get, Site::app, "/things/{id}", handler, Permission::named("things.read"));
        route(Method::post, Site::app, "/things/{id}", handler, Permission::named("things.write"));
        route(Method::get, Site::app, "/staff", handler, Permission::named("staff.only"));
        route(Method::get, Site::app, "/login", handler);
        route(Method::post, Site::app, "/login", handler);
        route(Method::get, Site::api, "/v1/things", handler, Permission::named("things.write"));
        route(Method::post, Site::api, "/v1/things", handler, Permission::named("things.write"));
        route(Method::post, Site::api, "/v1/memory", handler, Permission::named("things.write"), [](sdk::Route& made) {
            made.csrf = sdk::Csrf::exempt;
            made.execution = sdk::Execution::loop;
        });
        route(Method::post, Site::api, "/webhooks/{provider}", handler, Permission::everyone(),
              [](sdk::Route& made) { made.csrf = sdk::Csrf::exempt; });
    }

    const HeaderList signed_in{{"Cookie", "odd; session=s1"}};
    int calls = 0;
};

TEST_F(Admission, APageWithoutASessionRedirectsToItsOwnLogin) {
    const auto seen = get(kApp, "/things/1");

    EXPECT_EQ(seen.status, 303);
    EXPECT_EQ(seen.header("Location"), "/login");
    EXPECT_EQ(calls, 0);
}

TEST_F(Admission, APageWithoutASessionIsRememberedForAfterTheSignIn) {
    EXPECT_TRUE(get(kApp, "/things/1?x=2").header("Set-Cookie").starts_with("wf_app_wanted=/things/1?x=2; "));
    EXPECT_EQ(get(kApp, "/things/1", {{"HX-Request", "true"}}).header("Set-Cookie"), "");
}

TEST_F(Admission, OtherMethodsWithoutASessionGet401BeforeBodyAndOriginAreLookedAt) {
    const auto seen = post(kApp, "/things/no-such-id", "%%% not a form", {{"Origin", "https://evil.example"}});

    EXPECT_EQ(seen.status, 401);
    EXPECT_EQ(calls, 0);
}

TEST_F(Admission, WithoutAnAuthenticatorOnlyPublicRoutesAreReached) {
    with_authenticator = false;

    EXPECT_EQ(get(kApp, "/things/1", signed_in).status, 303);
    EXPECT_EQ(get(kApi, "/v1/things", {{"Authorization", "Bearer scrape"}}).status, 401);
    EXPECT_EQ(get(kApp, "/login").status, 200);
}

TEST_F(Admission, AnAuthenticatorThatFailsIsNotASession) {
    authenticator.failing = true;

    const auto seen = get(kApp, "/things/1", signed_in);

    EXPECT_EQ(seen.status, 503);
    EXPECT_FALSE(seen.header("Retry-After").empty());
    EXPECT_EQ(calls, 0);
}

TEST_F(Admission, WithoutThePermissionItIs403) {
    EXPECT_EQ(get(kApp, "/staff", signed_in).status, 403);
    EXPECT_EQ(get(kApi, "/v1/things", {{"Authorization", "Bearer weak"}}).status, 403);
    EXPECT_EQ(calls, 0);
}

TEST_F(Admission, AProgramWithoutATokenIsToldHowToSendOne) {
    const auto seen = get(kApi, "/v1/things", {{"Accept", "text/html"}});

    EXPECT_EQ(seen.status, 401);
    EXPECT_TRUE(seen.header("WWW-Authenticate").starts_with("Bearer"));
    EXPECT_EQ(seen.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(nlohmann::json::parse(seen.body)["code"], "unauthenticated");
}

TEST_F(Admission, WhoIsKnownIsAnsweredFromMemoryOnTheLoopForASecond) {
    const HeaderList token{{"Authorization", "Bearer scrape"}};
    EXPECT_FALSE(post(kApi, "/v1/memory", "", token).from_loop);
    const auto again = post(kApi, "/v1/memory", "", token);
    EXPECT_TRUE(again.from_loop);
    EXPECT_EQ(model_of(again)["tenant"], "t1");
    EXPECT_FALSE(post(kApi, "/v1/things", "", token).from_loop) << "a route that may block";
    EXPECT_FALSE(post(kApi, "/v1/memory", "", {{"Authorization", "Bearer other"}}).from_loop);

    authenticator.failing = true;
    EXPECT_EQ(post(kApi, "/v1/memory", "", token).status, 200);
    now += std::chrono::seconds(1);
    EXPECT_EQ(post(kApi, "/v1/memory", "", token).status, 503);
}

TEST_F(Admission, WhoIsKnownStillNeedsThePermission) {
    const HeaderList token{{"Authorization", "Bearer weak"}};
    EXPECT_EQ(post(kApi, "/v1/memory", "", token).status, 403);
    const auto again = post(kApi, "/v1/memory", "", token);
    EXPECT_EQ(again.status, 403);
    EXPECT_TRUE(again.from_loop);
    EXPECT_EQ(calls, 0);
}

TEST_F(Admission, ASessionBringsItsTenantToTheHandler) {
    const auto seen = get(kApp, "/things/1", signed_in);

    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(model_of(seen)["tenant"], "t1");
    EXPECT_EQ(seen.header("Cache-Control"), "no-store");
}

TEST_F(Admission, AChangeNeedsATokenOfThisSession) {
    const std::string token = model_of(get(kApp, "/things/1", signed_in))["csrf_token"];
    calls = 0;

    EXPECT_EQ(post(kApp, "/things/1", "", signed_in).status, 403);
    EXPECT_EQ(post(kApp, "/things/1", "csrf_token=wrong", signed_in).status, 403);
    EXPECT_EQ(post(kApp, "/things/1", "csrf_token=" + token, {{"Cookie", "session=s2"}}).status, 403);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(post(kApp, "/things/1", "csrf_token=" + token, signed_in).status, 200);
    EXPECT_EQ(post(kApp, "/things/1", "", {{"Cookie", "session=s1"}, {"X-CSRF-Token", token}}).status, 200);
}

TEST_F(Admission, AForeignOriginIsRefusedEvenWithATokenThatIsRight) {
    const std::string token = model_of(get(kApp, "/things/1", signed_in))["csrf_token"];
    calls = 0;
    const auto from = [&](const char* name, const char* value) {
        return post(kApp, "/things/1", "csrf_token=" + token, {{"Cookie", "session=s1"}, {name, value}}).status;
    };

    EXPECT_EQ(from("Origin", "https://evil.example"), 403);
    EXPECT_EQ(from("Origin", "null"), 403);
    EXPECT_EQ(from("Referer", "https://evil.example/page"), 403);
    EXPECT_EQ(from("Sec-Fetch-Site", "cross-site"), 403);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(from("Origin", "http://localhost:2153"), 200);
}

TEST_F(Admission, AVisitorIsBoundByACookieThatScriptsCannotRead) {
    const auto page = get(kApp, "/login");
    const auto cookie = visitor_cookie_in(page);
    const std::string token = model_of(page)["csrf_token"];
    calls = 0;

    EXPECT_NE(page.header("Set-Cookie").find("HttpOnly; SameSite=Lax"), std::string::npos);
    EXPECT_EQ(post(kApp, "/login", "csrf_token=" + token).status, 403);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(post(kApp, "/login", "csrf_token=" + token, {{"Cookie", cookie}}).status, 200);
    EXPECT_EQ(get(kApp, "/login", {{"Cookie", cookie}}).header("Set-Cookie"), "");
}

TEST_F(Admission, AVisitorsTokenDoesNotServeASession) {
    const auto page = get(kApp, "/login");
    const std::string token = model_of(page)["csrf_token"];

    EXPECT_EQ(
        post(kApp, "/things/1", "csrf_token=" + token, {{"Cookie", visitor_cookie_in(page) + "; session=s1"}}).status,
        403);
}

TEST_F(Admission, AFormOfASignedInPageMayLeadToAPublicRoute) {
    const std::string token = model_of(get(kApp, "/things/1", signed_in))["csrf_token"];

    EXPECT_EQ(post(kApp, "/login", "csrf_token=" + token, signed_in).status, 200);
    EXPECT_EQ(post(kApp, "/login", "csrf_token=" + token, {{"Cookie", "session=s2"}}).status, 403);
}

TEST_F(Admission, ProgramsNeedNoTokenOfAPage) {
    EXPECT_EQ(post(kApi, "/webhooks/acme", "raw").status, 200);
    EXPECT_EQ(post(kApi, "/v1/things", "{}", {{"Authorization", "Bearer scrape"}}).status, 200);
}

TEST_F(Admission, BehindHttpsTheVisitorsCookieIsHostBound) {
    options.trusted_proxies = {"203.0.113.9"};

    const auto seen = get(kApp, "/login", {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "192.0.2.1"}});

    EXPECT_TRUE(seen.header("Set-Cookie").starts_with("__Host-wf_visitor="));
    EXPECT_TRUE(seen.header("Set-Cookie").ends_with("; Secure"));
    EXPECT_FALSE(seen.header("Strict-Transport-Security").empty());
}

TEST_F(Admission, MetricsAreForThisMachineOrATokenOnly) {
    auto local = request("GET", kApi, "/metrics");
    local.peer_address = "127.0.0.1";

    EXPECT_EQ(send(local).body, "up 1\n");
    EXPECT_EQ(get(kApi, "/metrics").status, 403);
    EXPECT_EQ(get(kApi, "/metrics", {{"X-Forwarded-For", "127.0.0.1"}}).status, 403);
    EXPECT_EQ(get(kApi, "/metrics", {{"Authorization", "Bearer weak"}}).status, 403);
    EXPECT_EQ(get(kApi, "/metrics", {{"Authorization", "Bearer scrape"}}).status, 200);
    EXPECT_EQ(get(kApp, "/metrics").status, 404);
}

TEST_F(Admission, AClientBehindOurProxyIsNotThisMachine) {
    options.trusted_proxies = {"127.0.0.1"};
    auto proxied = request("GET", kApi, "/metrics", {{"X-Forwarded-For", "198.51.100.1"}});
    proxied.peer_address = "127.0.0.1";

    EXPECT_EQ(send(proxied).status, 403);
}

TEST_F(Admission, TheRateLimitAnswers429WithTheSecondsToWait) {
    options.rate_limits.pages = {0.5, 2};

    EXPECT_EQ(get(kApp, "/login").status, 200);
    EXPECT_EQ(get(kApp, "/nothing-here").status, 404);
    const auto seen = get(kApp, "/login");
    EXPECT_EQ(seen.status, 429);
    EXPECT_EQ(seen.header("Retry-After"), "2");
    EXPECT_EQ(get(kApp, "/healthz").status, 200);
    now += std::chrono::seconds(2);
    EXPECT_EQ(get(kApp, "/login").status, 200);
}

TEST_F(Admission, TokensAreLimitedApartButOneAddressCannotInventThemForEver) {
    options.rate_limits.api = {1, 2};
    for (auto& entry : routes) entry.route.limits.rate_class = sdk::RateClass::api;
    int passed = 0;

    for (int i = 0; i < 100; ++i)
        passed += get(kApi, "/v1/things", {{"Authorization", "Bearer t" + std::to_string(i)}}).status != 429;

    EXPECT_EQ(passed, 20);
}

}  // namespace
}  // namespace whatsflow::web::testing
