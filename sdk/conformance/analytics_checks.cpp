// What a destination for analytics must do when the destination does not behave.
#include "walk.hpp"

#include <whatsflow/sdk/analytics_sink.hpp>

#include <algorithm>

namespace whatsflow::conformance {
namespace {

using sdk::AnalyticsBatch;
using sdk::AnalyticsDelivery;
using sdk::AnalyticsSink;
using Outcome = AnalyticsDelivery::Outcome;
using Sink = sdk::ServiceHandle<AnalyticsSink>;

AnalyticsBatch a_batch(std::size_t size, sdk::Instant now) {
    AnalyticsBatch batch;
    batch.id = sdk::make_uuid();
    for (std::size_t i = 0; i < size; ++i) {
        sdk::AnalyticsEvent event;
        event.id = sdk::make_uuid();
        event.name = "page_view";
        event.occurred_at = event.received_at = now;
        event.site = "site-1";
        event.visitor_id = "visitor-" + std::to_string(i);
        event.url = "https://shop.example/p/" + std::to_string(i);
        event.properties = {{"plan", "growth"}, {"text", "\xff\xfe is not UTF-8"}, {"number", 3}};
        event.consent = {"analytics"};
        batch.events.push_back(std::move(event));
    }
    return batch;
}

class SinkTrial {
public:
    SinkTrial(const Sink& sink, sdk::testing::FakeHost& host, Report& report)
        : sink_(sink), host_(host), report_(report) {}

    sdk::Result<AnalyticsDelivery> send(const AnalyticsBatch& batch, sdk::testing::FakeHttpsClient::Handler world) {
        host_.network().clear();
        host_.network().answer_always(std::move(world));
        return sink_.call(&AnalyticsSink::send, sdk::testing::a_context(), batch);
    }

    void expect(const char* name, const sdk::Result<sdk::IncomingResponse>& answer, Outcome wanted,
                const char* sentence) {
        report_.begin(std::string("sending a batch: ") + name);
        const auto delivery = send(a_batch(3, host_.clock().now()), [&](const auto&, const auto&) { return answer; });
        report_.expect(delivery && delivery->outcome == wanted && delivery->rejected.empty(), "analytics.outcome",
                       std::string("Upon ") + name + " the batch is " + sentence + ".",
                       std::string("Upon ") + name + " the batch must be " + sentence + ".");
    }

private:
    const Sink& sink_;
    sdk::testing::FakeHost& host_;
    Report& report_;
};

void check_one_bad_event(SinkTrial& trial, sdk::Instant now, Report& report) {
    report.begin("sending a batch with one event that the destination refuses");
    const auto batch = a_batch(8, now);
    const auto poisoned = batch.events[5].id;
    const auto delivery = trial.send(batch, [&](const auto&, const sdk::OutgoingRequest& request) {
        const bool bad = request.body.find(poisoned) != std::string::npos;
        return sdk::Result<sdk::IncomingResponse>(sdk::testing::response(bad ? 400 : 200, "{}"));
    });
    const bool found = delivery && delivery->outcome == Outcome::delivered && delivery->rejected.size() == 1 &&
                       delivery->rejected.front().event_id == poisoned;
    report.expect(found, "analytics.one_bad_event", "One bad event is reported, its seven neighbours are delivered.",
                  "A 400 must be found to the event: delivered, with exactly the bad event rejected.");
}

}  // namespace

void check_analytics_sink(StartedPlugin& plugin, Report& report) {
    auto& host = plugin.host();
    const auto sink = sdk::find_service<AnalyticsSink>(host);
    if (!report.expect(static_cast<bool>(sink), "analytics.provided", "It provides whatsflow.analytics_sink/1.",
                       "It does not provide whatsflow.analytics_sink/1."))
        return;
    report.expect(sink.properties().contains("sink"), "analytics.property", "It says which sink it is.",
                  "It must be provided with the property {\"sink\", \"…\"}.");
    const auto limits = sink.call(&AnalyticsSink::limits);
    if (!report.expect(limits && limits->max_events > 0 && limits->max_bytes > 0, "analytics.limits",
                       "It says how large a batch may be.", "limits() must give a number of events and bytes."))
        return;

    SinkTrial trial(sink, host, report);
    using sdk::testing::response;
    trial.expect("a refused connection", sdk::fail("net.not_sent", "refused"), Outcome::retry, "kept for a retry");
    trial.expect("a timeout", sdk::fail("net.unknown", "timed out"), Outcome::retry, "kept for a retry");
    trial.expect("status 500", response(500, "oops"), Outcome::retry, "kept for a retry");
    trial.expect("status 503", response(503), Outcome::retry, "kept for a retry");
    trial.expect("status 408", response(408), Outcome::retry, "kept for a retry");
    trial.expect("status 401", response(401), Outcome::refused, "refused as a matter of configuration");
    trial.expect("status 403", response(403), Outcome::refused, "refused as a matter of configuration");

    report.begin("sending a batch: status 429");
    sdk::Headers headers;
    headers.add("retry-after", "120");
    const auto later = trial.send(a_batch(3, host.clock().now()), [&](const auto&, const auto&) {
        return sdk::Result<sdk::IncomingResponse>(response(429, "", headers));
    });
    report.expect(later && later->outcome == Outcome::retry && later->retry_after == std::chrono::seconds(120),
                  "analytics.retry_after", "429 with Retry-After: 120 is a retry after two minutes.",
                  "429 with Retry-After: 120 must be a retry with retry_after of two minutes.");

    check_one_bad_event(trial, host.clock().now(), report);

    report.begin("sending the largest batch");
    const auto size = std::min<std::size_t>(limits->max_events, 10'000);
    const auto batch = a_batch(size, host.clock().now());
    auto accepting = [](const auto&, const auto&) {
        return sdk::Result<sdk::IncomingResponse>(sdk::testing::response(200, "{}"));
    };
    const auto large = trial.send(batch, accepting);
    const auto sent = host.network().requests();
    const bool complete = large && large->outcome == Outcome::delivered && large->rejected.empty() &&
                          std::ranges::all_of(batch.events, [&](const sdk::AnalyticsEvent& event) {
                              return std::ranges::any_of(sent, [&](const sdk::OutgoingRequest& request) {
                                  return request.body.find(event.id) != std::string::npos;
                              });
                          });
    report.expect(complete, "analytics.large_batch",
                  "A batch of " + std::to_string(size) + " events arrives, each with its id.",
                  "A batch of " + std::to_string(size) + " events must be delivered with every event's id in it.");
    report.begin("sending an empty batch");
    const auto empty = trial.send(a_batch(0, host.clock().now()), accepting);
    report.expect(empty && empty->outcome == Outcome::delivered, "analytics.empty_batch",
                  "An empty batch is delivered.", "An empty batch must be delivered.");
    if (limits->can_erase) {
        report.begin("erasing over a dead line");
        host.network().clear();
        host.network().answer_always([](const auto&, const auto&) {
            return sdk::Result<sdk::IncomingResponse>(sdk::fail("net.unknown", "timed out"));
        });
        const auto erased = sink.call(&AnalyticsSink::erase, sdk::testing::a_context(),
                                      sdk::AnalyticsErasure{"e1", {}, "user-1", "visitor-1"});
        report.expect(erased && erased->outcome == Outcome::retry, "analytics.erasure",
                      "An erasure that did not arrive is kept for a retry.",
                      "An erasure that did not arrive must be a retry: nobody may be told that it is done.");
    }
    const auto faults = host.faults();
    report.expect(faults.empty(), "analytics.faults", "No exception left the sink.",
                  faults.empty() ? "" : "An exception left the sink: " + faults.front());
}

}  // namespace whatsflow::conformance
