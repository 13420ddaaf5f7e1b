// The pages that other plugins fill, and the search.
#include "app_fixture.hpp"

#include <set>

namespace whatsflow::app {
namespace {

using nlohmann::json;

class FramePagesTest : public AppTest {
protected:
    json model(const std::string& path, const sdk::Identity& who = leader()) { return view_of(get(path, who)).model; }
    void contribute_step(const std::string& key, bool done) {
        ASSERT_TRUE(host_.contribute(sdk::FirstStep{sdk::Site::app, key, "step " + key, "/" + key, "app.dashboard.read",
                                                    10, [done](const sdk::Request&) -> sdk::Result<sdk::View> {
                                                        return sdk::View{"", {{"done", done}}};
                                                    }}));
    }
    json search(const std::string& wanted, const sdk::Identity& who = leader()) {
        sdk::testing::CallOptions options;
        options.identity = who;
        options.tenant = who.tenant;
        options.headers.add("Accept", "application/json");
        const auto answer = host_.call(sdk::Method::get, "/search?q=" + sdk::encode_url(wanted), options);
        return json::parse(std::get<std::string>(answer.body()))["results"];
    }
};

TEST_F(FramePagesTest, EveryRouteNamesAPermissionThatIsDefined) {
    std::set<std::string> defined;
    for (const auto& contribution : host_.contributions(sdk::PermissionDefinition::kSlot, sdk::Site::app))
        defined.insert(contribution.key);
    for (const auto& route : host_.routes()) {
        EXPECT_TRUE(defined.contains(route.permission.text())) << route.pattern;
        EXPECT_FALSE(route.summary.empty()) << route.pattern;
    }
}

TEST_F(FramePagesTest, AnEmptyWorkspaceSaysSo) {
    EXPECT_EQ(model("/")["is_empty"], true);
    EXPECT_EQ(model("/usage")["is_empty"], true);
}

TEST_F(FramePagesTest, TheChecklistCountsAndLeavesWhenAllIsDone) {
    contribute_step("verify", true);
    contribute_step("invite", false);

    const auto list = model("/")["checklist"];
    EXPECT_EQ(list["percent"], 50);
    EXPECT_EQ(list["steps"].size(), 2U);

    host_.withdraw_all();
    start({});
    contribute_step("verify", true);
    EXPECT_EQ(model("/")["checklist"], false);
}

TEST_F(FramePagesTest, APieceThatFailsIsLeftOutAndThePageStands) {
    const auto card = [](const char* key, auto render) {
        return sdk::DashboardCard{sdk::Site::app,       key, key,   sdk::DashboardCard::Width::half,
                                  "app.dashboard.read", 10,  render};
    };
    ASSERT_TRUE(host_.contribute(
        card("broken", [](const sdk::Request&) -> sdk::Result<sdk::View> { return sdk::fail("x.broken", "no"); })));
    ASSERT_TRUE(host_.contribute(card("fine", [](const sdk::Request&) -> sdk::Result<sdk::View> {
        return sdk::View{"x/card", {{"n", 1}}};
    })));

    const auto cards = model("/")["cards"];

    ASSERT_EQ(cards.size(), 1U);
    EXPECT_EQ(cards[0]["width"], "half");
    EXPECT_NE(cards[0]["piece_html"].get<std::string>().find("x/card"), std::string::npos);
}

TEST_F(FramePagesTest, WhoMayNotSeeAPieceDoesNot) {
    ASSERT_TRUE(host_.contribute(sdk::SettingsSection{sdk::Site::app, "secret", "Secret", "somebody.else", 10,
                                                      [](const sdk::Request&) -> sdk::Result<sdk::View> {
                                                          return sdk::View{"x/section", json::object()};
                                                      }}));

    EXPECT_TRUE(model("/settings")["sections"].empty());
}

TEST_F(FramePagesTest, SearchFindsPagesAPersonMayOpenAndWhatPluginsFind) {
    ASSERT_TRUE(host_.contribute(sdk::SearchSource{
        sdk::Site::app, "people", "People", "app.search.use", 10,
        [](const sdk::Request& request) -> sdk::Result<sdk::View> {
            return sdk::View{"",
                             {{"results",
                               {{{"title", "Found " + request.query.get("q")}, {"path", "/p"}, {"icon", "user"}},
                                {{"title", "Evil"}, {"path", "//evil.example"}, {"icon", "user"}}}}}};
        }}));

    EXPECT_EQ(search("").size(), 4U) << "with nothing typed, the pages";
    const auto found = search("nimal");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0]["title"], "Found nimal");
    EXPECT_EQ(found[0]["group"], "People");
    auto viewer = leader();
    viewer.permissions = {"app.search.use"};
    EXPECT_TRUE(search("", viewer).empty());
}

TEST_F(FramePagesTest, OldThingsAreForgottenAndWaitingOnesKept) {
    ASSERT_TRUE(notifier().notify_person(sdk::testing::a_context(), sdk::TenantId{"tenant-1"}, "user-owner",
                                         {.idempotency_key = "a", .category = "team", .title = "Old"}));
    host_.advance(std::chrono::hours(24) * 200);
    const auto& schedules = host_.facilities().jobs.schedules();
    ASSERT_EQ(schedules.size(), 1U);
    ASSERT_TRUE(host_.jobs().enqueue(host_.database(), sdk::testing::a_context(), {.kind = schedules.front().kind}));

    EXPECT_TRUE(host_.facilities().jobs.run_all().empty());

    EXPECT_EQ(model("/notifications")["is_empty"], true);
}

TEST_F(FramePagesTest, NothingIsLeftWhenItHasStopped) {
    plugin_.stop();
    host_.withdraw_all();

    EXPECT_TRUE(host_.routes().empty());
    EXPECT_TRUE(host_.find_services(sdk::Notifier::kId, {}).empty());
}

}  // namespace
}  // namespace whatsflow::app
