// On MariaDB: the server says when the database is gone, keeps serving what needs none, and
// comes back by itself.
#include "support/connection.hpp"
#include "support/mariadb_server.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace whatsflow::testing {
namespace {

using namespace std::chrono_literals;

int wait_for_readyz(std::uint16_t port, int wanted) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    int status = 0;
    while (status != wanted && std::chrono::steady_clock::now() < until) {
        status = get(port, "/readyz").status;
        std::this_thread::sleep_for(50ms);
    }
    return status;
}

TEST(DatabaseGone, IsSaidServedAroundAndRecoveredFrom) {
    MariaDbServer database;
    ServerProcess server({.environment = {{"WHATSFLOW__DATABASE__URL", database.fresh_database()}}});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_EQ(get(server.landing(), "/").status, 200);

    database.kill();
    EXPECT_EQ(wait_for_readyz(server.landing(), 503), 503);
    const auto checks = nlohmann::json::parse(get(server.landing(), "/readyz").body);
    EXPECT_NE(checks["checks"]["database"], "ok") << checks;
    for (const char* path : {"/", "/pricing", "/terms", "/contact"})
        EXPECT_EQ(get(server.landing(), path).status, 200) << path << " needs no database";
    EXPECT_EQ(get(server.landing(), "/healthz").status, 200);
    const auto listed = server.command({"contact", "list"});
    EXPECT_EQ(listed.exit_code, 1);
    EXPECT_EQ(listed.err.find("pa:s"), std::string::npos) << "the password stays secret: " << listed.err;

    database.start();
    EXPECT_EQ(wait_for_readyz(server.landing(), 200), 200) << server.log();
    const auto again = server.command({"contact", "list", "--json"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(server.stop(), 0);
}

TEST(DatabaseGone, AtTheStartIsOneSentenceWithoutThePassword) {
    const auto result = run_whatsflow({"serve", "--data", TemporaryFolder().path() / "data"},
                                      {{"WHATSFLOW__DATABASE__URL", "mysql://someone:geheim@127.0.0.1:1/none"}});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("127.0.0.1"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("geheim"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace whatsflow::testing
