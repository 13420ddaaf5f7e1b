// What a tenant's own people do in the app: shown to the tenant, and to staff among all tenants.
#include "happenings_fixture.hpp"

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class TenantPageTest : public HappeningsTest {
protected:
    void SetUp() override {
        PagesTest::SetUp();
        host_.install_service(sdk::Authenticator::kId, door_, {{"site", "app"}});
        opens("t1", "ann", "/inbox"), opens("t1", "ann", "/contacts"), opens("t1", "ben", "/inbox");
        opens("t2", "carl", "/secret");
        settle();
    }
    void opens(const char* tenant, const char* user, const char* path) {
        door_.who = sdk::testing::a_user(tenant);
        door_.who->subject = user;
        door_.who->tenant_name = tenant;
        sdk::testing::CallOptions options;
        options.site = sdk::Site::app;
        options.body = json{{"u", std::string("https://app.test") + path}}.dump();
        options.headers.add("Origin", "https://app.test");
        options.headers.add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0");
        ASSERT_EQ(host_.call(sdk::Method::post, "/a/event", std::move(options)).status(), 202);
    }
    sdk::Response of_tenant(const char* tenant, const std::set<std::string>& permissions,
                            const std::string& query = {}) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_user(tenant, permissions);
        options.site = sdk::Site::app;
        options.tenant = sdk::TenantId{tenant};
        return host_.call(sdk::Method::get, "/usage/people" + query, std::move(options));
    }
    SignedIn door_;
};

TEST_F(TenantPageTest, ATenantSeesItsOwnPeopleAndNobodyElses) {
    const auto response = of_tenant("t1", {"analytics.usage"});
    ASSERT_EQ(response.status(), 200);
    const auto shown = std::get<sdk::View>(response.body()).model;
    EXPECT_EQ(figure(shown, "people"), "2");
    EXPECT_EQ(figure(shown, "views"), "3");
    EXPECT_EQ(rows(shown, 0), (json{{"/inbox", "2", "2"}, {"/contacts", "1", "1"}}));
    EXPECT_EQ(shown.dump().find("/secret"), std::string::npos);
    EXPECT_EQ(shown["has_tabs"], false) << "the other pages are staff's";
    const auto file = of_tenant("t1", {"analytics.usage"}, "?format=csv");
    EXPECT_NE(std::get<std::string>(file.body()).find("/contacts,1,1"), std::string::npos);
    // A site that is asked for by name is no way to another's numbers.
    for (const char* site : {"app", "t2", "server"}) {
        const auto asked = of_tenant("t1", {"analytics.usage"}, std::string("?site=") + site);
        EXPECT_EQ(figure(std::get<sdk::View>(asked.body()).model, "views"), "3") << site;
    }
}

TEST_F(TenantPageTest, WhoMayNotSeeItDoesNot) {
    EXPECT_EQ(of_tenant("t1", {}).status(), 403);
}

TEST_F(TenantPageTest, StaffSeeWhichTenantsAreBusiest) {
    const auto shown = model("/analytics/features?from=2026-11-26&to=2026-11-26");
    const auto table =
        std::ranges::find(shown["tables"], json("tenants"), [](const json& each) { return each["caption"]; });
    ASSERT_NE(table, shown["tables"].end());
    ASSERT_EQ((*table)["rows"].size(), 2u);
    const auto cells = (*table)["rows"][0]["cells"];
    EXPECT_NE(cells[0]["text"].dump().find("t1"), std::string::npos);
    EXPECT_EQ(cells[1]["text"], "3");
    EXPECT_EQ(cells[3]["text"], "2");
}

TEST_F(TenantPageTest, UseBesideRevenueIsThatOfTheSegment) {
    signed_up("t1", "LK", "2026-11-10T00:00:00Z"), signed_up("t2", "DE", "2026-11-10T00:00:00Z");
    settle();
    const auto people = [&](const std::string& segment) {
        const auto shown = model(std::string("/analytics/revenue") + kSpan + segment);
        return shown["charts"].at(0)["points"].back()["values"][1]["value"];
    };
    EXPECT_EQ(people(""), "3");
    EXPECT_EQ(people(segment("country", "LK")), "2");
}

TEST_F(PagesTest, WhoIsThereNowIsToldOfFiveMinutesAndOfThirty) {
    for (const auto& [who, at] : {std::pair{"now", "2026-11-26T11:55:00Z"},
                                  {"a little ago", "2026-11-26T11:54:59Z"},
                                  {"half an hour ago", "2026-11-26T11:30:00Z"},
                                  {"longer ago", "2026-11-26T11:29:59Z"}})
        EXPECT_EQ(post("/capture", event("a", {{"distinct_id", who}, {"timestamp", at}})), 200);
    settle();
    const auto shown = model("/analytics/live?" + site().substr(1));
    EXPECT_EQ(shown["figures"][0]["value"], "1");
    EXPECT_EQ(shown["figures"][1]["value"], "3");
    EXPECT_EQ(rows(shown, 0).size(), 3u);
    EXPECT_EQ(rows(shown, 0)[0][0], "11:55:00") << "the latest first";
}

}  // namespace
}  // namespace whatsflow::analytics
