#include "destinations.hpp"
#include "signature.hpp"
#include "sinks_plugin.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sinks {
namespace {

using nlohmann::json;
using Outcome = sdk::AnalyticsDelivery::Outcome;
using sdk::testing::response;

sdk::AnalyticsBatch a_batch(int size) {
    sdk::AnalyticsBatch batch;
    batch.id = "batch-1";
    for (int i = 0; i < size; ++i) {
        sdk::AnalyticsEvent event;
        event.id = "0190a5c8-0000-7000-8000-00000000000" + std::to_string(i);
        event.name = "bought";
        event.visitor_id = "visitor-" + std::to_string(i % 2);
        event.occurred_at = sdk::from_micros(1'795'000'000'000'000);
        event.url = "https://shop.example/x";
        event.properties = {{"plan", "pro"}};
        batch.events.push_back(std::move(event));
    }
    return batch;
}

class SinksTest : public ::testing::Test {
protected:
    template <class Sink>
    sdk::AnalyticsDelivery sent(Sink& sink, int size = 3) {
        return *sink.send(sdk::testing::a_context(), a_batch(size));
    }
    json body(std::size_t request = 0) { return json::parse(world_.requests().at(request).body); }

    sdk::testing::FakeHttpsClient world_;
    sdk::testing::FakeClock clock_;
    Webhook webhook_{world_, clock_, "https://hook.test/", sdk::Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
    GoogleAnalytics google_{world_, clock_, "https://ga.test/mp/collect", "G-1", sdk::Secret{"s"}};
    PostHog posthog_{world_, clock_, "https://ph.test", sdk::Secret{"phc_1"}};
    Mixpanel mixpanel_{world_, clock_, "https://mp.test", "7", sdk::Secret{"token"}};
};

TEST(Signature, IsThatOfStandardWebhooks) {
    // The example of the specification's own libraries.
    EXPECT_EQ(webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(SinksTest, AWebhookIsSignedOverWhatItCarries) {
    world_.answer("https://hook.test/", response(204));
    EXPECT_EQ(sent(webhook_).outcome, Outcome::delivered);
    const auto request = world_.requests().front();
    EXPECT_EQ(request.headers.find("webhook-id").value_or(""), "batch-1");
    const auto stamp = std::string(request.headers.find("webhook-timestamp").value_or(""));
    EXPECT_EQ(request.headers.find("webhook-signature").value_or(""),
              webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "batch-1." + stamp + "." + request.body));
    EXPECT_EQ(body()["data"]["events"].size(), 3u);
}

TEST_F(SinksTest, GoogleGetsOneClientARequestAndNamesThatFit) {
    world_.answer_always([](const auto&, const auto&) { return sdk::Result<sdk::IncomingResponse>(response(204)); });
    EXPECT_EQ(sent(google_).outcome, Outcome::delivered);
    ASSERT_EQ(world_.requests().size(), 2u);
    EXPECT_EQ(body(0)["events"].size(), 2u);
    EXPECT_EQ(body(0)["events"][0]["params"]["event_id"], "0190a5c8-0000-7000-8000-000000000000");
    EXPECT_EQ(body(0)["client_id"], "visitor-0");
    EXPECT_EQ(world_.requests()[0].url, "https://ga.test/mp/collect?measurement_id=G-1&api_secret=s");
    EXPECT_EQ(google_name("$pageview"), "page_view");
    EXPECT_EQ(google_name("7 wönders"), "w__nders");
    EXPECT_EQ(google_name("error"), "x_error");
    EXPECT_EQ(google_name(std::string(60, 'a')).size(), 40u);
    for (const char* reserved : {"firebase_x", "ga_x", "google_x", "gtag.x"})
        EXPECT_TRUE(google_name(reserved).starts_with("x_")) << reserved;
}

TEST_F(SinksTest, GoogleGetsNoMoreThanItTakesAndEachOnce) {
    EXPECT_LE(*google_.limits()->max_age, std::chrono::hours{72});
    world_.answer_always([](const auto&, const auto&) { return sdk::Result<sdk::IncomingResponse>(response(204)); });
    auto batch = a_batch(1);
    for (int i = 0; i < 40; ++i) batch.events[0].properties["property_" + std::to_string(i)] = std::string(300, 'x');
    ASSERT_TRUE(google_.send(sdk::testing::a_context(), batch));
    const auto parameters = body()["events"][0]["params"];
    EXPECT_LE(parameters.size(), 25u);
    for (const auto& [name, value] : parameters.items())
        EXPECT_LE(value.is_string() ? value.get<std::string>().size() : 0, 100u) << name;
    EXPECT_FALSE(world_.requests().front().repeatable) << "it cannot tell a repeat";
    world_.answer_always([](const auto&, const auto&) { return sdk::Result<sdk::IncomingResponse>(response(200)); });
    EXPECT_EQ(sent(posthog_).outcome, Outcome::delivered);
    EXPECT_TRUE(world_.requests().back().repeatable);
}

TEST_F(SinksTest, PostHogGetsItsOwnBatch) {
    world_.answer("https://ph.test/batch/", response(200, "{\"status\":1}"));
    EXPECT_EQ(sent(posthog_).outcome, Outcome::delivered);
    EXPECT_EQ(body()["api_key"], "phc_1");
    EXPECT_EQ(body()["batch"][0]["uuid"], "0190a5c8-0000-7000-8000-000000000000");
    EXPECT_EQ(body()["batch"][0]["distinct_id"], "visitor-0");
}

TEST_F(SinksTest, MixpanelNamesItsBadEventsItself) {
    world_.answer(
        "https://mp.test/import?strict=1&project_id=7",
        response(
            400,
            R"({"code":400,"failed_records":[{"index":1,"insert_id":"x","field":"properties.time","message":"too old"}],"num_records_imported":2})"));
    const auto delivery = sent(mixpanel_);
    EXPECT_EQ(delivery.outcome, Outcome::delivered);
    ASSERT_EQ(delivery.rejected.size(), 1u);
    EXPECT_EQ(delivery.rejected.front().event_id, "0190a5c8-0000-7000-8000-000000000001");
    EXPECT_EQ(world_.requests().size(), 1u) << "not halved";
    EXPECT_EQ(world_.requests().front().headers.find("Authorization").value_or(""), "Basic dG9rZW46");
}

TEST_F(SinksTest, AnAnswerAboutAnEventThatWasNotSentNamesNobody) {
    world_.answer_always([&](const auto&, const auto&) {
        return sdk::Result<sdk::IncomingResponse>(
            world_.requests().size() == 1
                ? response(400, R"({"code":400,"failed_records":[{"index":3,"message":"bad"}]})")
                : response(200));
    });
    const auto delivery = sent(mixpanel_, 3);
    EXPECT_EQ(delivery.outcome, Outcome::delivered);
    EXPECT_TRUE(delivery.rejected.empty());
    EXPECT_EQ(world_.requests().size(), 3u) << "found in halves";
}

TEST_F(SinksTest, WhatIsTooLargeGoesInHalvesThatAreTwoMessages) {
    std::vector<std::string> names;
    world_.answer_always([&](const auto&, const sdk::OutgoingRequest& request) {
        names.emplace_back(request.headers.find("webhook-id").value_or(""));
        const auto events = json::parse(request.body)["data"]["events"].size();
        return sdk::Result<sdk::IncomingResponse>(response(events > 2 ? 413 : 200));
    });
    const auto delivery = sent(webhook_, 4);
    EXPECT_EQ(delivery.outcome, Outcome::delivered);
    EXPECT_TRUE(delivery.rejected.empty());
    EXPECT_EQ(names, (std::vector<std::string>{"batch-1", "batch-1a", "batch-1b"}));
}

TEST_F(SinksTest, AnswersAreJudged) {
    const auto with = [&](int status) {
        world_.answer_always(
            [status](const auto&, const auto&) { return sdk::Result<sdk::IncomingResponse>(response(status)); });
        return sent(posthog_).outcome;
    };
    for (const int status : {408, 429, 500, 503}) EXPECT_EQ(with(status), Outcome::retry) << status;
    for (const int status : {401, 403, 404}) EXPECT_EQ(with(status), Outcome::refused) << status;
    EXPECT_EQ(with(202), Outcome::delivered);
    world_.answer_always([](const auto&, const auto&) {
        return sdk::Result<sdk::IncomingResponse>(sdk::fail("net.not_sent", "refused"));
    });
    EXPECT_EQ(sent(posthog_).outcome, Outcome::retry);
}

TEST_F(SinksTest, OneBadEventIsFoundAndItsNeighboursArrive) {
    world_.answer_always([](const auto&, const sdk::OutgoingRequest& request) {
        return sdk::Result<sdk::IncomingResponse>(
            response(request.body.find("000000000006") == std::string::npos ? 200 : 400));
    });
    const auto delivery = sent(posthog_, 9);
    EXPECT_EQ(delivery.outcome, Outcome::delivered);
    ASSERT_EQ(delivery.rejected.size(), 1u);
    EXPECT_EQ(delivery.rejected.front().event_id, "0190a5c8-0000-7000-8000-000000000006");
}

TEST(Plugin, OffersWhatIsConfiguredAndNothingElse) {
    sdk::testing::FakeHost host("sinks");
    SinksPlugin plugin;
    json config{{"webhook_url", ""},
                {"webhook_secret", ""},
                {"ga4_measurement_id", ""},
                {"ga4_api_secret", ""},
                {"ga4_url", "https://ga.test/"},
                {"posthog_token", "phc"},
                {"posthog_url", "https://ph.test"},
                {"mixpanel_token", ""},
                {"mixpanel_project", ""},
                {"mixpanel_url", "https://mp.test"}};
    ASSERT_TRUE(plugin.start(host, sdk::Config{config}));
    EXPECT_EQ(host.registered().services, 1u);
    EXPECT_EQ(host.find_services(sdk::AnalyticsSink::kId, {{"sink", "posthog"}}).size(), 1u);
    plugin.stop();
}

}  // namespace
}  // namespace whatsflow::sinks
