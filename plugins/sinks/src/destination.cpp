#include "destination.hpp"

namespace whatsflow::sinks {

using sdk::AnalyticsDelivery;

std::string body_of(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

sdk::Result<AnalyticsDelivery> Destination::send(const sdk::CallContext& context, const sdk::AnalyticsBatch& batch) {
    return deliver(context, batch.events, batch.id);
}

AnalyticsDelivery Destination::deliver(const sdk::CallContext& context, Events events, const std::string& name) const {
    if (events.empty()) return AnalyticsDelivery::delivered();
    const auto answer = https_.send(context, request_for(events, name));
    if (!answer) return AnalyticsDelivery::retry(answer.error().message);
    const int status = answer->status;
    if (status >= 200 && status < 300) return AnalyticsDelivery::delivered();
    const auto sentence = "The destination answered " + std::to_string(status) + ".";
    if (status == 400 || status == 413 || status == 422) {
        if (status == 400)
            if (auto bad = named_as_bad(events, answer->body)) return AnalyticsDelivery::delivered(std::move(*bad));
        return in_halves(context, events, name);
    }
    if (status == 408 || status == 429 || status >= 500) {
        const auto header = answer->headers.find("Retry-After");
        return AnalyticsDelivery::retry(sentence, header ? sdk::read_retry_after(*header, clock_.now()) : std::nullopt);
    }
    return AnalyticsDelivery::refused(sentence);
}

AnalyticsDelivery Destination::in_halves(const sdk::CallContext& context, Events events,
                                         const std::string& name) const {
    if (events.size() == 1)
        return AnalyticsDelivery::delivered(
            {{events.front().id, "refused", "The destination does not take this event."}});
    const auto middle = events.size() / 2;
    auto first = deliver(context, events.first(middle), name + "a");
    if (first.outcome != AnalyticsDelivery::Outcome::delivered) return first;
    auto second = deliver(context, events.subspan(middle), name + "b");
    if (second.outcome != AnalyticsDelivery::Outcome::delivered) return second;
    first.rejected.insert(first.rejected.end(), second.rejected.begin(), second.rejected.end());
    return first;
}

}  // namespace whatsflow::sinks
