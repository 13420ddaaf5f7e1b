// What the plugin registers with a host: the addresses outsiders rely on, who may call them,
// and how they are kept from being a burden.
#include "landing_plugin.hpp"

#include <whatsflow/sdk/demo_data.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::landing {
namespace {

using nlohmann::json;
using sdk::Method;
using sdk::testing::FakeHost;

constexpr const char* kFolder = WF_SOURCE_DIR "/plugins/landing";

class LandingRoutes : public ::testing::Test {
protected:
    void SetUp() override {
        const auto schema = json::parse(std::ifstream(std::string(kFolder) + "/config.schema.json"));
        json settings;
        for (const auto& [name, property] : schema.at("properties").items()) settings[name] = property.at("default");
        const auto started = plugin_.start(host_, sdk::Config(settings));
        ASSERT_TRUE(started) << started.error().message;
    }

    void TearDown() override {
        plugin_.stop();
        host_.withdraw_all();
    }

    /// The one route of this method and pattern.
    sdk::Route route(Method method, const std::string& pattern) const {
        for (auto& each : host_.routes())
            if (each.method == method && each.pattern == pattern) return each;
        ADD_FAILURE() << pattern << " is not registered";
        return sdk::get(sdk::Site::landing, pattern, sdk::Permission::named("nobody.has_this"), {});
    }

    FakeHost host_{"landing", kFolder};
    LandingPlugin plugin_;
};

TEST_F(LandingRoutes, EveryAddressOfTheSiteIsThereForEverybody) {
    for (const char* path : {"/", "/features", "/pricing", "/about", "/contact", "/terms", "/privacy", "/cookies",
                             "/refunds", "/sitemap.xml", "/robots.txt", "/signup", "/cookies/consent"})
        EXPECT_EQ(route(Method::get, path).permission.text(), "public") << path;
    for (const char* path : {"/contact", "/cookies/consent"})
        EXPECT_EQ(route(Method::post, path).permission.text(), "public") << path;
}

TEST_F(LandingRoutes, AllOfThemAreOfTheLandingSiteAndSayWhatTheyAreFor) {
    for (const auto& each : host_.routes()) {
        EXPECT_EQ(each.site, sdk::Site::landing) << each.pattern;
        EXPECT_EQ(each.permission.text(), "public") << each.pattern;
        EXPECT_FALSE(each.summary.empty()) << each.pattern;
    }
}

TEST_F(LandingRoutes, PagesThatAreTheSameForEverybodyAreShared) {
    for (const char* path : {"/", "/features", "/pricing", "/about", "/terms", "/privacy", "/cookies", "/refunds"})
        EXPECT_EQ(route(Method::get, path).caching, sdk::Caching::shared) << path;
}

TEST_F(LandingRoutes, PagesWithATokenOfTheVisitorAreNot) {
    for (const char* path : {"/contact", "/cookies/consent"})
        EXPECT_EQ(route(Method::get, path).caching, sdk::Caching::none) << path;
}

TEST_F(LandingRoutes, FormsAreSmallRareAndNeedATokenOfTheVisitor) {
    const auto contact = route(Method::post, "/contact");
    EXPECT_EQ(contact.limits.rate_class, sdk::RateClass::login);
    EXPECT_LE(contact.limits.body_bytes, 32U * 1024);
    for (const char* path : {"/contact", "/cookies/consent"})
        EXPECT_EQ(route(Method::post, path).csrf, sdk::Csrf::required) << path;
}

TEST_F(LandingRoutes, SignUpLeadsToTheAppWithEverythingItNeeds) {
    const auto answer = host_.call(Method::get, "/signup?plan=pro&interval=year&utm_source=ad&next=//evil.example");

    EXPECT_EQ(answer.status(), 303);
    EXPECT_EQ(answer.headers().find("Location"), "https://app.test/signup?plan=pro&interval=year&utm_source=ad");
}

TEST_F(LandingRoutes, SignInLeadsToTheAppWhateverItIsAskedWith) {
    const auto answer = host_.call(Method::get, "/login?next=//evil.example");

    EXPECT_EQ(answer.status(), 303);
    EXPECT_EQ(answer.headers().find("Location"), "https://app.test/login");
}

TEST_F(LandingRoutes, EveryPageAnswersWithoutADatabase) {
    for (const auto& each : host_.routes()) {
        if (each.method != Method::get || each.pattern == "/signup" || each.pattern == "/login") continue;
        EXPECT_EQ(host_.call(Method::get, each.pattern).status(), 200) << each.pattern;
    }
}

TEST_F(LandingRoutes, AMessageThatCannotBeKeptIsNotCalledSent) {
    sdk::Fields form;
    const auto started = std::to_string(sdk::to_micros(host_.clock().now()) / 1000);
    host_.advance(std::chrono::seconds(10));
    sdk::testing::CallOptions options;
    options.headers.add("Content-Type", "application/x-www-form-urlencoded");
    options.body =
        "name=Anna&email=anna%40flowers.example&topic=sales&message=Which+plan+fits+us%3F&started=" + started;

    EXPECT_EQ(host_.call(Method::post, "/contact", options).status(), 503);
}

TEST_F(LandingRoutes, DemonstrationDataIsOfferedUnderThePluginsName) {
    EXPECT_EQ(host_.find_services(sdk::DemoData::kId, {{"plugin", "landing"}}).size(), 1U);
}

TEST_F(LandingRoutes, NothingIsLeftWhenItHasStopped) {
    plugin_.stop();
    host_.withdraw_all();

    EXPECT_TRUE(host_.routes().empty());
}

}  // namespace
}  // namespace whatsflow::landing
