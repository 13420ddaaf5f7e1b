#include "value_sample.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<std::optional<ValueSample>> sample_of_many(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                       const Asked& asked) {
    auto walked = sampled(office, context, asked);
    if (!walked) return walked.error();
    if (walked->sample.is_everybody()) return std::optional<ValueSample>{};
    auto events =
        FilteredSample::read(office.host, *office.store.built_in(), context, asked, walked->sample, office.look_for);
    if (!events) return events.error();
    walked->sample = events->sample();
    walked->seen = events->seen();
    return std::optional{ValueSample{std::make_shared<const FilteredSample>(std::move(*events)), *walked}};
}

sdk::Result<std::optional<ValueSample>> value_sample(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                     const Asked& asked, std::int64_t most) {
    auto* built_in = office.store.built_in();
    if (!built_in || asked.sites.empty()) return std::optional<ValueSample>{};
    const auto beside = built_in->beside_sums_by_value(context, asked);
    if (!beside) return beside.error();
    if (*beside <= most) return std::optional<ValueSample>{};
    return sample_of_many(office, context, asked);
}

}  // namespace whatsflow::analytics::pages
