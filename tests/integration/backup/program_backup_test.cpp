#include "support/connection.hpp"
#include "support/server_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace whatsflow::testing {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> in(const ServerProcess& server, const std::filesystem::path& data,
                            std::vector<std::string> arguments) {
    for (const std::string& more :
         {std::string("--data"), data.string(), std::string("--config"), server.config_file().string()})
        arguments.push_back(more);
    return arguments;
}

TEST(ProgramBackup, ARunningInstallationIsCopiedAndLivesAgainElsewhere) {
    ServerProcess server({});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    const auto file = (server.folder() / "backup.tar.zst").string();

    const auto made = server.command({"backup", file});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.out, HasSubstr("sqlite"));
    const auto verified = run_whatsflow({"backup", "verify", file, "--json"});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    EXPECT_EQ(server.command({"restore", file}).exit_code, 1) << "a running server's data is not replaced";

    const auto elsewhere = server.folder() / "elsewhere";
    const auto restored = run_whatsflow(in(server, elsewhere, {"restore", file}));
    ASSERT_EQ(restored.exit_code, 0) << restored.err;
    const auto again = run_whatsflow(in(server, elsewhere, {"restore", file}));
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("--replace"));
    const auto migrations = run_whatsflow(in(server, elsewhere, {"migrate", "--status", "--json"}));
    EXPECT_THAT(migrations.out, HasSubstr("applied"));
    EXPECT_THAT(migrations.out, ::testing::Not(HasSubstr("\"pending\"")));
}

TEST(ProgramBackup, WhatIsNoBackupIsRefusedWithASentence) {
    TemporaryFolder folder;
    const auto file = folder.path() / "x.tar.zst";
    std::ofstream(file) << "nothing";
    const auto result = run_whatsflow({"backup", "verify", file.string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("is not a backup"));
}

}  // namespace
}  // namespace whatsflow::testing
