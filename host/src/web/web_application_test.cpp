// The way of a request: routes, pages, errors, what the host answers itself, and what it logs.
#include "web/web_fixture.hpp"

#include <future>
#include <stdexcept>

namespace whatsflow::web::testing {
namespace {

using sdk::Method;
using sdk::Permission;
using sdk::Site;
using namespace std::chrono_literals;

class Web : public WebFixture {};

TEST_F(Web, AHandlerSeesADecodedRequest) {
    sdk::Request seen_request;
    route(Method::get, Site::app, "/files/{name}", [&](const sdk::Request& request) {
        seen_request = request;
        return sdk::text("ok");
    });

    const auto seen = get(kApp, "/files//a%2Fb?q=1+2&q=3", {{"Cookie", "foo; a=b"}});

    EXPECT_EQ(seen.status, 200);
    EXPECT_FALSE(seen.from_loop);
    EXPECT_EQ(seen_request.path, "/files/a/b");
    EXPECT_EQ(seen_request.parameters.get("name"), "a/b");
    EXPECT_EQ(seen_request.query.get("q"), "1 2");
    EXPECT_EQ(seen_request.query.count("q"), 2u);
    EXPECT_EQ(seen_request.cookies.get("a"), "b");
    EXPECT_EQ(seen_request.remote_address, "203.0.113.9");
    EXPECT_EQ(seen_request.context.deadline, now + 10s);
    EXPECT_EQ(seen.header("X-Request-Id"), seen_request.context.request_id);
}

TEST_F(Web, AViewIsRenderedWithWhatEveryPageShows) {
    contributions.push_back(
        sdk::NavigationEntry{Site::app, "main", "nav.home", "house", "/", "public", 1}.to_contribution());
    contributions.push_back(
        sdk::NavigationEntry{Site::app, "money", "nav.secret", "lock", "/secret", "secret.read", 2}.to_contribution());
    sdk::PageScript script;
    script.site = Site::app;
    script.key = "stats";
    script.source = "https://stats.example/s.js";
    script.category = "analytics";
    script.origins = {"https://stats.example"};
    script.attributes = {{"data-id", "1"}, {"onload", "evil()"}};
    contributions.push_back(script.to_contribution());
    route(Method::get, Site::app, "/", [](const sdk::Request&) { return sdk::page("home", {{"title", "T"}}); });

    const auto seen = get(kApp, "/");
    const auto model = model_of(seen);

    EXPECT_EQ(model["title"], "T");
    EXPECT_EQ(model["site"], "app");
    EXPECT_EQ(model["year"], 2026);
    EXPECT_EQ(model["path"], "/");
    EXPECT_EQ(model["canonical_url"], "http://localhost:2153/");
    EXPECT_EQ(model["request_id"], seen.header("X-Request-Id"));
    EXPECT_FALSE(model["csrf_token"].get<std::string>().empty());
    ASSERT_EQ(model["navigation"].size(), 1u);
    EXPECT_EQ(model["navigation"][0]["label"], "nav.home");
    EXPECT_EQ(model["navigation"][0]["current"], true);
    EXPECT_EQ(model["navigation_sections"].size(), 1u);
    EXPECT_EQ(model["page_scripts"][0]["attributes"].size(), 1u);
    EXPECT_NE(seen.header("Content-Security-Policy").find("script-src 'self' https://stats.example;"),
              std::string::npos);
    EXPECT_EQ(seen.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(seen.headers.count("Server"), 0u);
}

TEST_F(Web, AFormMayLeadToThePaymentPageItsModelNames) {
    route(Method::get, Site::app, "/pay", [](const sdk::Request&) {
        return sdk::page("pay", {{"form_origins", {"https://pay.example"}}});
    });

    EXPECT_NE(get(kApp, "/pay").header("Content-Security-Policy").find("form-action 'self' https://pay.example;"),
              std::string::npos);
}

TEST_F(Web, HeadIsGetWithoutABody) {
    route(Method::get, Site::app, "/a", [](const sdk::Request&) { return sdk::text("abc"); });

    const auto seen = send(request("HEAD", kApp, "/a"));

    EXPECT_EQ(seen.status, 200);
    EXPECT_TRUE(seen.head_only);
    EXPECT_EQ(seen.body, "abc");
}

TEST_F(Web, AWrongMethodGets405WithAllowAndOptionsAreTold) {
    route(Method::get, Site::app, "/a", [](const sdk::Request&) { return sdk::text("abc"); });

    const auto wrong = send(request("DELETE", kApp, "/a"));
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
    const auto options_reply = send(request("OPTIONS", kApp, "/a"));
    EXPECT_EQ(options_reply.status, 204);
    EXPECT_EQ(options_reply.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(send(request("OPTIONS", kApp, "/b")).status, 404);
}

TEST_F(Web, AnUnknownMethodIs501AndABadTargetIs400AndBothClose) {
    const auto unknown = send(request("BREW", kApp, "/"));
    EXPECT_EQ(unknown.status, 501);
    EXPECT_TRUE(unknown.close);
    for (const char* bad : {"/%00", "/a/../b", "/%2e%2e/etc/passwd", "/?x=%zz", "/%ff"}) {
        const auto seen = get(kApp, bad);
        EXPECT_EQ(seen.status, 400) << bad;
        EXPECT_TRUE(seen.close) << bad;
    }
}

TEST_F(Web, AnUnknownHostOnASharedPortIs421ButProbesAreAnswered) {
    options.sites = {{Site::landing, 80, "https://w.example"}, {Site::app, 80, "https://app.w.example"}};
    auto stranger = request("GET", 80, "/");
    stranger.headers = {};
    stranger.headers.add("Host", "other.example");
    EXPECT_EQ(send(stranger).status, 421);
    stranger.target = "/healthz";
    stranger.note.reset();
    EXPECT_EQ(send(stranger).status, 200);
}

TEST_F(Web, ABodyPastTheRoutesLimitIs413) {
    route(
        Method::post, Site::api, "/small", [](const sdk::Request& r) { return sdk::text(r.body); },
        Permission::everyone(),
        [](sdk::Route& made) {
            made.limits.body_bytes = 4;
            made.csrf = sdk::Csrf::exempt;
        });

    EXPECT_EQ(post(kApi, "/small", "abcd").body, "abcd");
    const auto seen = post(kApi, "/small", "abcde");
    EXPECT_EQ(seen.status, 413);
    EXPECT_TRUE(seen.close);
    EXPECT_EQ(nlohmann::json::parse(seen.body)["code"], "too_large");
}

TEST_F(Web, WhatAnExceptionSaysReachesTheLogAndNobodyElse) {
    route(Method::get, Site::app, "/throws",
          [](const sdk::Request&) -> sdk::Response { throw std::runtime_error("secret db password"); });
    route(Method::get, Site::app, "/throws-int", [](const sdk::Request&) -> sdk::Response { throw 42; });
    route(Method::get, Site::app, "/broken-view", [](const sdk::Request&) { return sdk::page("broken"); });

    for (const char* path : {"/throws", "/throws-int", "/broken-view"}) {
        const auto seen = get(kApp, path);
        EXPECT_EQ(seen.status, 500) << path;
        EXPECT_EQ(seen.body.find("secret"), std::string::npos) << path;
        EXPECT_NE(seen.body.find(seen.header("X-Request-Id")), std::string::npos) << path;
    }
    EXPECT_NE(log.all().find("secret db password"), std::string::npos);
    EXPECT_EQ(faults, (std::vector<std::string>{"demo", "demo"}));
}

TEST_F(Web, AHeaderInjectionFailsTheHandlerNotTheClient) {
    route(Method::get, Site::app, "/to",
          [](const sdk::Request& request) { return sdk::redirect_to("/x" + request.query.get("to")); });
    route(Method::get, Site::app, "/away", [](const sdk::Request&) { return sdk::redirect_to("//evil.example"); });

    const auto seen = get(kApp, "/to?to=%0d%0aSet-Cookie:%20a=b");
    EXPECT_EQ(seen.status, 500);
    EXPECT_EQ(seen.headers.count("Set-Cookie"), 0u);
    EXPECT_EQ(get(kApp, "/away").status, 500);
    EXPECT_EQ(get(kApp, "/to").header("Location"), "/x");
}

TEST_F(Web, ProblemsAreDocumentsForProgramsAndPagesForPeople) {
    for (const auto site : {Site::app, Site::api})
        route(Method::get, site, "/limited", [](const sdk::Request&) {
            return sdk::problem(422, "invalid_fields", "Check the form.", {{"email", "required", "Type an address."}});
        });

    const auto page = get(kApp, "/limited", {{"Accept", "text/html,*/*"}});
    EXPECT_EQ(page.status, 422);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(page.body.find("data-view=\"error\""), std::string::npos);
    EXPECT_EQ(model_of(page)["message"], "Check the form.");
    EXPECT_EQ(model_of(page)["errors"][0]["field"], "email");

    for (const auto& seen : {get(kApi, "/limited"), get(kApp, "/limited", {{"Accept", "application/json"}})}) {
        EXPECT_EQ(seen.header("Content-Type"), "application/problem+json");
        const auto document = nlohmann::json::parse(seen.body);
        EXPECT_EQ(document["type"], "about:blank");
        EXPECT_EQ(document["status"], 422);
        EXPECT_EQ(document["code"], "invalid_fields");
        EXPECT_EQ(document["detail"], "Check the form.");
        EXPECT_EQ(document["request_id"], seen.header("X-Request-Id"));
        EXPECT_EQ(document["errors"][0]["field"], "email");
        EXPECT_FALSE(document["title"].get<std::string>().empty());
    }
}

TEST_F(Web, RefusalsAreRenderedOncePerStatusNotPerRequest) {
    for (int i = 0; i < 50; ++i) {
        const auto seen = get(kApp, "/nothing");
        EXPECT_EQ(seen.status, 404);
        EXPECT_TRUE(seen.from_loop);
        EXPECT_NE(seen.body.find("\"request_id\":\"" + seen.header("X-Request-Id")), std::string::npos);
    }
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(web().refusal(400, "bad", kApp).close);
    EXPECT_EQ(renderer.renderings, 2);
    renderer.theme = 2;
    (void)get(kApp, "/nothing");
    EXPECT_EQ(renderer.renderings, 3);
}

TEST_F(Web, AThemeThatFailsStillLeavesAPage) {
    renderer.broken = true;

    const auto seen = get(kApp, "/nothing");

    EXPECT_EQ(seen.status, 404);
    EXPECT_NE(seen.body.find("<h1>Not found</h1>"), std::string::npos);
    EXPECT_NE(seen.body.find(seen.header("X-Request-Id")), std::string::npos);
}

TEST_F(Web, AFullOrDrainingServerSays503WithRetryAfter) {
    const auto reply = web().overloaded(request("GET", kApi, "/x"), "queue full");

    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.headers.find("Retry-After"), "2");
    EXPECT_EQ(reply.headers.find("Content-Type"), "application/problem+json");
}

TEST_F(Web, HealthAndReadinessAreAnsweredOnTheLoopOfEverySite) {
    for (const auto port : {kLanding, kApp, kAdmin, kApi}) {
        const auto health = get(port, "/healthz");
        EXPECT_EQ(health.status, 200);
        EXPECT_TRUE(health.from_loop);
        EXPECT_EQ(health.header("Cache-Control"), "no-store");
        EXPECT_EQ(nlohmann::json::parse(get(port, "/readyz").body)["checks"]["database"], "ok");
    }
    readiness.ready = false;
    EXPECT_EQ(get(kApp, "/readyz").status, 503);
    EXPECT_EQ(get(kApp, "/healthz").status, 200);
    readiness.ready = true;
    web().start_draining();
    EXPECT_EQ(get(kApp, "/readyz").status, 503);
}

TEST_F(Web, RobotsAreKeptOutUnlessAPluginSaysOtherwise) {
    route(Method::get, Site::api, "/robots.txt", [](const sdk::Request&) { return sdk::text("own"); });

    EXPECT_EQ(get(kApp, "/robots.txt").body, "User-agent: *\nDisallow: /\n");
    EXPECT_EQ(get(kApi, "/robots.txt").body, "own");
    EXPECT_EQ(get(kLanding, "/robots.txt").status, 404);
}

TEST_F(Web, AssetsComeFromMemoryInTheBestEncoding) {
    views::Asset asset{
        "text/css", "\"abc\"", std::make_shared<const std::string>("plain"), std::make_shared<const std::string>("gz"),
        nullptr,    true};
    assets.assets["/assets/site.1a2b.css"] = std::make_shared<const views::Asset>(asset);

    for (const auto port : {kLanding, kApp, kAdmin, kApi}) {
        const auto seen = get(port, "/assets/site.1a2b.css", {{"Accept-Encoding", "br, gzip"}});
        EXPECT_EQ(seen.status, 200);
        EXPECT_TRUE(seen.from_loop);
        EXPECT_EQ(seen.body, "gz");
        EXPECT_EQ(seen.header("Content-Encoding"), "gzip");
        EXPECT_EQ(seen.header("Cache-Control"), "public, max-age=31536000, immutable");
        EXPECT_EQ(seen.header("Vary"), "Accept-Encoding");
        EXPECT_EQ(seen.header("ETag"), "\"abc-gzip\"");
    }
    EXPECT_EQ(get(kApp, "/assets/site.1a2b.css", {{"If-None-Match", "\"abc\""}}).status, 304);
    EXPECT_EQ(get(kApp, "/assets/other.css").status, 404);
}

TEST_F(Web, ARequestIdIsTakenFromTrustedProxiesOnly) {
    EXPECT_NE(get(kApp, "/x", {{"X-Request-Id", "chosen-by-client"}}).header("X-Request-Id"), "chosen-by-client");
}

TEST_F(Web, ATrustedProxyNamesTheRequest) {
    options.trusted_proxies = {"203.0.113.0/24"};

    EXPECT_EQ(get(kApp, "/x", {{"X-Request-Id", "chosen-by-proxy"}}).header("X-Request-Id"), "chosen-by-proxy");
    EXPECT_NE(get(kApp, "/x", {{"X-Request-Id", "<script>x</script>"}}).header("X-Request-Id"), "<script>x</script>");
}

TEST_F(Web, ATrustedRangeThatIsNoneIsAnError) {
    options.trusted_proxies = {"nonsense"};

    EXPECT_EQ(WebApplication::make(dependencies(), options).error().code, "config.bad_range");
}

TEST_F(Web, OneLogLineARequestWithoutItsQuery) {
    route(Method::get, Site::app, "/invite/{token}", [](const sdk::Request&) { return sdk::text("x"); });

    const auto seen = get(kApp, "/invite/1?secret=2");

    const auto lines = log.all();
    EXPECT_EQ(std::ranges::count(lines, '\n'), 1);
    EXPECT_NE(lines.find("request_id=" + seen.header("X-Request-Id")), std::string::npos);
    EXPECT_NE(lines.find("route=/invite/{token} plugin=demo status=200 bytes=1 us=7"), std::string::npos);
    EXPECT_EQ(lines.find("secret"), std::string::npos);
    EXPECT_EQ(observed, (std::vector<std::string>{"/invite/{token} demo 200"}));
}

TEST_F(Web, RequestsOnTheirWayKeepTheRoutesTheyBeganWith) {
    route(Method::get, Site::app, "/a", [](const sdk::Request&) { return sdk::text("old"); });
    auto wire = request("GET", kApp, "/a");
    (void)web().on_head(wire);
    auto outcome = web().on_request(wire);

    ASSERT_TRUE(web().set_routes({}));

    EXPECT_EQ(*std::get<http::PoolWork>(outcome).run().body, "old");
    EXPECT_EQ(get(kApp, "/a").status, 404);
}

TEST_F(Web, AConflictLeavesTheOldRoutesInPlace) {
    route(Method::get, Site::app, "/a", [](const sdk::Request&) { return sdk::text("old"); });
    auto twice = routes;
    twice.push_back(routes.front());
    (void)web();

    EXPECT_EQ(web().set_routes(std::move(twice)).error().code, "route.conflict");
    EXPECT_EQ(get(kApp, "/a").body, "old");
}

TEST_F(Web, TheListOfRoutesHasThePermissionOfEach) {
    route(
        Method::post, Site::app, "/a", [](const sdk::Request&) { return sdk::text(""); }, Permission::named("a.b"));

    const auto rows = web().route_list();
    const auto row = std::ranges::find_if(rows, [](const auto& item) { return item["pattern"] == "/a"; });

    ASSERT_NE(row, rows.end());
    EXPECT_EQ((*row)["permission"], "a.b");
    EXPECT_EQ((*row)["plugin"], "demo");
    EXPECT_EQ((*row)["method"], "POST");
    for (const auto& item : rows) EXPECT_FALSE(item["permission"].get<std::string>().empty());
}

TEST_F(Web, ALoopRouteThatNeedsAnIdentityStillRunsOnThePool) {
    const auto on_loop = [](sdk::Route& made) { made.execution = sdk::Execution::loop; };
    const auto handler = [](const sdk::Request&) { return sdk::text("x"); };
    route(Method::get, Site::api, "/fast", handler, Permission::everyone(), on_loop);
    route(Method::get, Site::api, "/private", handler, Permission::named("things.write"), on_loop);

    EXPECT_TRUE(get(kApi, "/fast").from_loop);
    EXPECT_FALSE(get(kApi, "/private", {{"Authorization", "Bearer scrape"}}).from_loop);
}

TEST_F(Web, AWireThatLostTheNoteIsServedAllTheSame) {
    route(Method::get, Site::app, "/a", [](const sdk::Request&) { return sdk::text("x"); });

    auto outcome = web().on_request(request("GET", kApp, "/a"));

    EXPECT_EQ(*std::get<http::PoolWork>(outcome).run().body, "x");
    web().finished(request("GET", kApp, "/a"), 200, 1, 1us);
    EXPECT_EQ(web().overloaded(request("GET", kApp, "/a"), "full").status, 503);
}

}  // namespace
}  // namespace whatsflow::web::testing
