#include "web/router.hpp"

#include <gtest/gtest.h>

namespace whatsflow::web {
namespace {

using sdk::Method;
using sdk::Site;

RouteEntry entry(Method method, std::string pattern, std::string plugin = "one", Site site = Site::app) {
    auto route = sdk::get(site, std::move(pattern), sdk::Permission::everyone(),
                          [](const sdk::Request&) { return sdk::Response(); });
    route.method = method;
    return {std::move(route), std::move(plugin)};
}

std::shared_ptr<const Router> router_of(std::vector<RouteEntry> entries) {
    auto built = Router::build(std::move(entries));
    EXPECT_TRUE(built) << (built ? "" : built.error().message);
    return built ? *built : nullptr;
}

std::string found(const Router& router, Method method, const std::string& path, Site site = Site::app) {
    const auto match = router.find(site, method, split_pattern(path));
    return match.entry ? match.entry->route.pattern : "";
}

TEST(Router, AStaticSegmentBeatsAParameter) {
    const auto router = router_of({entry(Method::get, "/users/{id}"), entry(Method::get, "/users/new")});

    EXPECT_EQ(found(*router, Method::get, "/users/new"), "/users/new");
    EXPECT_EQ(found(*router, Method::get, "/users/7"), "/users/{id}");
}

TEST(Router, AStaticSegmentThatLeadsNowhereDoesNotHideAParameter) {
    const auto router =
        router_of({entry(Method::get, "/a/b/c"), entry(Method::get, "/a/{x}/d"), entry(Method::post, "/a/{x}/c")});

    EXPECT_EQ(found(*router, Method::get, "/a/b/d"), "/a/{x}/d");
    EXPECT_EQ(found(*router, Method::post, "/a/b/c"), "/a/{x}/c");
}

TEST(Router, ParametersAreWholeSegmentsByName) {
    const auto router = router_of({entry(Method::get, "/t/{tenant}/i/{id}"), entry(Method::post, "/t/{t}/i/{i}")});
    const auto match = router->find(Site::app, Method::get, {"t", "a/b", "i", "9"});

    ASSERT_TRUE(match.entry);
    EXPECT_EQ(match.parameters.get("tenant"), "a/b");
    EXPECT_EQ(match.parameters.get("id"), "9");
    EXPECT_EQ(router->find(Site::app, Method::post, {"t", "x", "i", "y"}).parameters.get("t"), "x");
}

TEST(Router, HeadIsAnsweredByGetUnlessItHasItsOwn) {
    const auto router = router_of({entry(Method::get, "/a"), entry(Method::post, "/b")});

    EXPECT_EQ(found(*router, Method::head, "/a"), "/a");
    EXPECT_EQ(found(*router, Method::head, "/b"), "");
}

TEST(Router, AWrongMethodIsToldApartFromAWrongPath) {
    const auto router = router_of({entry(Method::get, "/a"), entry(Method::del, "/a")});
    const auto wrong_method = router->find(Site::app, Method::post, {"a"});

    EXPECT_EQ(allow_header(wrong_method.allowed), "DELETE, GET, HEAD, OPTIONS");
    EXPECT_FALSE(router->find(Site::app, Method::get, {"b"}).path_exists());
    EXPECT_FALSE(router->find(Site::admin, Method::get, {"a"}).path_exists());
}

TEST(Router, ASlashAtTheEndMakesNoDifference) {
    const auto router = router_of({entry(Method::get, "/i/v0/e/"), entry(Method::get, "/")});

    EXPECT_EQ(found(*router, Method::get, "/i/v0/e"), "/i/v0/e/");
    EXPECT_EQ(found(*router, Method::get, "/"), "/");
}

TEST(Router, TwoRoutesOfOneShapeNameBothPlugins) {
    const auto built =
        Router::build({entry(Method::get, "/u/{id}", "first"), entry(Method::get, "/u/{key}", "second")});

    ASSERT_FALSE(built);
    EXPECT_EQ(built.error().code, "route.conflict");
    EXPECT_NE(built.error().message.find("first"), std::string::npos);
    EXPECT_NE(built.error().message.find("second"), std::string::npos);
    EXPECT_TRUE(Router::build({entry(Method::get, "/u", "a"), entry(Method::get, "/u", "b", Site::admin)}));
}

TEST(Router, APatternThatCannotMatchIsRefused) {
    for (const char* bad : {"", "a", "/{", "/{}", "/x{id}", "/{id}x", "/{a}/{a}", "/a%20b", "/..", "/{a-b}"})
        EXPECT_FALSE(Router::build({entry(Method::get, bad)})) << bad;
}

TEST(Router, SharedCachingIsForPublicPagesOnly) {
    auto route = entry(Method::get, "/a");
    route.route.caching = sdk::Caching::shared;
    route.route.permission = sdk::Permission::named("x");

    EXPECT_FALSE(Router::build({std::move(route)}));
}

TEST(Router, ManySegmentsFindNothing) {
    const auto router = router_of({entry(Method::get, "/{a}/{b}")});

    EXPECT_FALSE(router->find(Site::app, Method::get, std::vector<std::string>(4000, "x")).path_exists());
}

TEST(Methods, AreKnownExactlyOrNotAtAll) {
    EXPECT_EQ(parse_method("DELETE"), Method::del);
    for (const char* unknown : {"get", "TRACE", "CONNECT", "", "GETX"}) EXPECT_FALSE(parse_method(unknown)) << unknown;
}

}  // namespace
}  // namespace whatsflow::web
