// Starting, reloading, draining, crashing and coming back.
#include "support/connection.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <thread>

namespace whatsflow::testing {
namespace {

using namespace std::chrono_literals;

TEST(Life, ATakenPortIsOneClearSentence) {
    ServerProcess first({});
    ASSERT_TRUE(first.wait_until_ready()) << first.log();
    ServerProcess second({.environment = {{"WHATSFLOW__SITES__LANDING__PORT", std::to_string(first.landing())}}});
    EXPECT_EQ(second.wait_for_end(), 1);
    EXPECT_NE(second.log().find(std::to_string(first.landing())), std::string::npos) << second.log();
    EXPECT_EQ(get(first.landing(), "/").status, 200);
}

TEST(Life, TwoServersDoNotShareADataFolder) {
    ServerProcess first({});
    ASSERT_TRUE(first.wait_until_ready()) << first.log();
    const auto second = run_whatsflow({"serve", "--data", first.data(), "--config", first.config_file()});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_NE(second.err.find("already uses the data folder"), std::string::npos) << second.err;
}

TEST(Life, SurvivesBeingKilledAndStartsAgainOnTheSameData) {
    ServerProcess server({});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    server.signal(SIGKILL);
    server.wait_for_end();
    server.start();
    EXPECT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_EQ(get(server.landing(), "/contact").status, 200);
}

TEST(Life, ABrokenThemeIsNamedWithFileAndLineAndNothingStarts) {
    TemporaryFolder themes;
    std::filesystem::copy(WF_THEME, themes.path() / "broken", std::filesystem::copy_options::recursive);
    std::ofstream(themes.path() / "broken" / "pages" / "error.mustache") << "<p>{{#open}}</p>\n";
    ServerProcess server({.config = "[theme]\nname = \"broken\"\ndirectory = \"" + themes.path().string() + "\"\n"});
    EXPECT_EQ(server.wait_for_end(), 1);
    EXPECT_NE(server.log().find("error.mustache:1"), std::string::npos) << server.log();
}

TEST(Life, DrainsOnTermination) {
    ServerProcess server({});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    // An idle kept-alive connection must not hold the server up.
    Connection idle(server.landing());
    idle.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(idle.read_answer().status, 200);
    EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST(Life, AReloadEnablesAndDisablesPluginsAndKeepsServing) {
    const std::string directories = "[plugins]\ndirectories = [\"" WF_FIXTURE_PLUGINS "/works\"]\n";
    ServerProcess server({.config = directories + "enabled = []\n"});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_EQ(get(server.landing(), "/hello").status, 404);

    std::ofstream(server.config_file()) << directories << "enabled = [\"fixture.works\"]\n";
    server.signal(SIGHUP);
    const auto until = std::chrono::steady_clock::now() + 10s;
    int status = 0;
    while (status != 200 && std::chrono::steady_clock::now() < until) {
        status = get(server.landing(), "/hello").status;
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(status, 200) << server.log();

    std::ofstream(server.config_file()) << directories << "enabled = []\n";
    server.signal(SIGHUP);
    while (status != 404 && std::chrono::steady_clock::now() < until) {
        status = get(server.landing(), "/hello").status;
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(status, 404);
}

TEST(Life, ABadConfigAtReloadChangesNothing) {
    ServerProcess server({});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    std::ofstream(server.config_file()) << "[http]\nthreds = 4\n";
    server.signal(SIGHUP);
    EXPECT_TRUE(server.wait_for_log("http.threads")) << server.log();
    EXPECT_EQ(get(server.landing(), "/").status, 200);
}

TEST(Life, SafeModeStartsTheCoreOnly) {
    ServerProcess server({.arguments = {"--safe"}});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_EQ(get(server.landing(), "/healthz").status, 200);
    EXPECT_EQ(get(server.landing(), "/features").status, 404);
    const auto list = nlohmann::json::parse(server.command({"plugins", "list", "--json"}).out);
    for (const auto& plugin : list) EXPECT_NE(plugin["state"], "running") << plugin;
}

TEST(Life, OnePortServesAllSitesByHostName) {
    const std::string port = std::to_string(free_port());
    const std::map<std::string, std::string> ports{{"WHATSFLOW__SITES__LANDING__PORT", port},
                                                   {"WHATSFLOW__SITES__APP__PORT", port},
                                                   {"WHATSFLOW__SITES__ADMIN__PORT", port},
                                                   {"WHATSFLOW__SITES__API__PORT", port}};
    std::string config = "environment = \"production\"\n";
    for (const auto& [site, host] : {std::pair{"landing", "whatsflow.test"}, std::pair{"app", "app.whatsflow.test"},
                                     std::pair{"admin", "admin.whatsflow.test"}, std::pair{"api", "api.whatsflow.test"}})
        config += std::string("[sites.") + site + "]\nhostname = \"" + host + "\"\nurl = \"https://" + host + "\"\n";
    ServerProcess server({.environment = ports, .config = config});
    const auto number = static_cast<std::uint16_t>(std::stoi(port));
    const auto until = std::chrono::steady_clock::now() + 20s;
    Answer answer;
    while (answer.status != 200 && std::chrono::steady_clock::now() < until && server.running()) {
        answer = get(number, "/", {{"Host", "whatsflow.test"}});
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(answer.status, 200) << server.log();
    EXPECT_NE(answer.body.find("https://whatsflow.test/"), std::string::npos);
    EXPECT_EQ(get(number, "/features", {{"Host", "app.whatsflow.test"}}).status, 404);
    EXPECT_EQ(get(number, "/v1/nothing", {{"Host", "API.whatsflow.test"}}).header("content-type"), "application/problem+json");
    const int foreign = get(number, "/", {{"Host", "evil.example"}}).status;
    EXPECT_TRUE(foreign == 421 || foreign == 404) << foreign;
}

}  // namespace
}  // namespace whatsflow::testing
