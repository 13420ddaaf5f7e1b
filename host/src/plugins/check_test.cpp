// `plugins check`: whatever the plugin does while it is loaded, the one who asked lives on.
#include "plugins/check.hpp"

#include "plugins/runtime_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::plugins::testing {
namespace {

using ::testing::HasSubstr;

fs::path folder_of(const std::string& name) {
    return fixture(name) / ("fixture." + name);
}

TEST(Check, AGoodPluginIsToldByItsFolderItsLibraryOrItsManifest) {
    for (const auto* file : {"", "fixture.works.so", "plugin.json"}) {
        const auto report = check(folder_of("works") / file);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->manifest.id, "fixture.works");
        EXPECT_THAT(report->sentence, HasSubstr("fixture.works 1.0.0 can be loaded by this host"));
    }
}

TEST(Check, ALibraryThatCrashesAtLoadIsASentence) {
    const auto report = check(folder_of("crashes_at_load"));

    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("fixture.crashes_at_load 1.0.0 would not be loaded: it "));
}

TEST(Check, EveryRefusalOfTheLoaderIsToldHereToo) {
    EXPECT_THAT(check(folder_of("unresolved_symbol")).error().message, HasSubstr("nobody_has_this_function"));
    EXPECT_THAT(check(folder_of("wrong_epoch")).error().message, HasSubstr("built for plugin ABI 2"));
    EXPECT_THAT(check(folder_of("throws_in_constructor")).error().message, HasSubstr("no constructor today"));
    EXPECT_THAT(check(folder_of("wrong_sdk")).error().message, HasSubstr("needs SDK >=7"));
    EXPECT_THAT(check(folder_of("bad_manifest")).error().message, HasSubstr("\"version\" is \"one\""));
}

TEST(Check, AFolderThatIsNoPluginAndAPathThatIsNothingAreTold) {
    Scratch scratch;

    EXPECT_THAT(check(scratch.path).error().message, HasSubstr("there is no plugin.json in"));
    EXPECT_THAT(check(scratch.path / "nothing").error().message, HasSubstr("There is nothing at"));
}

}  // namespace
}  // namespace whatsflow::plugins::testing
