// The end of a server: it takes nothing new, finishes what it has begun, and then is gone.
#include "http/wire_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

ServerOptions small_options() {
    ServerOptions options;
    options.ports = {0, 0};
    options.workers = 2;
    options.deadlines = short_deadlines();
    return options;
}

TEST(ServerEnd, FinishesWhatItHasBegunAndTakesNothingNew) {
    SmallApplication application;
    Server server(small_options(), application);
    ASSERT_TRUE(server.start());
    ASSERT_EQ(server.ports().size(), 2u);

    RawClient idle(server.ports()[0]);
    idle.send(get("/token/x"));
    EXPECT_THAT(idle.read_reply(), HasSubstr("x"));
    RawClient sending(server.ports()[1]);
    sending.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha");
    RawClient waiting(server.ports()[0]);
    waiting.send(get("/wait"));
    while (server.counts().pool.running == 0) std::this_thread::yield();

    std::atomic<bool> drained{false};
    std::thread drain([&] { drained = server.drain(Clock::now() + seconds(5)); });
    // An idle connection ends at once, while others are still at work.
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_TRUE(idle.ended());
    RawClient late(server.ports()[0]);
    EXPECT_FALSE(late.connected());

    sending.send("lf");
    const auto sent = sending.read_to_end();
    EXPECT_THAT(sent, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(sent, HasSubstr("half"));
    application.release();
    const auto waited = waiting.read_to_end();
    EXPECT_EQ(status_of(waited), 200);
    EXPECT_THAT(waited, HasSubstr("Connection: close\r\n"));
    sending.close();
    waiting.close();
    drain.join();
    EXPECT_TRUE(drained);
    EXPECT_TRUE(server.stop());
    EXPECT_EQ(server.counts().connections, 0u);
}

TEST(ServerEnd, SaysSoWhenTheTimeToDrainIsOver) {
    SmallApplication application;
    Server server(small_options(), application);
    ASSERT_TRUE(server.start());
    RawClient waiting(server.ports()[0]);
    waiting.send(get("/wait"));
    while (server.counts().pool.running == 0) std::this_thread::yield();
    EXPECT_FALSE(server.drain(Clock::now() + milliseconds(100)));
    application.release();
    EXPECT_TRUE(server.stop());
}

TEST(ServerEnd, StopsUnderLoad) {
    SmallApplication application;
    Server server(small_options(), application);
    ASSERT_TRUE(server.start());
    const auto port = server.ports()[0];
    std::atomic<bool> enough{false};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i)
        clients.emplace_back([&] {
            while (!enough) {
                RawClient client(port);
                if (!client.connected()) return;
                client.send(get("/pool/x") + get("/token/y"));
                (void)client.read_some(milliseconds(5));
            }
        });
    while (application.exchanges < 200) std::this_thread::yield();
    const auto start = Clock::now();
    server.drain(Clock::now() + seconds(2));
    EXPECT_TRUE(server.stop());
    EXPECT_LT(Clock::now() - start, seconds(4));
    enough = true;
    for (auto& client : clients) client.join();
}

TEST(ServerLimits, TurnAwayOneConnectionTooMany) {
    SmallApplication application;
    auto options = small_options();
    options.limits.connections_per_address = 3;
    Server server(options, application);
    ASSERT_TRUE(server.start());
    {
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<RawClient>(server.ports()[0]));
            clients.back()->send(get("/token/in"));
            EXPECT_EQ(status_of(clients.back()->read_reply()), 200);
        }
        RawClient fourth(server.ports()[1]);
        const auto answer = fourth.read_to_end();
        EXPECT_EQ(status_of(answer), 503);
        EXPECT_THAT(answer, HasSubstr("Retry-After"));
        EXPECT_THAT(answer, HasSubstr("Connection: close"));
        EXPECT_TRUE(fourth.ended());
        clients.front()->close();
        fourth.close();
        while (server.counts().connections > 2) std::this_thread::yield();
        RawClient fifth(server.ports()[0]);
        fifth.send(get("/token/in"));
        EXPECT_EQ(status_of(fifth.read_reply()), 200);
    }
    EXPECT_TRUE(server.stop());
}

TEST(ServerLimits, SayWhenTheQueueIsFull) {
    SmallApplication application;
    auto options = small_options();
    options.workers = 1;
    options.queue_length = 1;
    Server server(options, application);
    ASSERT_TRUE(server.start());
    RawClient running(server.ports()[0]);
    running.send(get("/wait"));
    while (server.counts().pool.running == 0) std::this_thread::yield();
    RawClient queued(server.ports()[0]);
    queued.send(get("/wait"));
    while (server.counts().pool.queued == 0) std::this_thread::yield();
    RawClient refused(server.ports()[0]);
    refused.send(get("/wait") + get("/token/still-here"));
    EXPECT_EQ(status_of(refused.read_reply()), 503);
    EXPECT_THAT(refused.read_reply(), HasSubstr("still-here"));
    application.release();
    EXPECT_EQ(status_of(running.read_reply()), 200);
    EXPECT_EQ(status_of(queued.read_reply()), 200);
    EXPECT_TRUE(server.stop());
}

}  // namespace
}  // namespace whatsflow::http::testing
