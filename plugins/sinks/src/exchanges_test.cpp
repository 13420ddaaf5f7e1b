// Plays the exchanges that destinations' documentation describes: exchanges/README.md says what they are.
#include "destinations.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::sinks {
namespace {

using nlohmann::json;
using Outcome = sdk::AnalyticsDelivery::Outcome;

json recorded(const std::string& name) {
    std::ifstream file(WF_SOURCE_DIR "/plugins/sinks/exchanges/" + name + ".json");
    return json::parse(file);
}

sdk::AnalyticsBatch batch_of(const json& events) {
    sdk::AnalyticsBatch batch;
    batch.id = "batch-1";
    for (const auto& told : events) {
        sdk::AnalyticsEvent event;
        event.id = told.at("id");
        event.name = told.at("name");
        event.visitor_id = told.at("visitor");
        event.user_id = told.value("user", "");
        event.session_id = told.value("session", "");
        event.url = told.value("url", "");
        event.occurred_at = sdk::from_micros(told.at("at"));
        event.properties = told.value("properties", json::object());
        if (told.contains("revenue")) event.revenue = sdk::Money{told["revenue"], told.at("currency")};
        batch.events.push_back(std::move(event));
    }
    return batch;
}

std::string word_of(Outcome outcome) {
    return outcome == Outcome::delivered ? "delivered" : outcome == Outcome::retry ? "retry" : "refused";
}

class ExchangesTest : public ::testing::TestWithParam<const char*> {
protected:
    sdk::AnalyticsSink& sink() {
        const std::string_view name = GetParam();
        if (name == "ga4") return google_;
        if (name == "posthog") return posthog_;
        return mixpanel_;
    }

    sdk::testing::FakeHttpsClient world_;
    sdk::testing::FakeClock clock_;
    GoogleAnalytics google_{world_, clock_, "https://www.google-analytics.com/mp/collect", "G-XXXXXXXXXX",
                            sdk::Secret{"SECRET"}};
    PostHog posthog_{world_, clock_, "https://us.i.posthog.com", sdk::Secret{"SECRET"}};
    Mixpanel mixpanel_{world_, clock_, "https://api.mixpanel.com", "7", sdk::Secret{"SECRET"}};
};

TEST_P(ExchangesTest, GoAsTheDocumentationSays) {
    const auto file = recorded(GetParam());
    ASSERT_FALSE(file.at("source").get<std::string>().empty());
    for (const auto& exchange : file.at("exchanges")) {
        const auto when = exchange.at("when").get<std::string>();
        const auto& told = exchange.at("response");
        auto answer = sdk::testing::response(told.at("status"), told.at("body").get<std::string>());
        const auto headers = told.value("headers", json::object());
        for (const auto& [name, value] : headers.items()) answer.headers.add(name, value.get<std::string>());
        const auto before = world_.requests().size();
        world_.answer_always([&](const auto&, const auto&) { return sdk::Result<sdk::IncomingResponse>(answer); });

        const auto delivery = sink().send(sdk::testing::a_context(), batch_of(exchange.at("events")));

        ASSERT_TRUE(delivery) << when;
        EXPECT_EQ(word_of(delivery->outcome), exchange.at("outcome")) << when;
        json rejected = json::array();
        for (const auto& each : delivery->rejected) rejected.push_back(each.event_id);
        EXPECT_EQ(rejected, exchange.value("rejected", json::array())) << when;
        if (exchange.contains("retry_after_ms")) {
            ASSERT_TRUE(delivery->retry_after) << when;
            EXPECT_EQ(delivery->retry_after->count(), exchange["retry_after_ms"]) << when;
        }
        ASSERT_EQ(world_.requests().size(), before + 1) << when;
        const auto request = world_.requests().back();
        const auto body = json::parse(request.body);
        for (const auto& place : file.at("must_have"))
            EXPECT_TRUE(body.contains(json::json_pointer(place.get<std::string>()))) << when << ": " << place;
        if (!exchange.contains("request")) continue;
        const auto& expected = exchange["request"];
        EXPECT_EQ(request.method, sdk::Method::post) << when;
        EXPECT_EQ(request.url, expected.at("url")) << when;
        EXPECT_EQ(body, expected.at("body")) << when;
        for (const auto& [name, value] : expected.at("headers").items())
            EXPECT_EQ(request.headers.find(name).value_or(""), value) << when;
    }
}

/// The example itself has what the file says a request must have: else the file is about something else.
TEST_P(ExchangesTest, TheExampleHasWhatIsAskedFor) {
    const auto file = recorded(GetParam());
    auto example = file.at("example");
    // PostHog's own example names the person among the properties, which its page allows in both places.
    if (std::string_view(GetParam()) == "posthog")
        example["batch"][0]["distinct_id"] = example["batch"][0]["properties"]["distinct_id"];
    for (const auto& place : file.at("must_have"))
        EXPECT_TRUE(example.contains(json::json_pointer(place.get<std::string>()))) << place;
}

INSTANTIATE_TEST_SUITE_P(Sinks, ExchangesTest, ::testing::Values("ga4", "posthog", "mixpanel"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace whatsflow::sinks
