// The program's commands as scripts use them: results on standard output, words on standard
// error, exit codes as promised.
#include "support/connection.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace whatsflow::testing {
namespace {

std::vector<std::string> here(const TemporaryFolder& folder, std::vector<std::string> words) {
    std::ofstream(folder.path() / "whatsflow.toml", std::ios::app);
    for (const std::string& word : {std::string("--data"), (folder.path() / "data").string(), std::string("--config"),
                                    (folder.path() / "whatsflow.toml").string()})
        words.push_back(word);
    return words;
}

TEST(CommandLine, WrongUsageIsTwoAndSaysWhatWasMeant) {
    const auto unknown = run_whatsflow({"serv"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_NE(unknown.err.find("serve"), std::string::npos) << unknown.err;
    EXPECT_TRUE(unknown.out.empty());
    EXPECT_EQ(run_whatsflow({"routes", "--jsom"}).exit_code, 2);
    EXPECT_EQ(run_whatsflow({"plugins", "check"}).exit_code, 2);
}

TEST(CommandLine, HelpAndVersionAreResults) {
    const auto help = run_whatsflow({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    for (const char* command : {"serve", "migrate", "config check", "plugins list", "routes", "events", "new", "doctor"})
        EXPECT_NE(help.out.find(command), std::string::npos) << command;
    EXPECT_EQ(run_whatsflow({"--version"}).exit_code, 0);
}

TEST(CommandLine, RoutesAreListedWithAPermissionEachAlsoWithoutAServer) {
    TemporaryFolder folder;
    const auto result = run_whatsflow(here(folder, {"routes", "--json"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto routes = nlohmann::json::parse(result.out);
    ASSERT_GT(routes.size(), 10u);
    for (const auto& route : routes) {
        for (const char* key : {"site", "method", "pattern", "permission", "plugin", "limits"})
            EXPECT_TRUE(route.contains(key)) << route;
        EXPECT_FALSE(route["permission"].get<std::string>().empty()) << route;
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "data")) << "listing changes nothing";
}

TEST(CommandLine, AWrongConfigNamesFileLineKeyAndRemedyAndNothingStarts) {
    TemporaryFolder folder;
    std::ofstream(folder.path() / "whatsflow.toml") << "[http]\nthreds = 4\n[sites.landing]\nport = \"many\"\n";
    const auto check = run_whatsflow(here(folder, {"config", "check"}));
    EXPECT_EQ(check.exit_code, 1);
    EXPECT_NE(check.err.find("whatsflow.toml:2"), std::string::npos) << check.err;
    EXPECT_NE(check.err.find("http.threads"), std::string::npos) << check.err;
    EXPECT_NE(check.err.find("sites.landing.port"), std::string::npos) << "all problems at once: " << check.err;
    const auto serve = run_whatsflow(here(folder, {"serve"}));
    EXPECT_EQ(serve.exit_code, 1);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "data" / "whatsflow.db"));
}

TEST(CommandLine, APluginsOwnSectionIsCheckedToo) {
    TemporaryFolder folder;
    std::ofstream(folder.path() / "whatsflow.toml") << "[plugins.landing]\ncompny_name = \"x\"\n";
    const auto check = run_whatsflow(here(folder, {"config", "check"}));
    EXPECT_EQ(check.exit_code, 1);
    EXPECT_NE(check.err.find("compny_name"), std::string::npos) << check.err;
}

TEST(CommandLine, TheDefaultConfigIsValidAndShownWithItsSources) {
    TemporaryFolder folder;
    EXPECT_EQ(run_whatsflow(here(folder, {"config", "check"})).exit_code, 0);
    const auto show = run_whatsflow(here(folder, {"config", "show"}), {{"WHATSFLOW__DATABASE__URL", "mysql://u:geheim@127.0.0.1:3306/w"}});
    EXPECT_EQ(show.exit_code, 0) << show.err;
    EXPECT_EQ(show.out.find("geheim"), std::string::npos);
    EXPECT_NE(show.out.find("5253"), std::string::npos);
}

TEST(CommandLine, MigrationsAreListedPrintedAndApplied) {
    TemporaryFolder folder;
    const auto status = run_whatsflow(here(folder, {"migrate", "--status", "--json"}));
    ASSERT_EQ(status.exit_code, 0) << status.err;
    const auto pending = nlohmann::json::parse(status.out);
    ASSERT_FALSE(pending.empty());
    const auto dry = run_whatsflow(here(folder, {"migrate", "--dry-run"}));
    EXPECT_EQ(dry.exit_code, 0) << dry.err;
    EXPECT_NE(dry.out.find("CREATE TABLE"), std::string::npos) << dry.out;
    EXPECT_EQ(nlohmann::json::parse(run_whatsflow(here(folder, {"migrate", "--status", "--json"})).out), pending)
        << "a dry run applies nothing";
    EXPECT_EQ(run_whatsflow(here(folder, {"migrate"})).exit_code, 0);
    const auto after = nlohmann::json::parse(run_whatsflow(here(folder, {"migrate", "--status", "--json"})).out);
    EXPECT_EQ(after.size(), pending.size());
    EXPECT_NE(after, pending);
}

TEST(CommandLine, EnablingAPluginChangesOnlyTheGivenFile) {
    TemporaryFolder folder;
    std::ofstream(folder.path() / "whatsflow.toml") << "# my notes\n[plugins]\ndirectories = [\"" WF_FIXTURE_PLUGINS "\"]\nenabled = [\"landing\"]\n";
    EXPECT_EQ(run_whatsflow(here(folder, {"plugins", "disable", "landing"})).exit_code, 0);
    std::ifstream stream(folder.path() / "whatsflow.toml");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_NE(text.find("# my notes"), std::string::npos);
    EXPECT_EQ(text.find("\"landing\""), std::string::npos) << text;
    EXPECT_EQ(run_whatsflow(here(folder, {"plugins", "enable", "no.such.plugin"})).exit_code, 1);
}

TEST(CommandLine, DoctorChecksTheInstallation) {
    TemporaryFolder folder;
    const auto result = run_whatsflow(here(folder, {"doctor", "--json"}),
                                      {{"WHATSFLOW__SITES__LANDING__PORT", std::to_string(free_port())},
                                       {"WHATSFLOW__SITES__APP__PORT", std::to_string(free_port())},
                                       {"WHATSFLOW__SITES__ADMIN__PORT", std::to_string(free_port())},
                                       {"WHATSFLOW__SITES__API__PORT", std::to_string(free_port())},
                                       {"WHATSFLOW__REALTIME__PORT", std::to_string(free_port())}});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    const auto findings = nlohmann::json::parse(result.out);
    EXPECT_GE(findings.size(), 6u);
    const auto broken = run_whatsflow(here(folder, {"doctor"}), {{"WHATSFLOW__DATABASE__URL", "mysql://u:p@127.0.0.1:1/x"}});
    EXPECT_EQ(broken.exit_code, 1) << broken.out;
}

TEST(CommandLine, ARunningServerAnswersForItself) {
    ServerProcess server({});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    const auto list = server.command({"plugins", "list", "--json"});
    ASSERT_EQ(list.exit_code, 0) << list.err;
    const auto plugins = nlohmann::json::parse(list.out);
    ASSERT_FALSE(plugins.empty());
    for (const auto& plugin : plugins) {
        for (const char* key : {"id", "version", "state", "provides", "needs", "reason", "directory"})
            EXPECT_TRUE(plugin.contains(key)) << plugin;
        if (plugin["id"] == "landing") {
            EXPECT_EQ(plugin["state"], "running") << plugin;
        }
    }
    const auto events = server.command({"events", "--json"});
    EXPECT_EQ(events.exit_code, 0) << events.err;
    EXPECT_TRUE(nlohmann::json::parse(events.out).is_array());
    EXPECT_EQ(server.stop(), 0);
    const auto stopped = nlohmann::json::parse(server.command({"plugins", "list", "--json"}).out);
    for (const auto& plugin : stopped) EXPECT_NE(plugin["state"], "running") << plugin;
}

}  // namespace
}  // namespace whatsflow::testing
