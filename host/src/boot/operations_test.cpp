// What staff sees and changes of a core with one plugin in it.
#include "boot/operations.hpp"

#include "boot/core.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kPlugin = "fixture.works";

class RunningHost : public ::testing::Test {
protected:
    RunningHost() {
        fs::remove_all(folder);
        write("themes/test/theme.json", R"({"name":"test"})");
        for (const auto* site : {"landing", "app", "admin", "api"})
            write("themes/test/layouts/" + std::string(site) + ".mustache", "[{{{content_html}}}]");
        write("themes/test/locales/en.json", "{}");
    }
    ~RunningHost() override {
        core.reset();
        fs::remove_all(folder);
    }

    void write(const std::string& name, const std::string& text) {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << text;
    }

    /// Ends the core there is, as a restart does.
    sdk::Operations& start(const std::string& toml = "") {
        core.reset();
        auto configuration =
            config::load_text("[theme]\nname = \"test\"\n[log]\nfile = \"" + (folder / "log").string() + "\"\n" + toml,
                              {.file = (folder / "whatsflow.toml").string()});
        EXPECT_TRUE(configuration) << (configuration ? "" : configuration.error().message);
        fs::create_directories(folder / "data");
        const Installation installation{.bundled_plugins = fs::path(WF_FIXTURE_PLUGINS) / "works",
                                        .installed_plugins = folder / "none",
                                        .themes = folder / "themes",
                                        .migrations = fs::path(WF_SOURCE_DIR) / "migrations",
                                        .sdk = {}};
        auto made = Core::assemble(*configuration, {.installation = installation, .data = folder / "data"});
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        core = std::move(*made);
        EXPECT_TRUE(core->migrate_core());
        EXPECT_TRUE(core->start_plugins());
        return core->facilities().operations();
    }
    json plugin_row(sdk::Operations& operations) {
        const auto rows = *operations.plugins();
        for (const auto& row : rows)
            if (row["id"] == kPlugin) return row;
        return {};
    }
    std::string greeting() {
        for (const auto& registered : core->plugins().routes())
            if (registered.route.pattern == "/hello") return std::get<std::string>(registered.route.handler({}).body());
        return "nobody answers";
    }

    const fs::path folder =
        fs::path(::testing::TempDir()) /
        (std::string("running_host_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::unique_ptr<Core> core;
};

TEST_F(RunningHost, ShowsPluginsWithTheirSchemaAndSettings) {
    auto row = plugin_row(start());

    EXPECT_EQ(row["state"], "running");
    EXPECT_EQ(row["name"], "Works");
    EXPECT_EQ(row["status"], "experimental");
    EXPECT_EQ(row["faults"], 0);
    EXPECT_EQ(row["schema"]["properties"]["greeting"]["default"], "hello");
    EXPECT_EQ(row["settings"]["greeting"], "hello");
}

TEST_F(RunningHost, KeepsWhatIsSwitchedOffThroughARestart) {
    ASSERT_TRUE(start().disable_plugin(kPlugin));
    EXPECT_EQ(greeting(), "nobody answers");

    auto& again = start();
    EXPECT_EQ(plugin_row(again)["state"], "disabled");
    ASSERT_TRUE(again.enable_plugin(kPlugin));
    EXPECT_EQ(greeting(), "hello");

    EXPECT_EQ(plugin_row(start())["state"], "running");
    EXPECT_FALSE(fs::exists(folder / "whatsflow.toml"));
}

TEST_F(RunningHost, DoesNotSwitchOffWhatTheOperatorRequires) {
    auto& operations = start("[plugins]\nrequired = [\"fixture.works\"]\n");

    const auto done = operations.disable_plugin(kPlugin);

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "plugins.required");
    EXPECT_EQ(greeting(), "hello");
}

TEST_F(RunningHost, TakesSettingsOverAndKeepsThem) {
    auto& operations = start("[plugins.\"fixture.works\"]\ngreeting = \"of the file\"\n");
    EXPECT_EQ(greeting(), "of the file");

    ASSERT_TRUE(operations.configure_plugin(kPlugin, {{"greeting", "of staff"}}));
    EXPECT_EQ(greeting(), "of staff");
    EXPECT_EQ(plugin_row(operations)["settings"]["greeting"], "of staff");

    start("[plugins.\"fixture.works\"]\ngreeting = \"of the file\"\n");
    EXPECT_EQ(greeting(), "of staff");
    ASSERT_TRUE(core->facilities().operations().configure_plugin(kPlugin, json::object()));
    EXPECT_EQ(greeting(), "of the file");
}

TEST_F(RunningHost, RefusesSettingsThatDoNotFitByField) {
    auto& operations = start();

    const auto wrong = operations.configure_plugin(kPlugin, {{"greeting", 5}});
    const auto unknown = operations.configure_plugin(kPlugin, {{"greting", "x"}});
    const auto nobody = operations.configure_plugin("fixture.nobody", json::object());

    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, "config.invalid");
    ASSERT_FALSE(wrong.error().fields.empty());
    EXPECT_EQ(wrong.error().fields[0].field, "greeting");
    EXPECT_FALSE(unknown);
    EXPECT_EQ(nobody.error().code, "plugins.unknown");
    EXPECT_EQ(greeting(), "hello");
}

TEST_F(RunningHost, KeepsSwitchesWhenTheOperatorReloads) {
    auto& operations = start();
    ASSERT_TRUE(operations.configure_plugin(kPlugin, {{"greeting", "of staff"}}));
    auto fresh = config::load_text("[theme]\nname = \"test\"\n[plugins]\nenabled = [\"fixture.works\"]\n", {});
    ASSERT_TRUE(fresh);

    core->reload(*fresh);
    EXPECT_EQ(greeting(), "of staff");
    ASSERT_TRUE(operations.disable_plugin(kPlugin));
    core->reload(*fresh);

    EXPECT_EQ(plugin_row(operations)["state"], "disabled");
}

TEST_F(RunningHost, ShowsLogConfigurationAndHealth) {
    auto& operations = start("[redis]\nurl = \"\"\n");
    core->log("test").warn("something to see", {{"token", "hunter2"}, {"what", "a b"}});
    core->logs().flush();

    const auto lines = *operations.log_lines("warn", "SOMETHING", 10);
    const auto configuration = *operations.configuration();
    const auto health = *operations.health();

    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0]["message"], "something to see");
    EXPECT_EQ(lines[0]["source"], "test");
    EXPECT_EQ(lines[0]["fields"]["token"], "***");
    EXPECT_EQ(lines[0]["fields"]["what"], "a b");
    EXPECT_FALSE(operations.log_lines("loud", "", 10));
    EXPECT_EQ(configuration["theme.name"], "test");
    EXPECT_EQ(health["database"], "ok");
    EXPECT_EQ(health["nodes"], 1);
    EXPECT_EQ(health["redis"], "not used");
    EXPECT_GT(health["resident_bytes"], 0);
}

}  // namespace
}  // namespace whatsflow::boot
