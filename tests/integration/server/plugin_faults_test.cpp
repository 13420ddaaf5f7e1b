// A plugin that misbehaves is refused or quarantined, and everything else goes on serving.
#include "support/connection.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <thread>

namespace whatsflow::testing {
namespace {

using namespace std::chrono_literals;

/// The fixture plugin of this name; anything with a dot is an id as it stands.
std::string id_of(const std::string& name) { return name.find('.') == std::string::npos ? "fixture." + name : name; }

std::string config_with(const std::vector<std::string>& names) {
    auto directories = nlohmann::json::array();
    auto ids = nlohmann::json::array();
    for (const auto& name : names) {
        if (name.find('.') == std::string::npos) directories.push_back(WF_FIXTURE_PLUGINS "/" + name);
        ids.push_back(id_of(name));
    }
    return "[plugins]\ndirectories = " + directories.dump() + "\nenabled = " + ids.dump() + "\n";
}

nlohmann::json plugin(const ServerProcess& server, const std::string& name) {
    const std::string id = id_of(name);
    const auto result = server.command({"plugins", "list", "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const auto& row : nlohmann::json::parse(result.out))
        if (row["id"] == id) return row;
    return nlohmann::json::object();
}

/// Plugins that cannot start: refused, with a sentence, while `works` runs.
class Refused : public ::testing::TestWithParam<const char*> {};

TEST_P(Refused, WithOneSentenceWhileTheOthersRun) {
    ServerProcess server({.config = config_with({"works", GetParam()})});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_EQ(get(server.landing(), "/hello").status, 200);
    const auto row = plugin(server, GetParam());
    EXPECT_EQ(row.value("state", ""), "refused") << row;
    EXPECT_GT(row.value("reason", "").size(), 20u) << row;
    EXPECT_EQ(server.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Plugins, Refused,
                         ::testing::Values("throws_in_start", "returns_error_in_start", "unresolved_symbol", "wrong_epoch",
                                           "wrong_fingerprint", "no_entry", "needs_missing_service",                                            "bad_migration", "no.such.plugin"));

TEST(Faults, AHandlerThatThrowsIsAnErrorPageAndInTheEndQuarantine) {
    ServerProcess server({.config = config_with({"works", "throws_in_handler"})});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    const Answer first = get(server.landing(), "/boom");
    EXPECT_EQ(first.status, 500);
    EXPECT_EQ(first.body.find("secret"), std::string::npos) << "the exception's text stays in the log";
    const auto until = std::chrono::steady_clock::now() + 15s;
    std::string state;
    while (state != "quarantined" && std::chrono::steady_clock::now() < until) {
        get(server.landing(), "/boom");
        state = plugin(server, "throws_in_handler").value("state", "");
    }
    EXPECT_EQ(state, "quarantined");
    EXPECT_FALSE(plugin(server, "throws_in_handler").value("reason", "").empty());
    EXPECT_EQ(get(server.landing(), "/hello").status, 200);
}

TEST(Faults, AHandlerThatHangsIsAnswered503AndTheRestGoesOn) {
    ServerProcess server({.config = config_with({"works", "hangs_in_handler"})});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    Connection hanging(server.landing());
    hanging.send("GET /hang HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(get(server.landing(), "/hello").status, 200);
    EXPECT_EQ(hanging.read_answer(20s).status, 503);
    EXPECT_EQ(get(server.landing(), "/hello").status, 200);
}

TEST(Faults, AnEnabledPluginFoundNowhereIsListedAndARequiredOneStopsTheStart) {
    ServerProcess server({.config = config_with({"works", "com.example.nowhere"})});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_EQ(plugin(server, "com.example.nowhere").value("state", ""), "refused");

    ServerProcess strict({.config = config_with({"works"}) + "required = [\"com.example.nowhere\"]\n"});
    EXPECT_EQ(strict.wait_for_end(), 1) << strict.log();
    EXPECT_NE(strict.log().find("com.example.nowhere"), std::string::npos);
}

TEST(Faults, APluginThatCrashesTheProcessTwiceStartsQuarantined) {
    // A sanitizer would answer the signal itself and make an ordinary exit of it.
    ServerProcess server({.environment = {{"ASAN_OPTIONS", "handle_segv=0"}, {"TSAN_OPTIONS", "handle_segv=0"}},
                          .config = config_with({"works", "crashes_in_handler"})});
    for (int crash = 0; crash < 2; ++crash) {
        ASSERT_TRUE(server.wait_until_ready()) << server.log();
        get(server.landing(), "/crash");
        EXPECT_GE(server.wait_for_end(), 128) << "the crash ends the process: there is one address space";
        server.start();
    }
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    const auto row = plugin(server, "crashes_in_handler");
    EXPECT_EQ(row.value("state", ""), "quarantined") << row;
    EXPECT_NE(row.value("reason", "").find("was running"), std::string::npos) << row;
    EXPECT_EQ(get(server.landing(), "/hello").status, 200);
}

TEST(PluginsCheck, TriesTheLoadInAProcessOfItsOwn) {
    const std::string fixtures = WF_FIXTURE_PLUGINS;
    const auto good = run_whatsflow({"plugins", "check", fixtures + "/works/fixture.works"});
    EXPECT_EQ(good.exit_code, 0) << good.err;
    const auto crashing = run_whatsflow({"plugins", "check", fixtures + "/crashes_at_load/fixture.crashes_at_load"});
    EXPECT_EQ(crashing.exit_code, 1) << crashing.out << crashing.err;
    const auto wrong = run_whatsflow({"plugins", "check", fixtures + "/wrong_epoch/fixture.wrong_epoch"});
    EXPECT_EQ(wrong.exit_code, 1);
    EXPECT_GT((wrong.out + wrong.err).size(), 20u);
}

}  // namespace
}  // namespace whatsflow::testing
