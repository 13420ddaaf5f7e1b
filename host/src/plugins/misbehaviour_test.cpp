// One plugin, one way to misbehave: each time the server lives, the plugin is listed, and a
// sentence says what happened and what to do.
#include "plugins/runtime_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace whatsflow::plugins::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Misbehaviour : public RuntimeTest {
protected:
    std::string refusal_of(const std::string& name, const std::string& id) {
        start({name, "works"});
        EXPECT_TRUE(outcome);
        EXPECT_EQ(status_of("fixture.works").state, State::running) << "the others must not suffer";
        EXPECT_EQ(status_of(id).state, State::refused);
        return status_of(id).reason;
    }
    std::string refusal_of(const std::string& name) { return refusal_of(name, "fixture." + name); }

    /// A copy of a fixture that the test may damage.
    fs::path copy_of_works() {
        const auto folder = scratch.path / "plugins" / "fixture.works";
        fs::create_directories(folder.parent_path());
        fs::copy(fixture("works") / "fixture.works", folder, fs::copy_options::recursive);
        return folder;
    }
    std::string refusal_of_copy() {
        Options options;
        options.directories = {scratch.path / "plugins"};
        options.bundled_directory = options.directories.front();
        start(options);
        EXPECT_EQ(status_of("fixture.works").state, State::refused);
        return status_of("fixture.works").reason;
    }
    std::size_t places_where_it_is_found() const { return runtime->status().size(); }
};

TEST_F(Misbehaviour, AnExceptionInTheConstructorIsARefusal) {
    EXPECT_THAT(
        refusal_of("throws_in_constructor"),
        StartsWith("fixture.throws_in_constructor 1.0.0 not started: could not be created: no constructor today"));
}

TEST_F(Misbehaviour, AnExceptionInStartIsARefusalAndItsRoutesAreTakenBack) {
    EXPECT_THAT(refusal_of("throws_in_start"),
                HasSubstr("threw an exception in start(): the moon is in the wrong house"));
    for (const auto& route : runtime->routes()) EXPECT_NE(route.route.pattern, "/half");
}

TEST_F(Misbehaviour, AnErrorOfStartIsShownAsItIs) {
    EXPECT_THAT(refusal_of("returns_error_in_start"),
                HasSubstr("not started: The account key is missing. Set plugins.<id>.key."));
}

TEST_F(Misbehaviour, AStartThatHangsIsWrittenOff) {
    Options options = with({"hangs_in_start", "works"});
    options.start_timeout = std::chrono::milliseconds(200);

    start(options);

    EXPECT_EQ(status_of("fixture.works").state, State::running);
    EXPECT_THAT(status_of("fixture.hangs_in_start").reason,
                HasSubstr("start() did not return within 200 ms. Its code is left alone; restart the server to use the "
                          "plugin again."));
    EXPECT_EQ(runtime->enable("fixture.hangs_in_start").error().code, "plugins.stuck");
}

TEST_F(Misbehaviour, AStopThatHangsDoesNotKeepTheOthersFromStopping) {
    Options options = with({"hangs_in_stop", "works"});
    options.stop_timeout = std::chrono::milliseconds(200);
    start(options);

    runtime->stop_all();

    EXPECT_EQ(status_of("fixture.works").state, State::stopped);
    EXPECT_EQ(status_of("fixture.hangs_in_stop").state, State::refused);
    EXPECT_THAT(status_of("fixture.hangs_in_stop").reason, HasSubstr("is stuck: stop() did not return within 200 ms"));
}

TEST_F(Misbehaviour, ACallThatHangsLeavesThePluginStuckWhenItIsStopped) {
    Options options = with({"hangs_in_handler"});
    options.stop_timeout = std::chrono::milliseconds(200);
    start(options);
    const auto route = runtime->routes().front().route;
    std::atomic<bool> inside{false};
    std::thread([route, &inside] {
        inside = true;
        (void)route.handler(sdk::Request{});
    }).detach();
    ASSERT_TRUE(eventually([&] { return inside.load(); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // it is on its way in, and never comes out

    const auto disabled = runtime->disable("fixture.hangs_in_handler");

    ASSERT_FALSE(disabled);
    EXPECT_THAT(disabled.error().message, HasSubstr("a call into it did not come back within 200 ms"));
    EXPECT_THAT(runtime->routes(), IsEmpty());
}

TEST_F(Misbehaviour, AnExceptionInAPageIsA500ThatSaysNothingOfTheInside) {
    start({"throws_in_handler"});

    const auto response = visit("/boom");

    EXPECT_EQ(response.status(), 500);
    EXPECT_THAT(std::get<std::string>(response.body()), ::testing::Not(HasSubstr("the page is broken")));
    EXPECT_TRUE(log.contains("GET /boom: the page is broken"));
    EXPECT_EQ(status_of("fixture.throws_in_handler").faults, 1u);
}

TEST_F(Misbehaviour, AnIntThrownInAPageIsCaughtToo) {
    start({"throws_int_in_handler"});

    EXPECT_EQ(visit("/boom").status(), 500);
    EXPECT_TRUE(log.contains("threw something that is not a std::exception"));
}

TEST_F(Misbehaviour, FiveFaultsInAMinuteAreAQuarantine) {
    std::atomic<bool> told{false};
    auto ear = bus.subscribe("platform.plugin_quarantined/1", {}, [&](const auto& envelope) {
        told = envelope->json().at("plugin") == "fixture.throws_in_handler";
    });
    start({"throws_in_handler"});
    const auto route = runtime->routes().front().route;

    for (int i = 0; i < 5; ++i) EXPECT_EQ(route.handler(sdk::Request{}).status(), 500);

    ASSERT_TRUE(eventually([&] { return status_of("fixture.throws_in_handler").state == State::quarantined; }));
    EXPECT_EQ(
        status_of("fixture.throws_in_handler").reason,
        "fixture.throws_in_handler 1.0.0 was taken out of service after 5 faults in 60 s, the last one: GET /boom: "
        "the page is broken. Look at the log, then enable it again.");
    EXPECT_EQ(status_of("fixture.throws_in_handler").faults, 5u);
    EXPECT_EQ(route.handler(sdk::Request{}).status(), 503);
    EXPECT_TRUE(eventually([&] { return told.load(); }));
    EXPECT_TRUE(runtime->enable("fixture.throws_in_handler"));
}

TEST_F(Misbehaviour, AnEventHandlerThatThrowsIsTheSubscribersFault) {
    start({"throws_in_event"});
    sdk::Envelope tick;
    tick.type = {"test.tick", 1};

    ASSERT_TRUE(bus.publish(tick));

    EXPECT_TRUE(eventually([&] { return status_of("fixture.throws_in_event").faults == 1; }));
    EXPECT_TRUE(eventually([&] { return log.contains("event test.tick/1: deaf"); }));
}

TEST_F(Misbehaviour, AMissingSymbolIsFoundAtLoadAndNotAtTheFirstCall) {
    EXPECT_THAT(refusal_of("unresolved_symbol"),
                AllOf(HasSubstr("undefined symbol"), HasSubstr("nobody_has_this_function"),
                      HasSubstr("Rebuild it against this host's SDK")));
}

TEST_F(Misbehaviour, AnotherEpochIsRefused) {
    EXPECT_THAT(refusal_of("wrong_epoch"),
                HasSubstr("built for plugin ABI 2, this host speaks ABI 1. Rebuild it with find_package(WhatsFlowSDK"));
}

TEST_F(Misbehaviour, AnotherFingerprintIsRefusedWithTheWordsThatDiffer) {
    EXPECT_THAT(refusal_of("wrong_fingerprint"),
                HasSubstr("its build does not fit this host: +stl-debug only in the plugin. The plugin is \""));
}

TEST_F(Misbehaviour, AnotherIdInTheLibraryIsRefused) {
    EXPECT_THAT(refusal_of("wrong_id"), HasSubstr("plugin.json says fixture.wrong_id 1.0.0, the library says "
                                                  "fixture.somebody_else 1.0.0. Install both from one build."));
}

TEST_F(Misbehaviour, AShortDescriptorIsRefused) {
    EXPECT_THAT(refusal_of("short_descriptor"), HasSubstr("its descriptor has 16 bytes, this host needs"));
}

TEST_F(Misbehaviour, AnObjectThatIsNotCreatedIsRefused) {
    EXPECT_THAT(refusal_of("create_returns_null"), HasSubstr("could not be created: no reason given"));
}

TEST_F(Misbehaviour, ALibraryWithoutAnEntryIsRefused) {
    EXPECT_THAT(refusal_of("no_entry"), HasSubstr("its library does not export wf_plugin_entry_v1. Export the plugin "
                                                  "with WHATSFLOW_PLUGIN()"));
}

TEST_F(Misbehaviour, AnotherSdkIsRefusedBeforeTheLibraryIsOpened) {
    EXPECT_THAT(refusal_of("wrong_sdk"), HasSubstr("needs SDK >=7, this host speaks sdk-"));
}

TEST_F(Misbehaviour, ABuildAgainstOtherHeadersIsRefusedBeforeTheLibraryIsOpened) {
    const auto folder = copy_of_works();
    auto manifest = nlohmann::json::parse(read_text(folder / "plugin.json"));
    manifest["build"]["digest"] = "81d0aa000000";
    std::ofstream(folder / "plugin.json") << manifest;
    std::ofstream(folder / "fixture.works.so") << "not even a library";

    EXPECT_THAT(refusal_of_copy(), AllOf(HasSubstr("built with SDK headers sdk-81d0aa000000, this host speaks sdk-"),
                                         HasSubstr("Rebuild it with find_package(WhatsFlowSDK"),
                                         EndsWith("File: " + (folder / "fixture.works.so").string())));
}

TEST_F(Misbehaviour, AManifestWithoutABuildStampIsRefused) {
    const auto folder = copy_of_works();
    auto manifest = nlohmann::json::parse(read_text(folder / "plugin.json"));
    manifest.erase("build");
    std::ofstream(folder / "plugin.json") << manifest;

    EXPECT_THAT(refusal_of_copy(), HasSubstr("plugin.json has no build stamp"));
}

TEST_F(Misbehaviour, ABadManifestIsRefusedByItsKey) {
    EXPECT_THAT(refusal_of("bad_manifest"), HasSubstr("\"version\" is \"one\"; it must look like \"1.4.0\". File: "));
}

TEST_F(Misbehaviour, AnUnknownKeyInTheManifestIsRefused) {
    EXPECT_THAT(refusal_of("unknown_manifest_key"), HasSubstr("the key \"permisions\" is unknown"));
}

TEST_F(Misbehaviour, AManifestThatIsNotJsonIsRefusedUnderTheNameOfItsFolder) {
    const auto folder = copy_of_works();
    std::ofstream(folder / "plugin.json") << "{ \"id\": ";

    EXPECT_THAT(refusal_of_copy(), AllOf(HasSubstr("it is not valid JSON"), HasSubstr("plugin.json")));
}

TEST_F(Misbehaviour, AnIdThatIsFoundTwiceIsRefusedInBothPlaces) {
    start({"duplicate_id_a", "duplicate_id_b"});

    ASSERT_EQ(places_where_it_is_found(), 2u);
    for (const auto& status : runtime->status()) {
        EXPECT_EQ(status.state, State::refused);
        EXPECT_THAT(status.reason, AllOf(HasSubstr("fixture.duplicate not loaded: found more than once, in "),
                                         HasSubstr("Remove all but one")));
    }
}

TEST_F(Misbehaviour, AMissingLibraryIsRefused) {
    fs::remove(copy_of_works() / "fixture.works.so");

    EXPECT_THAT(refusal_of_copy(),
                AllOf(HasSubstr("its library "), HasSubstr(" is missing. Install the plugin again.")));
}

TEST_F(Misbehaviour, ALibraryThatEverybodyMayWriteToIsRefused) {
    const auto library = copy_of_works() / "fixture.works.so";
    fs::permissions(library, fs::perms::others_write, fs::perm_options::add);

    EXPECT_THAT(refusal_of_copy(), HasSubstr("can be written by everybody. Run: chmod o-w " + library.string()));
}

TEST_F(Misbehaviour, AFolderThatEverybodyMayWriteToIsRefused) {
    fs::permissions(copy_of_works(), fs::perms::others_write, fs::perm_options::add);

    EXPECT_THAT(refusal_of_copy(), HasSubstr("can be written by everybody."));
}

TEST_F(Misbehaviour, ADirectoryOfPluginsThatEverybodyMayWriteToIsRefused) {
    fs::permissions(copy_of_works().parent_path(), fs::perms::others_write, fs::perm_options::add);

    EXPECT_THAT(refusal_of_copy(), HasSubstr("can be written by everybody."));
}

TEST_F(Misbehaviour, ALinkedLibraryOutsideOfTheFolderIsRefused) {
    const auto library = copy_of_works() / "fixture.works.so";
    fs::remove(library);
    fs::create_symlink(fixture("works") / "fixture.works" / "fixture.works.so", library);

    EXPECT_THAT(refusal_of_copy(), HasSubstr("a symbolic link leads out of its folder"));
}

TEST_F(Misbehaviour, ALinkedFolderOutsideOfTheDirectoryIsRefused) {
    fs::create_directories(scratch.path / "plugins");
    fs::create_symlink(fixture("works") / "fixture.works", scratch.path / "plugins" / "fixture.works");

    EXPECT_THAT(refusal_of_copy(), HasSubstr("is a symbolic link out of"));
}

TEST_F(Misbehaviour, ALibraryOfAStrangerIsRefused) {
    ASSERT_EQ(::geteuid(), 0u) << "This test gives a file away, which only root can: run the tests as root.";
    const auto library = copy_of_works() / "fixture.works.so";
    ASSERT_EQ(::chown(library.c_str(), 12345, 12345), 0);

    EXPECT_THAT(refusal_of_copy(), HasSubstr("belongs to user 12345"));
}

TEST_F(Misbehaviour, CodeThatWasReplacedWhileTheServerRunsAsksForARestart) {
    const auto folder = copy_of_works();
    Options options;
    options.directories = {scratch.path / "plugins"};
    options.bundled_directory = options.directories.front();
    start(options);
    ASSERT_TRUE(runtime->disable("fixture.works"));
    auto manifest = nlohmann::json::parse(read_text(folder / "plugin.json"));
    manifest["version"] = "1.1.0";
    std::ofstream(folder / "plugin.json") << manifest;

    EXPECT_THAT(runtime->enable("fixture.works").error().message,
                HasSubstr("version 1.0.0 of it is loaded already, and code is never replaced in a running server."));
}

TEST_F(Misbehaviour, WhatAPluginLeavesBehindIsTakenBack) {
    start({"leaks_subscription"});
    ASSERT_EQ(bus.subscription_count(), 1u);

    ASSERT_TRUE(runtime->disable("fixture.leaks_subscription"));

    EXPECT_EQ(bus.subscription_count(), 0u);
    sdk::Envelope tick;
    tick.type = {"test.tick", 1};
    ASSERT_TRUE(bus.publish(tick));
    EXPECT_TRUE(bus.drain(std::chrono::seconds(5)));
}

TEST_F(Misbehaviour, AFloodIsBoundedAndACircleOfEventsEnds) {
    start({"floods_events"});

    EXPECT_EQ(visit("/flood").status(), 200);

    EXPECT_TRUE(bus.drain(std::chrono::seconds(20)));
    EXPECT_TRUE(log.contains("events cause each other without end"));
    EXPECT_TRUE(log.contains("fixture.floods_events: fixture.ping/1 > fixture.floods_events: fixture.ping/1"));
}

TEST_F(Misbehaviour, AServiceThatNobodyProvidesIsNamed) {
    EXPECT_EQ(
        refusal_of("needs_missing_service"),
        "fixture.needs_missing_service not started: needs fixture.nowhere/1, which no plugin that can run provides. "
        "Enable a plugin that provides it, or disable fixture.needs_missing_service.");
}

TEST_F(Misbehaviour, ACircleIsSpelledOut) {
    start({"cycle_a", "cycle_b", "works"});

    for (const auto* id : {"fixture.cycle_a", "fixture.cycle_b"})
        EXPECT_THAT(status_of(id).reason, HasSubstr("the plugins need each other in a circle: fixture.cycle_a needs "
                                                    "fixture.b/1 from fixture.cycle_b, which needs fixture.a/1 from "
                                                    "fixture.cycle_a. Disable one of them"));
    EXPECT_EQ(status_of("fixture.works").state, State::running);
}

TEST_F(Misbehaviour, ASchemaThatIsNoneIsRefused) {
    EXPECT_THAT(refusal_of("bad_config_schema"), HasSubstr("config.schema.json is not a JSON Schema of an object"));
}

TEST_F(Misbehaviour, AMigrationThatFailsKeepsThePluginFromStarting) {
    EXPECT_THAT(refusal_of("bad_migration"), HasSubstr("Migration 0001_create_nothing.sql failed. Repair it."));
}

TEST_F(Misbehaviour, TemplatesThatDoNotCompileKeepThePluginFromStarting) {
    broken_views = "fixture.needs_clock";
    start({"needs_clock", "provides_clock"});

    EXPECT_EQ(status_of("fixture.needs_clock").state, State::refused);
    EXPECT_THAT(status_of("fixture.needs_clock").reason, HasSubstr("Template home.mustache does not compile."));
}

TEST_F(Misbehaviour, FaultsFromOutsideTheGateCount) {
    start({"works"});
    for (int i = 0; i < 5; ++i) runtime->report_fault("fixture.works", "a page took longer than 10 s");

    EXPECT_TRUE(eventually([&] { return status_of("fixture.works").state == State::quarantined; }));
    EXPECT_THAT(status_of("fixture.works").reason, HasSubstr("a page took longer than 10 s"));
}

}  // namespace
}  // namespace whatsflow::plugins::testing
