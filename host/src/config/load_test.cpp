#include "config/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

sdk::Result<Configuration> from(std::string_view toml, Environment environment = {}) {
    return load_text(toml, {.file = "config/whatsflow.toml", .environment = std::move(environment)});
}

std::string complaint(std::string_view toml, Environment environment = {}) {
    const auto result = from(toml, std::move(environment));
    return result ? "" : result.error().message;
}

TEST(Configuration, AnEmptyFileMeansTheDefaults) {
    const auto configuration = from("");

    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->sites.bind, "127.0.0.1");
    EXPECT_EQ(configuration->sites.landing.port, 5253);
    EXPECT_EQ(configuration->sites.app.port, 2153);
    EXPECT_EQ(configuration->sites.admin.port, 5153);
    EXPECT_EQ(configuration->sites.api.port, 2152);
    EXPECT_EQ(configuration->realtime_port, 2154);
    EXPECT_EQ(configuration->sites.app.url, "http://localhost:2153");
    EXPECT_EQ(configuration->database.url, "sqlite:whatsflow.db");
    EXPECT_TRUE(configuration->database.migrate_at_start);
    EXPECT_EQ(configuration->mail.transport, MailSettings::Transport::mailbox);
    EXPECT_FALSE(configuration->plugins.enabled);
    EXPECT_GE(configuration->http.threads, 1U);
    EXPECT_GE(configuration->http.workers, 1U);
    EXPECT_FALSE(configuration->production);
}

TEST(Configuration, AMissingFileMeansTheDefaultsUnlessItWasNamed) {
    EXPECT_TRUE(load({.file = "/does/not/exist.toml"}));

    const auto named = load({.file = "/does/not/exist.toml", .must_exist = true});
    ASSERT_FALSE(named);
    EXPECT_THAT(named.error().message, HasSubstr("/does/not/exist.toml"));
}

TEST(Configuration, AnUnknownKeyIsNamedWithItsPlaceAndTheNearestKnownOne) {
    EXPECT_EQ(complaint("[log]\nlevel = \"info\"\n[http]\nthreds = 4\n"),
              "config/whatsflow.toml:4: http.threds is not a known key; did you mean http.threads?");
}

TEST(Configuration, AnUnknownSectionIsAnError) {
    EXPECT_THAT(complaint("[qqqqqqqqqqqqqqq]\nx = 1\n"), HasSubstr("whatsflow.toml:1: qqqqqqqqqqqqqqq is not a known"));
}

TEST(Configuration, AValueWhereASectionBelongsIsAnError) {
    EXPECT_THAT(complaint("http = 3\n"), HasSubstr("whatsflow.toml:1: http is a section"));
}

TEST(Configuration, AWrongTypeSaysWhatItHasToBe) {
    EXPECT_EQ(complaint("[sites.app]\nport = \"2153\"\n"),
              "config/whatsflow.toml:2: sites.app.port must be a whole number from 1 to 65535; it is \"2153\"");
}

TEST(Configuration, PortsAreCheckedForTheirRange) {
    EXPECT_THAT(complaint("[sites.app]\nport = 65536\n"), HasSubstr("must be a whole number from 1 to 65535"));
    EXPECT_THAT(complaint("[sites.app]\nport = 0\n"), HasSubstr("must be a whole number from 1 to 65535"));
}

TEST(Configuration, AllProblemsAreToldAtOnceEachOnItsLine) {
    const auto message = complaint("[http]\nthreds = 4\nqueue = \"x\"\n[log]\nlevel = \"loud\"\n");

    EXPECT_EQ(std::ranges::count(message, '\n'), 2);
    EXPECT_THAT(message, HasSubstr(":2: http.threds"));
    EXPECT_THAT(message, HasSubstr(":3: http.queue"));
    EXPECT_THAT(message, HasSubstr(":5: log.level must be one of trace, debug, info, warn, error"));
}

TEST(Configuration, WhatIsNotTomlNamesTheLine) {
    EXPECT_THAT(complaint("[log]\nlevel = = 3\n"), HasSubstr("config/whatsflow.toml:2: this is not TOML"));
}

TEST(Configuration, TheEnvironmentWinsOverTheFile) {
    const auto configuration =
        from("[sites.landing]\nport = 7000\n", {{"WHATSFLOW__SITES__LANDING__PORT", "6253"}, {"HOME", "/root"}});

    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->sites.landing.port, 6253);
    EXPECT_EQ(configuration->sources.at("sites.landing.port"), Source::environment);
    EXPECT_EQ(configuration->sources.at("sites.app.port"), Source::standard);
}

TEST(Configuration, AnOverrideIsReadByTheTypeOfItsKey) {
    const auto configuration = from("", {{"WHATSFLOW__MAIL__FROM", "1212345"},
                                         {"WHATSFLOW__PLUGINS__ENABLED", R"(["app","admin"])"},
                                         {"WHATSFLOW__PLUGINS__REQUIRE_DIGEST", "true"}});

    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->mail.from, "1212345");
    EXPECT_THAT(*configuration->plugins.enabled, ElementsAre("app", "admin"));
    EXPECT_TRUE(configuration->plugins.require_digest);
}

TEST(Configuration, AnOverrideOfTheWrongTypeIsAnError) {
    EXPECT_THAT(complaint("", {{"WHATSFLOW__SITES__APP__PORT", "many"}}),
                HasSubstr("WHATSFLOW__SITES__APP__PORT: sites.app.port must be a whole number"));
    EXPECT_THAT(complaint("", {{"WHATSFLOW__PLUGINS__ENABLED", "app"}}), HasSubstr("written as JSON"));
}

TEST(Configuration, AMistypedOverrideIsAnErrorWithTheNearestName) {
    EXPECT_THAT(complaint("", {{"WHATSFLOW__SITES__LANDING__PROT", "1"}}),
                HasSubstr("did you mean WHATSFLOW__SITES__LANDING__PORT?"));
}

TEST(Configuration, AHostnameMayBeOneOrAList) {
    const auto configuration = from(
        "[sites.app]\nhostname = [\"App.Example.com\", \"a.example.com\"]\n"
        "[sites.admin]\nhostname = \"admin.example.com\"\n");

    ASSERT_TRUE(configuration);
    EXPECT_THAT(configuration->sites.app.hostnames, ElementsAre("app.example.com", "a.example.com"));
    EXPECT_EQ(configuration->sites.app.url, "http://app.example.com:2153");
    EXPECT_THAT(configuration->sites.admin.hostnames, ElementsAre("admin.example.com"));
}

TEST(Configuration, AnAddressAlsoNamesTheHost) {
    const auto configuration = from("[sites.app]\nurl = \"https://app.example.com:8443/\"\n");

    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->sites.app.url, "https://app.example.com:8443");
    EXPECT_EQ(configuration->sites.app.hostnames.front(), "app.example.com");
}

TEST(Configuration, SitesOnOnePortAreToldApartByName) {
    const auto configuration = from("[sites.landing]\nport = 8080\n[sites.app]\nport = 8080\n");

    ASSERT_TRUE(configuration);
    EXPECT_THAT(configuration->sites.app.hostnames, ElementsAre("app.localhost"));
    EXPECT_EQ(configuration->sites.landing.hostnames.front(), "localhost");

    EXPECT_THAT(
        complaint("[sites.landing]\nport = 80\nhostname = \"a.b\"\n[sites.app]\nport = 80\nhostname = \"a.b\"\n"),
        HasSubstr("sites.landing and sites.app share port 80 and the name a.b"));
}

TEST(Configuration, RealtimeNeedsAPortOfItsOwn) {
    EXPECT_THAT(complaint("[realtime]\nport = 2153\n"), HasSubstr("realtime.port and sites.app.port are both 2153"));
}

TEST(Configuration, SmtpNeedsAServer) {
    EXPECT_THAT(complaint("[mail]\ntransport = \"smtp\"\n"), HasSubstr("mail.smtp_url is empty"));
}

TEST(Configuration, ASecretMayComeFromTheEnvironment) {
    const auto configuration = from("[database]\nurl = { env = \"DB\" }\n", {{"DB", "mysql://u:p@localhost:3306/wf"}});

    ASSERT_TRUE(configuration);
    EXPECT_EQ(configuration->database.url, "mysql://u:p@localhost:3306/wf");
    EXPECT_THAT(complaint("[database]\nurl = { env = \"DB\" }\n"), HasSubstr("variable DB is not set"));
}

TEST(Configuration, AMessageNeverHoldsASecret) {
    EXPECT_THAT(complaint("[database]\nurl = [\"hunter2\"]\n"), Not(HasSubstr("hunter2")));
    EXPECT_THAT(complaint("[database]\nurl = \"hunter2\"\n"), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace whatsflow::config
