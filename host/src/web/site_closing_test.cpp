// A closed site answers nobody who is meant, and everybody else as ever.
#include "web/site_closing.hpp"

#include "web/web_fixture.hpp"

namespace whatsflow::web::testing {
namespace {

using sdk::Method;
using sdk::Permission;
using sdk::Site;

class ClosedSites : public WebFixture {
protected:
    ClosedSites() {
        for (const auto site : {Site::app, Site::admin}) {
            route(
                Method::get, site, "/things", [](const sdk::Request&) { return sdk::text("open"); },
                Permission::named("things.read"));
            route(Method::get, site, "/welcome", [](const sdk::Request&) { return sdk::text("open"); });
        }
    }
    void close(std::function<sdk::Result<sdk::View>(const sdk::Request&)> render) {
        sdk::Contribution closed;
        closed.slot = kClosedSite.text();
        closed.site = Site::app;
        closed.key = "maintenance";
        closed.render = std::move(render);
        contributions.push_back(std::move(closed));
    }
    static sdk::View a_sentence() { return sdk::View{"closed", {{"text", "Back at noon."}}}; }

    const HeaderList signed_in{{"Cookie", "session=s1"}};
};

TEST_F(ClosedSites, SayWhyAndWhenToComeBack) {
    close([](const sdk::Request&) -> sdk::Result<sdk::View> { return a_sentence(); });

    for (const char* path : {"/things", "/welcome"}) {
        const auto seen = get(kApp, path, signed_in);
        EXPECT_EQ(seen.status, 503) << path;
        EXPECT_NE(seen.body.find("Back at noon."), std::string::npos);
        EXPECT_EQ(seen.header("Retry-After"), "300");
    }
    EXPECT_EQ(get(kAdmin, "/things", signed_in).body, "open") << "another site";
    EXPECT_EQ(get(kApp, "/healthz").status, 200) << "it lives";
}

TEST_F(ClosedSites, AreClosedForThoseWhoAreMeant) {
    close([](const sdk::Request& request) -> sdk::Result<sdk::View> {
        return request.identity && request.identity->impersonator.empty() ? a_sentence() : sdk::View{};
    });

    EXPECT_EQ(get(kApp, "/things", signed_in).status, 503);
    EXPECT_EQ(get(kApp, "/things", {{"Cookie", "session=s2"}}).body, "open");
    EXPECT_EQ(get(kApp, "/welcome").body, "open");
    EXPECT_EQ(get(kApp, "/things").status, 303) << "who is nobody is asked to sign in first";
}

TEST_F(ClosedSites, AreOpenWhereNobodyCanSay) {
    close([](const sdk::Request&) -> sdk::Result<sdk::View> { throw std::runtime_error("lost"); });
    close([](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::fail("no", "No."); });

    EXPECT_EQ(get(kApp, "/things", signed_in).body, "open");
    EXPECT_NE(log.all().find("whether a site is closed was not said"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::web::testing
