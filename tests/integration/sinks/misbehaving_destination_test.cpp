// Each sink over the host's own client to a server that is slow, refuses, hangs up or talks nonsense.
#include "net/client.hpp"
#include "net/test_server.hpp"

#include "analytics/core/posthog.hpp"
#include "sinks/src/destinations.hpp"

#include <gtest/gtest.h>

namespace whatsflow::sinks {
namespace {

using net::testing::Server;
using Outcome = sdk::AnalyticsDelivery::Outcome;
using nlohmann::json;

class SystemTime final : public sdk::Clock {
public:
    sdk::Instant now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

sdk::AnalyticsBatch a_batch(int size) {
    sdk::AnalyticsBatch batch;
    batch.id = "batch-1";
    for (int i = 0; i < size; ++i) {
        sdk::AnalyticsEvent event;
        event.id = "0190a5c8-0000-7000-8000-00000000000" + std::to_string(i);
        event.name = "bought";
        event.visitor_id = "visitor";
        event.occurred_at = event.received_at = sdk::from_micros(1'795'000'000'000'000 + i);
        event.properties = {{"plan", "pro"}};
        batch.events.push_back(std::move(event));
    }
    return batch;
}

/// Reads a request whole; its body, or nothing when the client went away.
std::string read_body(Poco::Net::StreamSocket& socket) {
    auto head = Server::read_head(socket);
    std::ranges::transform(head, head.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    constexpr std::string_view kLength = "content-length: ";
    const auto at = head.find(kLength);
    if (at == std::string::npos) return {};
    auto left = std::stoul(head.substr(at + kLength.size()));
    std::string body;
    char piece[4096];
    while (left > 0) {
        const auto got = socket.receiveBytes(piece, static_cast<int>(std::min<std::size_t>(left, sizeof piece)));
        if (got <= 0) return {};
        body.append(piece, static_cast<std::size_t>(got));
        left -= static_cast<std::size_t>(got);
    }
    return body;
}

class MisbehavingTest : public ::testing::TestWithParam<const char*> {
protected:
    /// The sink of this test, aimed at a server.
    sdk::AnalyticsDelivery sent_to(const Server& server, sdk::Milliseconds at_most = std::chrono::seconds{10}) {
        const auto url = server.url("http", "");
        const std::string name = GetParam();
        sdk::CallContext context;
        context.request_id = "test";
        context.deadline = std::chrono::steady_clock::now() + at_most;
        const auto deliver = [&](sdk::AnalyticsSink& sink) { return *sink.send(context, a_batch(3)); };
        if (name == "webhook") {
            Webhook sink(https_, clock_, url + "/", sdk::Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
            return deliver(sink);
        }
        if (name == "ga4") {
            GoogleAnalytics sink(https_, clock_, url + "/mp/collect", "G-1", sdk::Secret{"s"});
            return deliver(sink);
        }
        if (name == "posthog") {
            PostHog sink(https_, clock_, url, sdk::Secret{"phc_1"});
            return deliver(sink);
        }
        Mixpanel sink(https_, clock_, url, "7", sdk::Secret{"token"});
        return deliver(sink);
    }
    static Server answering(std::string bytes) {
        return Server::plain([bytes = std::move(bytes)](auto& socket, int) {
            if (!read_body(socket).empty()) Server::write(socket, bytes);
        });
    }
    static std::string status(int code, const std::string& headers = {}) {
        return "HTTP/1.1 " + std::to_string(code) + " X\r\n" + headers + "Content-Length: 0\r\n\r\n";
    }

    net::Client https_;
    SystemTime clock_;
};

TEST_P(MisbehavingTest, WhatIsTakenIsDelivered) {
    const auto server = answering(Server::answer("{\"status\":1}"));
    EXPECT_EQ(sent_to(server).outcome, Outcome::delivered);
}

TEST_P(MisbehavingTest, OneThatNeverAnswersIsTriedAgainAfterTheDeadline) {
    const auto server = Server::plain([](auto& socket, int) {
        (void)read_body(socket);
        (void)Server::wait_for_byte(socket);
    });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(sent_to(server, std::chrono::milliseconds{300}).outcome, Outcome::retry);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
}

TEST_P(MisbehavingTest, OneThatIsBusySaysWhenToComeAgain) {
    const auto server = answering(status(429, "Retry-After: 7\r\n"));
    const auto delivery = sent_to(server);
    EXPECT_EQ(delivery.outcome, Outcome::retry);
    ASSERT_TRUE(delivery.retry_after);
    EXPECT_EQ(*delivery.retry_after, std::chrono::seconds{7});
}

TEST_P(MisbehavingTest, OneThatIsBrokenIsTriedAgain) {
    for (const int code : {500, 502, 503, 504}) {
        const auto server = answering(status(code));
        EXPECT_EQ(sent_to(server).outcome, Outcome::retry) << code;
    }
}

TEST_P(MisbehavingTest, OneThatHangsUpOrTalksNonsenseIsTriedAgain) {
    for (const std::string bytes :
         {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "\x16\x03\x01 this is no HTTP\r\n\r\n",
          "HTTP/1.1 banana\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n"}) {
        const auto server = answering(bytes);
        EXPECT_EQ(sent_to(server).outcome, Outcome::retry) << bytes;
    }
}

TEST_P(MisbehavingTest, OneThatAnswersWithoutEndIsCutOff) {
    const auto server = Server::plain([](auto& socket, int) {
        (void)read_body(socket);
        Server::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        const std::string piece(65'536, 'x');
        try {
            for (int i = 0; i < 1'000; ++i) Server::write(socket, piece);
        } catch (const Poco::Exception&) {  // cut off, as it should be
        }
    });
    EXPECT_EQ(sent_to(server).outcome, Outcome::retry);
}

TEST_P(MisbehavingTest, OneWhoseKeyIsWrongIsRefused) {
    for (const int code : {401, 403}) {
        const auto server = answering(status(code));
        EXPECT_EQ(sent_to(server).outcome, Outcome::refused) << code;
    }
}

INSTANTIATE_TEST_SUITE_P(Sinks, MisbehavingTest, ::testing::Values("webhook", "ga4", "posthog", "mixpanel"),
                         [](const auto& info) { return std::string(info.param); });

/// A server of that protocol which is not ours to shape: the reader that stock clients are read with.
TEST(PostHogSink, SendsWhatAReaderOfThatProtocolReads) {
    std::string body;
    const auto server = Server::plain([&](auto& socket, int) {
        body = read_body(socket);
        Server::write(socket, Server::answer("{\"status\":1}"));
    });
    net::Client https;
    const SystemTime clock;
    PostHog sink(https, clock, server.url("http", ""), sdk::Secret{"phc_1"});
    ASSERT_EQ(sink.send({}, a_batch(3))->outcome, Outcome::delivered);
    auto post = analytics::read_posthog(json::parse(body));
    ASSERT_TRUE(post) << post.error().message;
    EXPECT_EQ(post->token, "phc_1");
    analytics::Arrival arrival;
    arrival.received = sdk::from_micros(1'795'000'000'000'000 + 10);
    const auto events = analytics::events_of(std::move(*post), arrival);
    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->size(), 3u);
    EXPECT_EQ((*events)[2].name, "bought");
    EXPECT_EQ((*events)[2].occurred_at / 1'000, 1'795'000'000'000'000 / 1'000);
    EXPECT_TRUE((*events)[2].id_is_senders);
    EXPECT_EQ(analytics::uuid_text((*events)[2].id), "0190a5c8-0000-7000-8000-000000000002");
}

}  // namespace
}  // namespace whatsflow::sinks
