#include "sink.hpp"

namespace httpsink {

using sdk::AnalyticsDelivery;

HttpSink::HttpSink(sdk::HttpsClient& https, const sdk::Clock& clock, SinkSettings settings)
    : https_(https), clock_(clock), settings_(std::move(settings)) {}

sdk::Result<sdk::AnalyticsSinkLimits> HttpSink::limits() const {
    sdk::AnalyticsSinkLimits limits;
    limits.max_events = settings_.max_events;
    limits.consent = settings_.consent;
    return limits;
}

sdk::Result<AnalyticsDelivery> HttpSink::send(const sdk::CallContext& context, const sdk::AnalyticsBatch& batch) {
    return deliver(context, batch.events);
}

AnalyticsDelivery HttpSink::deliver(const sdk::CallContext& context, Events events) {
    if (events.empty()) return AnalyticsDelivery::delivered();
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = settings_.url;
    request.body = to_ndjson(events);
    request.headers.add("Content-Type", "application/x-ndjson");
    if (!settings_.token.empty()) request.headers.add("Authorization", "Bearer " + settings_.token.reveal());
    request.repeatable = true;  // events carry ids, the collector drops repeats

    const auto answer = https_.send(context, request);
    if (!answer) return AnalyticsDelivery::retry(answer.error().message);
    const int status = answer->status;
    if (status >= 200 && status < 300) return AnalyticsDelivery::delivered();
    const auto sentence = "The collector answered " + std::to_string(status) + ".";
    if (status == 400 || status == 413 || status == 422) return deliver_in_halves(context, events);
    if (status == 408 || status == 429 || status >= 500) {
        const auto header = answer->headers.find("Retry-After");
        return AnalyticsDelivery::retry(sentence, header ? sdk::read_retry_after(*header, clock_.now()) : std::nullopt);
    }
    return AnalyticsDelivery::refused(sentence);
}

AnalyticsDelivery HttpSink::deliver_in_halves(const sdk::CallContext& context, Events events) {
    if (events.size() == 1)
        return AnalyticsDelivery::delivered(
            {{events.front().id, "refused", "The collector does not take this event."}});
    const auto middle = events.size() / 2;
    auto first = deliver(context, events.first(middle));
    if (first.outcome != AnalyticsDelivery::Outcome::delivered) return first;
    auto second = deliver(context, events.subspan(middle));
    if (second.outcome != AnalyticsDelivery::Outcome::delivered) return second;
    first.rejected.insert(first.rejected.end(), second.rejected.begin(), second.rejected.end());
    return first;
}

}  // namespace httpsink
