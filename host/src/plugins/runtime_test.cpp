// The life of well-behaved plugins: states, order, settings, routes that come and go.
#include "plugins/runtime_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::plugins::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(RuntimeTest, APluginStartsServesAndStops) {
    start({"works"});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(status_of("fixture.works").state, State::running);
    EXPECT_EQ(std::get<std::string>(visit("/hello").body()), "hello");

    runtime->stop_all();

    EXPECT_EQ(status_of("fixture.works").state, State::stopped);
    EXPECT_THAT(runtime->routes(), IsEmpty());
    EXPECT_THAT(runtime->commands(), IsEmpty());
}

TEST_F(RuntimeTest, APluginMayBeStoppedAndStartedAgainAndAgain) {
    start({"works"});
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(runtime->disable("fixture.works"));
        EXPECT_EQ(status_of("fixture.works").state, State::disabled);
        ASSERT_TRUE(runtime->enable("fixture.works"));
        EXPECT_EQ(visit("/hello").status(), 200);
    }
}

TEST_F(RuntimeTest, ARequestThatIsStillInFlightWhenAPluginStopsIsAnswered503) {
    start({"works"});
    const auto old_routes = runtime->routes();
    ASSERT_TRUE(runtime->disable("fixture.works"));

    const auto response = old_routes.front().route.handler(sdk::Request{});

    EXPECT_EQ(response.status(), 503);
    EXPECT_THAT(std::get<std::string>(response.body()), HasSubstr("plugin.unavailable"));
}

TEST_F(RuntimeTest, CommandsAndContributionsComeWithTheirPlugin) {
    start({"works"});

    const auto commands = runtime->commands();
    ASSERT_EQ(commands.size(), 1u);
    EXPECT_EQ(commands[0].plugin, "fixture.works");
    EXPECT_EQ(commands[0].command.run({}, {})->result.at("said"), "hello");
    const auto entries = runtime->contributions(sdk::NavigationEntry::kSlot, sdk::Site::landing);
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].plugin, "fixture.works");
}

TEST_F(RuntimeTest, NewSettingsAreTakenOverWhileRunningOrByANewStart) {
    start({"works"});

    ASSERT_TRUE(runtime->reconfigure("fixture.works", {{"greeting", "good morning"}}));
    EXPECT_EQ(std::get<std::string>(visit("/hello").body()), "good morning");
    ASSERT_TRUE(runtime->reconfigure("fixture.works", {{"greeting", "start me again"}}));
    EXPECT_EQ(std::get<std::string>(visit("/hello").body()), "start me again");
}

TEST_F(RuntimeTest, ChangesAreToldToWhoeverKeepsATableOfRoutes) {
    Options options = with({"works"});
    runtime = std::make_unique<Runtime>(platform(), options);
    std::vector<std::size_t> seen;
    runtime->on_changed([&] { seen.push_back(runtime->routes().size()); });

    ASSERT_TRUE(runtime->start_all());
    ASSERT_TRUE(runtime->disable("fixture.works"));

    EXPECT_THAT(seen, ElementsAre(1u, 0u));
}

TEST_F(RuntimeTest, AProviderStartsBeforeWhoeverNeedsIt) {
    start({"needs_clock", "provides_clock"});

    EXPECT_EQ(status_of("fixture.needs_clock").state, State::running) << status_of("fixture.needs_clock").reason;
    EXPECT_THAT(runtime->dependants("fixture.provides_clock"), ElementsAre("fixture.needs_clock"));
    EXPECT_THAT(status_of("fixture.needs_clock").needs, ElementsAre("fixture.clock/1"));
}

TEST_F(RuntimeTest, APluginThatOthersNeedIsNotDisabledUnderThem) {
    start({"needs_clock", "provides_clock"});

    const auto refused = runtime->disable("fixture.provides_clock");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "fixture.provides_clock is needed by fixture.needs_clock. Disable fixture.needs_clock first.");
    EXPECT_TRUE(runtime->disable("fixture.needs_clock"));
    EXPECT_TRUE(runtime->disable("fixture.provides_clock"));
    EXPECT_TRUE(services.list().empty());
}

TEST_F(RuntimeTest, AnEnabledPluginThatIsNowhereIsListedAsRefusedAndTheServerStarts) {
    Options options = with({"works"});
    options.enabled->push_back("com.acme.gone");

    start(options);

    EXPECT_TRUE(outcome);
    EXPECT_EQ(status_of("com.acme.gone").state, State::refused);
    EXPECT_EQ(status_of("com.acme.gone").reason, "com.acme.gone not loaded: not found in " + fixture("works").string() +
                                                     ". Install it there, or take it out of plugins.enabled.");
    EXPECT_EQ(status_of("fixture.works").state, State::running);
}

TEST_F(RuntimeTest, ARequiredPluginThatDoesNotRunKeepsTheServerFromStarting) {
    Options options = with({"returns_error_in_start"});
    options.required = {"fixture.returns_error_in_start"};

    start(options);

    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message, HasSubstr("The server does not start without fixture.returns_error_in_start"));
    EXPECT_THAT(outcome.error().message, HasSubstr("The account key is missing."));
}

TEST_F(RuntimeTest, WithoutAListBundledPluginsRunAndOthersAreDisabled) {
    Options options = with({"works", "provides_clock"});
    options.enabled.reset();

    start(options);

    EXPECT_EQ(status_of("fixture.works").state, State::running);
    EXPECT_EQ(status_of("fixture.provides_clock").state, State::disabled);
}

TEST_F(RuntimeTest, SafeModeStartsNothing) {
    Options options = with({"works"});
    options.safe_mode = true;

    start(options);

    EXPECT_TRUE(outcome);
    EXPECT_EQ(status_of("fixture.works").state, State::disabled);
}

TEST_F(RuntimeTest, ADigestThatIsRequiredMustBeInTheLockFile) {
    Options options = with({"works"});
    options.require_digest = true;
    options.lock_file = scratch.path / "plugins.lock";

    start(options);
    EXPECT_THAT(status_of("fixture.works").reason,
                HasSubstr("has no line for it. If you trust it, add: sum-of-fixture.works.so  fixture.works."));
    std::ofstream(options.lock_file) << "something-else  fixture.works\n";
    EXPECT_THAT(runtime->enable("fixture.works").error().message, HasSubstr("says something-else"));
    std::ofstream(options.lock_file) << "sum-of-fixture.works.so  fixture.works\n";
    EXPECT_TRUE(runtime->enable("fixture.works"));
}

TEST_F(RuntimeTest, EnablingAPluginThatIsNotInstalledSaysSo) {
    start({"works"});

    EXPECT_EQ(runtime->enable("com.acme.pay").error().message,
              "There is no plugin com.acme.pay in any of plugins.directories. Install it first.");
}

}  // namespace
}  // namespace whatsflow::plugins::testing
