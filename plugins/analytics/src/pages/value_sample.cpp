#include "value_sample.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<std::optional<ValueSample>> value_sample(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                     const Asked& asked, std::int64_t most) {
    auto* built_in = office.store.built_in();
    if (!built_in || asked.sites.empty()) return std::optional<ValueSample>{};
    const auto beside = built_in->beside_sums_by_value(context, asked);
    if (!beside) return beside.error();
    std::int64_t all = 0;
    for (const auto& span : *beside) {
        auto edge = asked;
        edge.from = span.from;
        edge.to = span.to;
        const auto events = events_of(office, context, edge);
        if (!events) return events.error();
        all += *events;
        const auto there = built_in->has_samples(context, edge);
        if (!there) return there.error();
        if (!*there) return std::optional<ValueSample>{};
    }
    if (all <= most) return std::optional<ValueSample>{};
    auto events = EventSample::read(office.host, *built_in, context, asked, *beside,
                                    kept_sample(all, office.look_at_events), office.look_for);
    if (!events) return events.error();
    Walked walked;
    walked.sample = events->sample();
    walked.seen = events->seen();
    walked.all = all;
    return std::optional{ValueSample{std::make_shared<const EventSample>(std::move(*events)), walked}};
}

sdk::Result<std::vector<AnalyticsPart>> ValueSample::by_value(const AnalyticsOffice& office,
                                                              const sdk::CallContext& context, const Asked& asked,
                                                              const std::string& dimension, std::size_t most) const {
    return office.store.built_in()->by_value(context, asked, dimension, most,
                                             {walked.sample, events->tallies({asked.from, asked.to}, dimension)});
}

}  // namespace whatsflow::analytics::pages
