// Bodies that are made while they are sent: framing, memory, slow readers, errors half-way.
#include "http/wire_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace whatsflow::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

#if defined(__SANITIZE_ADDRESS__)
// It keeps what was freed for a while, to catch those who still use it.
constexpr std::size_t kMostMemory = 512 * 1024 * 1024;
#else
constexpr std::size_t kMostMemory = 8 * 1024 * 1024;
#endif

std::size_t resident_bytes() {
    std::size_t pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return resident * 4096;
}

template <class Condition>
bool becomes_true(Condition condition, seconds within = seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

std::size_t streams() {
    return shared_server().server.counts().streams;
}

TEST(WireStream, ArrivesInChunksAndTheConnectionGoesOn) {
    RawClient client(shared_server().port());

    client.send(get("/stream/2") + get("/token/after", "Connection: close\r\n"));
    const auto all = client.read_to_end();

    EXPECT_THAT(all, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(all.substr(0, all.find("\r\n\r\n")), Not(HasSubstr("Content-Length")));
    EXPECT_THAT(all, HasSubstr("\r\n\r\n10000\r\nbbbb"));
    EXPECT_THAT(all, HasSubstr("bbbb\r\n10000\r\naaaa"));
    EXPECT_THAT(all, HasSubstr("aaaa\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(all, EndsWith("after"));
}

TEST(WireStream, MayComeFromTheLoop) {
    EXPECT_THAT(ask(get("/loop-stream", "Connection: close\r\n")), EndsWith("aaaa\r\n0\r\n\r\n"));
}

TEST(WireStream, OfHundredMegabytesNeedsNoMemory) {
    constexpr std::size_t kPieces = 1600;
    RawClient client(shared_server().port());
    client.send(get("/stream/1", "Connection: close\r\n"));
    client.read_to_end();
    const auto before = resident_bytes();
    RawClient reader(shared_server().port());
    reader.send(get("/stream/1600", "Connection: close\r\n"));

    std::size_t received = 0, peak = before;
    while (!reader.ended()) {
        received += reader.read_some(seconds(5)).size();
        peak = std::max(peak, resident_bytes());
    }

    EXPECT_GT(received, kPieces * 64 * 1024);
    EXPECT_LT(peak - before, kMostMemory);
    EXPECT_TRUE(becomes_true([&] { return shared_server().application.last_bytes == received; }));
}

TEST(WireStream, EndsWithTheConnectionForAnOldClient) {
    RawClient client(shared_server().port());

    client.send("GET /stream/1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    const auto all = client.read_to_end();

    EXPECT_TRUE(client.ended());
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(all, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_THAT(all, HasSubstr("\r\n\r\naaaa"));
    EXPECT_THAT(all, EndsWith("aaaa"));
}

TEST(WireStream, HasNoBodyForHead) {
    RawClient client(shared_server().port());
    const auto pieces = shared_server().application.pieces.load();

    client.send("HEAD /stream/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = client.read_reply(true);
    client.send(get("/token/x"));

    EXPECT_EQ(status_of(head), 200);
    EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(client.read_reply(), EndsWith("\r\n\r\nx"));
    EXPECT_EQ(shared_server().application.pieces, pieces);
}

TEST(WireStream, IsCutWithoutALastChunkWhenItsSourceFails) {
    const auto all = ask(get("/stream-error"));

    EXPECT_THAT(all, EndsWith("b\r\nfirst piece"));
    EXPECT_TRUE(becomes_true([] { return streams() == 0; }));
}

TEST(WireStream, DropsAReaderThatStopsReading) {
    RawClient client(shared_server().port(), 4096);
    client.send(get("/stream/1600"));

    EXPECT_TRUE(becomes_true([] { return streams() == 1; }));
    EXPECT_TRUE(becomes_true([] { return streams() == 0; }));

    EXPECT_LT(client.read_to_end().size(), 1600u * 64 * 1024);
    EXPECT_TRUE(client.ended());
}

TEST(WireStream, EndsWhenItsReaderLeaves) {
    const auto pieces = shared_server().application.pieces.load();
    RawClient client(shared_server().port());
    client.send(get("/stream/1000000"));
    client.read_some(seconds(5));

    client.close();

    EXPECT_TRUE(becomes_true([] { return streams() == 0; }));
    EXPECT_LT(shared_server().application.pieces - pieces, 100'000u);
}

TEST(WireStream, HoldsNoWorkerAndIsRefusedPastTheLimit) {
    auto& application = shared_server().application;
    application.hold();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < Limits{}.streams; ++i) {
        clients.push_back(std::make_unique<RawClient>(shared_server().port()));
        clients.back()->send(get("/stream-wait", "Connection: close\r\n"));
    }
    EXPECT_TRUE(becomes_true([] { return streams() == Limits{}.streams; }));

    EXPECT_THAT(ask(get("/pool/x", "Connection: close\r\n")), EndsWith("x"));
    RawClient late(shared_server().port());
    late.send(get("/stream-wait"));
    EXPECT_EQ(status_of(late.read_reply()), 503);
    late.send(get("/token/y"));
    EXPECT_THAT(late.read_reply(), EndsWith("y"));

    application.release();
    for (auto& client : clients) EXPECT_THAT(client->read_to_end(), EndsWith("first piece\r\n0\r\n\r\n"));
    EXPECT_TRUE(becomes_true([] { return streams() == 0; }));
    application.hold();
}

}  // namespace
}  // namespace whatsflow::http::testing
