// Two nodes with a real Redis between them, which dies and comes back.
#include "cluster/redis_signals.hpp"

#include "cluster/redis_connection.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

extern char** environ;

namespace whatsflow::cluster {
namespace {

using namespace std::chrono_literals;

class RedisLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields&) noexcept override {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(message);
    }
    std::size_t count(std::string_view beginning) {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(
            std::ranges::count_if(lines_, [&](const auto& line) { return line.starts_with(beginning); }));
    }

private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

std::uint16_t a_free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(probe);
    return ntohs(address.sin_port);
}

/// A Redis of this test alone, without files.
class RedisServer {
public:
    explicit RedisServer(std::uint16_t port) {
        const auto port_text = std::to_string(port);
        std::vector<std::string> words{"redis-server", "--port", port_text,   "--bind",   "127.0.0.1", "--save", "",
                                       "--appendonly", "no",     "--logfile", "/dev/null"};
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        EXPECT_EQ(::posix_spawnp(&process_, "redis-server", nullptr, nullptr, arguments.data(), environ), 0);
        RedisAddress address;
        address.host = "127.0.0.1";
        address.port = port;
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!RedisConnection::open(address, 1s) && std::chrono::steady_clock::now() < until)
            std::this_thread::yield();
    }
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;
    ~RedisServer() {
        ::kill(process_, SIGKILL);
        ::kill(process_, SIGCONT);
        ::waitpid(process_, nullptr, 0);
    }
    void hang() const { ::kill(process_, SIGSTOP); }

private:
    pid_t process_ = 0;
};

template <class Condition>
bool happens(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

struct Heard {
    void operator()(const std::string& text) {
        const std::lock_guard lock(mutex);
        texts.push_back(text);
    }
    std::size_t count(const std::string& text) {
        const std::lock_guard lock(mutex);
        return static_cast<std::size_t>(std::ranges::count(texts, text));
    }
    std::mutex mutex;
    std::vector<std::string> texts;
};

class TwoNodes : public ::testing::Test {
protected:
    RedisSignalsOptions options() const {
        RedisSignalsOptions made;
        made.address.host = "127.0.0.1";
        made.address.port = port;
        made.heartbeat = 50ms;
        made.patience = 500ms;
        made.longest_pause = 200ms;
        return made;
    }

    const std::uint16_t port = a_free_port();
    RedisLog first_log, second_log;
};

TEST_F(TwoNodes, HearEachOtherAndThemselvesOnce) {
    const RedisServer redis(port);
    RedisSignals first(options(), first_log), second(options(), second_log);
    Heard at_first, at_second;
    const auto one = first.subscribe("flags", std::ref(at_first));
    const auto two = second.subscribe("flags", std::ref(at_second));
    ASSERT_TRUE(happens([&] { return first.nodes() == 2 && second.nodes() == 2; }));

    first.publish("flags", "two\nlines");

    EXPECT_EQ(at_first.count("two\nlines"), 1u);
    EXPECT_TRUE(happens([&] { return at_second.count("two\nlines") == 1; }));
    second.publish("flags", "end");
    EXPECT_TRUE(happens([&] { return at_first.count("end") == 1; }));
    EXPECT_EQ(at_first.count("two\nlines"), 1u);
}

TEST_F(TwoNodes, WorkByThemselvesWhileRedisIsAwayAndJoinAgain) {
    auto redis = std::make_unique<RedisServer>(port);
    RedisSignals first(options(), first_log), second(options(), second_log);
    Heard at_first, at_second, rejoined;
    const auto one = first.subscribe("flags", std::ref(at_first));
    const auto two = second.subscribe("flags", std::ref(at_second));
    const auto three = second.subscribe(kRejoined, std::ref(rejoined));
    ASSERT_TRUE(happens([&] { return first.nodes() == 2 && second.nodes() == 2; }));

    redis.reset();
    ASSERT_TRUE(happens([&] { return !first.connected() && !second.connected(); }));
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) first.publish("flags", "alone");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 50ms);
    EXPECT_EQ(at_first.count("alone"), 1000u);

    redis = std::make_unique<RedisServer>(port);
    ASSERT_TRUE(happens([&] { return first.connected() && second.connected(); }));
    EXPECT_TRUE(happens([&] { return rejoined.count("") == 1; }));
    first.publish("flags", "again");
    EXPECT_TRUE(happens([&] { return at_second.count("again") == 1; }));
    EXPECT_EQ(at_second.count("alone"), 0u);
    EXPECT_EQ(first_log.count("Redis cannot be reached"), 1u);
    EXPECT_EQ(first_log.count("Redis is back"), 1u);
}

TEST_F(TwoNodes, NoticeARedisThatHangs) {
    const RedisServer redis(port);
    RedisSignals first(options(), first_log);
    ASSERT_TRUE(happens([&] { return first.connected(); }));

    redis.hang();

    EXPECT_TRUE(happens([&] { return !first.connected(); }));
}

TEST_F(TwoNodes, StartWithoutRedis) {
    Heard heard;
    RedisSignals first(options(), first_log);
    const auto one = first.subscribe("flags", std::ref(heard));

    first.publish("flags", "x");

    EXPECT_EQ(heard.count("x"), 1u);
    EXPECT_TRUE(happens([&] { return first_log.count("Redis cannot be reached") == 1; }));
    EXPECT_FALSE(first.connected());
    EXPECT_EQ(first.nodes(), 1u);
}

TEST(RedisUrl, IsTakenApart) {
    const auto full = parse_redis_url("redis://me:secret@cache.example:6380/3");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->host, "cache.example");
    EXPECT_EQ(full->port, 6380);
    EXPECT_EQ(full->user, "me");
    EXPECT_EQ(full->password, "secret");
    EXPECT_EQ(full->database, 3);
    EXPECT_EQ(parse_redis_url("redis://cache")->port, 6379);
    EXPECT_FALSE(parse_redis_url("http://cache"));
    const auto bad = parse_redis_url("redis://me:secret@cache/three");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::cluster
