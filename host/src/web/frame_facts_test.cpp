// Who is signed in, and what plugins say above the page, as layouts are told.
#include "web/web_fixture.hpp"

namespace whatsflow::web::testing {
namespace {

using sdk::Method;
using sdk::Permission;
using sdk::Site;

class FrameFacts : public WebFixture {
protected:
    FrameFacts() {
        const auto page = [](const sdk::Request&) { return sdk::page("thing"); };
        route(Method::get, Site::app, "/things", page, Permission::named("things.read"));
        route(Method::get, Site::app, "/login", page);
        route(
            Method::get, Site::app, "/gone", [](const sdk::Request&) { return sdk::not_found(); },
            Permission::named("things.read"));
    }
    void banner(std::string key, std::function<sdk::Result<sdk::View>(const sdk::Request&)> render,
                std::string permission = "public") {
        contributions.push_back(
            sdk::PageBanner{Site::app, std::move(key), std::move(permission), 1, std::move(render)}.to_contribution());
    }

    const HeaderList signed_in{{"Cookie", "session=s1"}};
};

TEST_F(FrameFacts, SayWhoIsSignedIn) {
    const auto identity = model_of(get(kApp, "/things", signed_in))["identity"];

    EXPECT_EQ(identity["name"], "ann de Silva");
    EXPECT_EQ(identity["email"], "ann@acme.lk");
    EXPECT_EQ(identity["initials"], "AS");
    EXPECT_EQ(identity["role"], "Owner");
    EXPECT_EQ(identity["tenant_name"], "Acme");
    EXPECT_EQ(identity["impersonated"], false);
    EXPECT_EQ(model_of(get(kApp, "/things", {{"Cookie", "session=s2"}}))["identity"]["impersonated"], true);
    EXPECT_TRUE(model_of(get(kApp, "/login"))["identity"].is_null());
}

TEST_F(FrameFacts, BannersAreDrawnForThoseWhoMaySeeThemInTheirOrder) {
    std::string asked_by;
    banner("one", [&](const sdk::Request& request) -> sdk::Result<sdk::View> {
        asked_by = request.identity->subject;
        return sdk::View{"first"};
    });
    banner(
        "two", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::View{"second"}; }, "things.read");
    banner(
        "three", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::View{"hidden"}; }, "staff.only");
    banner("four", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::View{}; });

    EXPECT_EQ(model_of(get(kApp, "/things", signed_in))["banners_html"], "[first][second]");
    EXPECT_EQ(asked_by, "u1");
    EXPECT_EQ(model_of(get(kApp, "/login"))["banners_html"], "");
}

TEST_F(FrameFacts, ABannerThatFailsIsLeftOutAndThePageStays) {
    banner("one", [](const sdk::Request&) -> sdk::Result<sdk::View> { throw std::runtime_error("secret"); });
    banner("two", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::fail("no", "No."); });
    banner("three", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::View{"broken"}; });
    banner("four", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::View{"fine"}; });

    const auto seen = get(kApp, "/things", signed_in);

    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(model_of(seen)["banners_html"], "[fine]");
    EXPECT_NE(log.all().find("a banner could not be drawn"), std::string::npos);
}

TEST_F(FrameFacts, APageThatTellsOfAnErrorAsksNoBanner) {
    int asked = 0;
    banner("one", [&](const sdk::Request&) -> sdk::Result<sdk::View> {
        ++asked;
        return sdk::View{"first"};
    });

    EXPECT_EQ(get(kApp, "/gone", signed_in).status, 404);
    EXPECT_EQ(asked, 0);
}

TEST_F(FrameFacts, NoOneLooksAtAllTenantsWithoutAskingTo) {
    std::string crossing = "unset";
    route(
        Method::get, Site::app, "/mine",
        [&](const sdk::Request& request) {
            crossing = request.context.crossing;
            return sdk::text(request.context.tenant.text());
        },
        Permission::named("things.read"));

    EXPECT_EQ(get(kApp, "/mine", signed_in).body, "t1");
    EXPECT_EQ(crossing, "");
}

TEST(Initials, AreOfTheFirstAndTheLastName) {
    const auto of = [](std::string name, std::string email = "") {
        sdk::Identity identity;
        identity.name = std::move(name);
        identity.email = std::move(email);
        return initials_of(identity);
    };
    EXPECT_EQ(of("Ann"), "A");
    EXPECT_EQ(of("  ann  maria de  silva "), "AS");
    EXPECT_EQ(of("\u00e9mile zola"), "\u00e9Z");
    EXPECT_EQ(of("", "bob@x.lk"), "B");
    EXPECT_EQ(of(""), "");
}

}  // namespace
}  // namespace whatsflow::web::testing
