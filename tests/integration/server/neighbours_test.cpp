// Live updates' port, and two servers that hear each other through a Redis that goes and comes back.
#include "support/connection.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>

#include <spawn.h>
#include <sys/wait.h>
#include <csignal>
#include <thread>

extern char** environ;

namespace whatsflow::testing {
namespace {

using namespace std::chrono_literals;

class Redis {
public:
    explicit Redis(std::uint16_t port) {
        const auto text = std::to_string(port);
        std::vector<std::string> words{"redis-server", "--port", text,        "--bind",   "127.0.0.1", "--save", "",
                                       "--appendonly", "no",     "--logfile", "/dev/null"};
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        EXPECT_EQ(::posix_spawnp(&process_, "redis-server", nullptr, nullptr, arguments.data(), environ), 0);
    }
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;
    ~Redis() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

private:
    pid_t process_ = 0;
};

bool says(std::uint16_t api, const std::string& line) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < until) {
        if (get(api, "/metrics").body.find("\n" + line + "\n") != std::string::npos) return true;
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

TEST(Neighbours, HearEachOtherAndGoOnAloneWhileRedisIsAway) {
    const auto port = free_port();
    auto redis = std::make_unique<Redis>(port);
    const std::map<std::string, std::string> environment{
        {"WHATSFLOW__REDIS__URL", "redis://127.0.0.1:" + std::to_string(port)}};
    ServerProcess first({.environment = environment});
    ServerProcess second({.environment = environment});
    ASSERT_TRUE(first.wait_until_ready()) << first.log();
    ASSERT_TRUE(second.wait_until_ready()) << second.log();
    EXPECT_TRUE(says(first.api(), "wf_cluster_nodes 2")) << first.log();
    EXPECT_TRUE(says(second.api(), "wf_cluster_nodes 2")) << second.log();

    redis.reset();
    EXPECT_TRUE(first.wait_for_log("Redis cannot be reached")) << first.log();
    EXPECT_TRUE(says(first.api(), "wf_cluster_nodes 1")) << first.log();
    EXPECT_EQ(get(first.landing(), "/contact").status, 200);

    redis = std::make_unique<Redis>(port);
    EXPECT_TRUE(says(first.api(), "wf_cluster_nodes 2")) << first.log();
    EXPECT_TRUE(first.wait_for_log("Redis is back")) << first.log();
    EXPECT_EQ(first.stop(), 0) << first.log();
    EXPECT_EQ(second.stop(), 0) << second.log();
}

TEST(Neighbours, AServerStartsWithoutItsRedis) {
    ServerProcess server(
        {.environment = {{"WHATSFLOW__REDIS__URL", "redis://127.0.0.1:" + std::to_string(free_port())}}});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    EXPECT_TRUE(server.wait_for_log("Redis cannot be reached")) << server.log();
    EXPECT_EQ(server.stop(), 0) << server.log();
}

TEST(LiveUpdates, AreNotForWhoIsNotSignedIn) {
    ServerProcess server({});
    ASSERT_TRUE(server.wait_until_ready()) << server.log();
    Connection page(server.realtime());
    page.send(
        "GET /ws?site=app HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_EQ(page.read_answer().status, 401);
    EXPECT_EQ(get(server.realtime(), "/healthz").status, 200);
    EXPECT_EQ(server.stop(), 0) << server.log();
}

}  // namespace
}  // namespace whatsflow::testing
