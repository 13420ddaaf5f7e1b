#include "numbers.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<Numbers> Numbers::of(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope) {
    Numbers numbers(office, context, scope);
    auto* built_in = office.store.built_in();
    if (!built_in || scope.filters.empty()) return numbers;
    const auto asked = scope.asked({scope.times.before.from, scope.times.span.to});
    auto walked = sampled(office, context, asked);
    if (!walked) return walked.error();
    if (walked->sample.is_everybody()) return numbers;
    auto sample = FilteredSample::read(office.host, *built_in, context, asked, walked->sample, office.look_for);
    if (!sample) return sample.error();
    walked->sample = sample->sample();
    walked->seen = sample->seen();
    numbers.walked_ = *walked;
    numbers.sample_ = std::make_shared<const FilteredSample>(std::move(*sample));
    return numbers;
}

sdk::Result<AnalyticsTally> Numbers::total(Span span) const {
    if (sample_) return sample_->total({span.from, span.to});
    return office_.store.total(context_, scope_.asked(span));
}

sdk::Result<std::vector<AnalyticsPart>> Numbers::by_day() const {
    const auto& span = scope_.times.span;
    if (sample_) return sample_->by_day({span.from, span.to}, scope_.times.zone);
    return office_.store.by_day(context_, scope_.asked(span), scope_.times.zone);
}

sdk::Result<std::vector<AnalyticsPart>> Numbers::by_value(const std::string& dimension, std::size_t most) const {
    const auto& span = scope_.times.span;
    if (sample_) return sample_->by_value({span.from, span.to}, dimension, most);
    return office_.store.by_value(context_, scope_.asked(span), dimension, most);
}

}  // namespace whatsflow::analytics::pages
