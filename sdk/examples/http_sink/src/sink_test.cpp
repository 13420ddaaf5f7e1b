#include "sink.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace httpsink {
namespace {

using Outcome = sdk::AnalyticsDelivery::Outcome;
using sdk::testing::response;

class SinkTest : public ::testing::Test {
protected:
    sdk::testing::FakeHttpsClient world_;
    sdk::testing::FakeClock clock_;
    HttpSink sink_{world_, clock_, {"https://collector.test/", sdk::Secret{"t"}, 500, "analytics"}};

    static sdk::AnalyticsBatch a_batch(int size) {
        sdk::AnalyticsBatch batch;
        for (int i = 0; i < size; ++i) {
            sdk::AnalyticsEvent event;
            event.id = "event-" + std::to_string(i);
            event.name = "page_view";
            batch.events.push_back(std::move(event));
        }
        return batch;
    }

    sdk::AnalyticsDelivery send(int size) { return *sink_.send(sdk::testing::a_context(), a_batch(size)); }
};

TEST_F(SinkTest, ABatchIsOneRequestWithOneLineAnEvent) {
    world_.answer("https://collector.test/", response(204));

    EXPECT_EQ(send(3).outcome, Outcome::delivered);
    ASSERT_EQ(world_.requests().size(), 1u);
    EXPECT_EQ(std::ranges::count(world_.requests().front().body, '\n'), 3);
}

TEST_F(SinkTest, ADeadLineIsARetry) {
    world_.fail("https://collector.test/", sdk::fail("net.not_sent", "refused"));

    EXPECT_EQ(send(1).outcome, Outcome::retry);
}

TEST_F(SinkTest, RetryAfterIsHonoured) {
    sdk::Headers headers;
    headers.add("Retry-After", "90");
    world_.answer("https://collector.test/", response(429, "", headers));

    const auto delivery = send(1);

    EXPECT_EQ(delivery.outcome, Outcome::retry);
    EXPECT_EQ(delivery.retry_after, std::chrono::seconds(90));
}

TEST_F(SinkTest, AWrongTokenIsNotRetried) {
    world_.answer("https://collector.test/", response(401));

    EXPECT_EQ(send(2).outcome, Outcome::refused);
}

TEST_F(SinkTest, TheBadEventIsFoundAndItsNeighboursArrive) {
    world_.answer_always([](const auto&, const sdk::OutgoingRequest& request) {
        const bool bad = request.body.find("event-6") != std::string::npos;
        return sdk::Result<sdk::IncomingResponse>(response(bad ? 400 : 200));
    });

    const auto delivery = send(9);

    EXPECT_EQ(delivery.outcome, Outcome::delivered);
    ASSERT_EQ(delivery.rejected.size(), 1u);
    EXPECT_EQ(delivery.rejected.front().event_id, "event-6");
}

}  // namespace
}  // namespace httpsink
