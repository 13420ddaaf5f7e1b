// One real server with short deadlines: silent, slow and stubborn clients.
#include "http/wire_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

namespace whatsflow::http::testing {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// The deadline, one look of the sweep, and a busy machine.
constexpr milliseconds kSlack{1500};

milliseconds since(Clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

/// One byte at a time until the server has had enough; what it said.
std::string trickle(RawClient& client, std::string_view bytes) {
    std::string said;
    for (const char c : bytes) {
        if (client.ended() || !client.send({&c, 1})) break;
        said += client.read_some(milliseconds(40));
        if (!said.empty()) break;
    }
    return said + client.read_to_end(milliseconds(3000));
}

TEST(WireDeadlines, EndASilentConnection) {
    const auto start = Clock::now();
    RawClient client(shared_server().port());
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(client.ended());
    EXPECT_GE(since(start), short_deadlines().idle - milliseconds(100));
    EXPECT_LT(since(start), short_deadlines().idle + kSlack);
}

TEST(WireDeadlines, EndAnIdleConnectionWithoutAWord) {
    RawClient client(shared_server().port());
    client.send(get("/token/x"));
    (void)client.read_reply();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(client.ended());
}

TEST(WireDeadlines, EndAHeadThatTrickles) {
    const auto start = Clock::now();
    RawClient client(shared_server().port());
    EXPECT_EQ(status_of(trickle(client, get("/", "X: " + std::string(500, 'a') + "\r\n"))), 408);
    EXPECT_TRUE(client.ended());
    EXPECT_LT(since(start), short_deadlines().head + kSlack);
}

TEST(WireDeadlines, EndAHeadThatTricklesOnAKeptConnection) {
    RawClient client(shared_server().port());
    client.send(get("/token/x"));
    (void)client.read_reply();
    const auto start = Clock::now();
    EXPECT_EQ(status_of(trickle(client, get("/", "X: " + std::string(500, 'a') + "\r\n"))), 408);
    EXPECT_LT(since(start), short_deadlines().head + kSlack);
}

TEST(WireDeadlines, EndABodyThatTrickles) {
    const auto start = Clock::now();
    RawClient client(shared_server().port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");
    EXPECT_EQ(status_of(trickle(client, std::string(5000, 'b'))), 408);
    EXPECT_LT(since(start), short_deadlines().body + kSlack);
}

TEST(WireDeadlines, EndAClientThatTalksOnAfterItsRefusal) {
    RawClient client(shared_server().port());
    client.send("nonsense\r\n\r\n");
    const auto start = Clock::now();
    while (client.send("more ") && since(start) < milliseconds(8000)) (void)client.read_some(milliseconds(5));
    EXPECT_LT(since(start), short_deadlines().linger_total + kSlack);
}

TEST(WireDeadlines, GiveNoMoreTimeToABodyThatTookTooLong) {
    const auto start = Clock::now();
    RawClient client(shared_server().port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");
    const auto latest = short_deadlines().body + short_deadlines().linger_total;
    while (client.send("b") && since(start) < latest) std::this_thread::sleep_for(milliseconds(10));
    EXPECT_LT(since(start), latest - milliseconds(100));
}

TEST(WireDeadlines, LeaveAClientTimeToFinishWhatWasRefused) {
    RawClient client(shared_server().port());
    const auto start = Clock::now();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n");
    // Slower than one silence in all, never as slow between two pieces.
    while (since(start) < short_deadlines().linger * 2) {
        ASSERT_TRUE(client.send("piece"));
        std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_EQ(status_of(client.read_to_end()), 413);
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& value) {
        return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class SlowReader : public ::testing::TestWithParam<const char*> {};

/// Asks from many connections, more than there are loops, so that every loop is asked. Returns the
/// processor's seconds that the whole program took meanwhile.
double cpu_while_others_ask(milliseconds time) {
    const auto start = Clock::now();
    const auto cpu = cpu_seconds();
    std::size_t answered = 0;
    while (since(start) < time) {
        RawClient other(shared_server().port());
        other.send(get("/token/quick", "Connection: close\r\n"));
        const auto asked = Clock::now();
        EXPECT_EQ(status_of(other.read_to_end()), 200);
        EXPECT_LT(since(asked), milliseconds(400));
        ++answered;
        (void)other.read_some(milliseconds(10));
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_GT(answered, 5u);
    return cpu_seconds() - cpu;
}

TEST_P(SlowReader, IsDroppedWithoutSpinningAndWithoutStoppingOthers) {
    const auto undisturbed = cpu_while_others_ask(milliseconds(600));
    RawClient slow(shared_server().port(), 4096);
    slow.send(get(std::string(GetParam()) + "67108864"));
    ASSERT_NE(slow.read_some(milliseconds(5000)), "") << "the reply is made by now: that is work, not spinning";
    const auto disturbed = cpu_while_others_ask(milliseconds(600));
    // A loop that spins takes all of that time, in any build.
    EXPECT_LT(disturbed - undisturbed, 0.4);
    // Dropped: the rest of the reply never comes.
    const auto deadline = Clock::now() + short_deadlines().reader_stall + kSlack;
    while (shared_server().server.counts().slow_readers > 0 && Clock::now() < deadline)
        std::this_thread::sleep_for(milliseconds(10));
    EXPECT_EQ(shared_server().server.counts().slow_readers, 0u);
    EXPECT_LT(slow.read_to_end().size(), 67108864u);
    EXPECT_TRUE(slow.ended());
}

INSTANTIATE_TEST_SUITE_P(Wire, SlowReader, ::testing::Values("/large/", "/pool-large/"),
                         [](const auto& path) { return std::string(path.param) == "/large/" ? "loop" : "pool"; });

TEST(WireDeadlines, LetAReaderThatKeepsTakingHaveItAll) {
    RawClient client(shared_server().port(), 4096);
    client.send(get("/large/8000000", "Connection: close\r\n"));
    const auto all = client.read_to_end(milliseconds(20'000));
    EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 8'000'000u);
}

TEST(WireDeadlines, KeepTheOrderBehindALargeReply) {
    RawClient client(shared_server().port(), 4096);
    client.send(get("/large/3000000") + get("/token/after"));
    EXPECT_EQ(client.read_reply().size() > 3'000'000, true);
    EXPECT_EQ(status_of(client.read_reply()), 200);
}

TEST(WireDeadlines, CloseWhenTooMuchIsPipelinedAndSaySo) {
    auto& application = shared_server().application;
    application.hold();
    RawClient client(shared_server().port());
    client.send(get("/hang"));
    std::string flood;
    for (int i = 0; i < 12'000; ++i) flood += get("/token/x");
    client.send(flood);
    const auto all = client.read_to_end(milliseconds(8000));
    application.release();
    EXPECT_EQ(status_of(all), 503);
    EXPECT_THAT(all, ::testing::HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(replies_in(all), 1u);
}

}  // namespace
}  // namespace whatsflow::http::testing
