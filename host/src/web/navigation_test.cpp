#include "web/web_fixture.hpp"

#include "web/navigation.hpp"

namespace whatsflow::web {
namespace {

using Contributions = std::vector<sdk::Contribution>;

class NavigationMenu : public ::testing::Test {
protected:
    NavigationMenu() {
        offer("main", "nav.home", "/", "public");
        offer("main", "nav.users", "/users", "users.read");
        offer("money", "nav.plans", "/plans", "users.read");
        reader_.permissions = {"users.read"};
        contribute();
    }

    void offer(const char* section, const char* label, const char* path, const char* permission) {
        entries_.push_back(
            sdk::NavigationEntry{sdk::Site::admin, section, label, "house", path, permission, 1}.to_contribution());
    }
    void contribute() { contributed_ = std::make_shared<const Contributions>(entries_); }

    std::shared_ptr<const nlohmann::json> shown(const std::string& path = "/", const std::string& locale = "en") {
        return navigation_.shown_to({sdk::Site::admin, locale, path, &reader_});
    }

    testing::FakeRenderer renderer_;
    testing::FakeAssets assets_;
    testing::FakeLog log_;
    testing::FakeClock clock_;
    Contributions entries_;
    std::shared_ptr<const Contributions> contributed_;
    sdk::Identity reader_;
    WebDependencies dependencies_{
        .renderer = renderer_,
        .assets = assets_,
        .log = log_,
        .clock = clock_,
        .contributions = [this](const sdk::SlotId&, sdk::Site) { return contributed_; },
    };
    Navigation navigation_{dependencies_};
};

TEST_F(NavigationMenu, IsSortedIntoSections) {
    const auto menu = *shown("/users/7");

    ASSERT_EQ(menu["navigation"].size(), 2u);
    EXPECT_EQ(menu["navigation"][0]["current"], false);
    EXPECT_EQ(menu["navigation"][1]["current"], true);
    ASSERT_EQ(menu["navigation_sections"].size(), 2u);
    EXPECT_EQ(menu["navigation_sections"][1]["label"], "Money");
    EXPECT_EQ(menu["navigation_sections"][1]["entries"][0]["path"], "/plans");
}

TEST_F(NavigationMenu, IsPutTogetherOnceForReadersWhoSeeTheSame) {
    const auto first = shown("/users/7");
    auto other = reader_;
    other.permissions.insert("something.else");

    EXPECT_EQ(first, shown("/users/8"));
    EXPECT_EQ(first, navigation_.shown_to({sdk::Site::admin, "en", "/users", &other}));
}

TEST_F(NavigationMenu, DiffersByPermissionPlaceAndLanguage) {
    const auto first = shown();
    const sdk::Identity nobody;

    EXPECT_EQ((*navigation_.shown_to({sdk::Site::admin, "en", "/", &nobody}))["navigation"].size(), 1u);
    EXPECT_EQ((*navigation_.shown_to({sdk::Site::admin, "en", "/", nullptr}))["navigation"].size(), 1u);
    EXPECT_NE(first, shown("/plans"));
    EXPECT_NE(first, shown("/", "si"));
}

TEST_F(NavigationMenu, FollowsThePluginsAndTheTexts) {
    const auto first = shown();
    ++renderer_.theme;
    EXPECT_NE(first, shown());

    offer("money", "nav.coupons", "/coupons", "users.read");
    contribute();
    EXPECT_EQ((*shown())["navigation_sections"][1]["entries"].size(), 2u);
}

TEST_F(NavigationMenu, HoldsNothingThatPluginsContributed) {
    shown();
    const std::weak_ptr<const Contributions> gone = contributed_;
    contributed_.reset();

    EXPECT_TRUE(gone.expired());
}

}  // namespace
}  // namespace whatsflow::web
