// Programs of others that listen to a topic: who may, what they hear, and how they end.
#include "cluster/local_signals.hpp"
#include "realtime/publisher.hpp"
#include "realtime/stream_publisher.hpp"
#include "realtime/test_page.hpp"

namespace whatsflow::realtime::testing {
namespace {

class WallClock final : public sdk::Clock {
public:
    sdk::Instant now() const override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

class EventStreams : public GatewayFixture {
protected:
    EventStreams() { streams = &publisher.addresses(); }

    std::string target(const std::string& topic) { return *publisher.address(topic); }
    static int listen(TestPage& page, const std::string& target, std::string_view more = "") {
        page.send("GET " + target + " HTTP/1.1\r\nHost: localhost:2154\r\nAccept: text/event-stream\r\n" +
                  std::string(more) + "\r\n");
        return page.read_status();
    }

    cluster::LocalSignals signals;
    WallClock clock;
    StreamPublisher publisher{signals, {"", "key"}, clock};
};

TEST_F(EventStreams, AListenerHearsItsTopicAndNothingElse) {
    const auto hearing = hear(signals, gateway());
    TestPage page(gateway().port());
    ASSERT_EQ(listen(page, target("flags.production")), 200);
    EXPECT_NE(page.head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_NE(page.head.find("Access-Control-Allow-Origin: *\r\n"), std::string::npos);
    EXPECT_TRUE(page.text_until("\n\n").starts_with("retry: "));

    ASSERT_TRUE(publisher.publish("flags.development", {{"type", "not for it"}}));
    gateway().deliver("staff", "nor is this");
    ASSERT_TRUE(publisher.publish("flags.production", {{"type", "first\n"}}));

    const auto heard = page.text_until("\n\n");
    EXPECT_TRUE(heard.starts_with("event: message\nid: ")) << heard;
    EXPECT_TRUE(heard.ends_with("\ndata: {\"type\":\"first\\n\"}\n\n")) << heard;
}

TEST_F(EventStreams, AreOnlyForWhoHasAnAddress) {
    const auto status_of = [&](const std::string& target) {
        TestPage page(gateway().port());
        return listen(page, target);
    };
    const auto good = target("flags.production");
    EXPECT_EQ(status_of(good.substr(0, good.find('?'))), 401);
    EXPECT_EQ(status_of(good + "x"), 401);
    EXPECT_EQ(status_of("/streams/flags.development" + good.substr(good.find('?'))), 401);
    EXPECT_EQ(status_of("/streams/"), 404);
    EXPECT_EQ(status_of("/streams/a/b"), 404);
    EXPECT_EQ(status_of(good), 200);
    TestPage posting(gateway().port());
    posting.send("POST " + good + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    EXPECT_EQ(posting.read_status(), 405);
}

TEST_F(EventStreams, AreRefusedWhereNobodyOffersThem) {
    streams = nullptr;
    TestPage page(gateway().port());
    EXPECT_EQ(listen(page, target("flags.production")), 401);
}

TEST_F(EventStreams, LeaveRoomForPages) {
    settings.streams = 1;
    TestPage first(gateway().port()), second(gateway().port()), page(gateway().port());
    EXPECT_EQ(listen(first, target("a")), 200);
    EXPECT_EQ(listen(second, target("a")), 503);
    EXPECT_EQ(page.open(), 101);
}

TEST_F(EventStreams, ALeftPlaceIsFreeAgain) {
    settings.streams = 1;
    {
        TestPage first(gateway().port());
        ASSERT_EQ(listen(first, target("a")), 200);
    }
    EXPECT_TRUE(becomes_true([&] { return gateway().connections() == 0; }));
    TestPage next(gateway().port());
    EXPECT_EQ(listen(next, target("a")), 200);
}

TEST_F(EventStreams, CountTheAddressesOfListeners) {
    settings.trusted_proxies = {"127.0.0.1/32"};
    settings.connections_per_address = 1;
    TestPage first(gateway().port()), second(gateway().port());
    const std::string_view from = "X-Forwarded-For: 203.0.113.1\r\n";
    EXPECT_EQ(listen(first, target("a"), from), 200);
    EXPECT_EQ(listen(second, target("a"), from), 429);
}

TEST_F(EventStreams, AreKeptAliveInSilenceUntilTheyAreOver) {
    TestPage page(gateway().port());
    ASSERT_EQ(listen(page, target("a")), 200);
    (void)page.text_until("\n\n");

    pass(26s);
    EXPECT_EQ(page.text_until("\n\n"), ":\n\n");
    // Longer than a page may be silent, and longer than a session is trusted.
    pass(100s);
    EXPECT_EQ(page.text_until("\n\n"), ":\n\n");
    EXPECT_EQ(people.questions, 0);

    pass(std::chrono::hours(49));
    EXPECT_TRUE(page.ends());
}

TEST_F(EventStreams, ALooseTongueIsCut) {
    TestPage page(gateway().port());
    ASSERT_EQ(listen(page, target("a")), 200);
    page.send("GET /ws HTTP/1.1\r\n");
    EXPECT_TRUE(page.ends());
}

TEST_F(EventStreams, AListenerThatDoesNotReadIsLeft) {
    settings.queue_bytes = 64 * 1024;
    const auto hearing = hear(signals, gateway());
    TestPage slow(gateway().port(), 4096);
    ASSERT_EQ(listen(slow, target("a")), 200);
    for (int i = 0; i < 2'000 && gateway().connections() == 1; ++i)
        EXPECT_TRUE(publisher.publish("a", std::string(15'000, 'x')));
    EXPECT_TRUE(becomes_true([&] { return gateway().connections() == 0; }));
}

TEST_F(EventStreams, EndWithTheServer) {
    TestPage page(gateway().port());
    ASSERT_EQ(listen(page, target("a")), 200);
    std::thread stopping([&] { EXPECT_TRUE(gateway().stop()); });
    EXPECT_TRUE(page.ends());
    page.leave();
    stopping.join();
}

TEST_F(EventStreams, RefuseWhatIsNoTopicOrTooLarge) {
    EXPECT_EQ(publisher.address("a b").error().code, "realtime.bad_topic");
    EXPECT_EQ(publisher.publish("a\nstaff", {}).error().code, "realtime.bad_topic");
    EXPECT_EQ(publisher.publish("a", std::string(20'000, 'x')).error().code, "realtime.too_large");
}

}  // namespace
}  // namespace whatsflow::realtime::testing
