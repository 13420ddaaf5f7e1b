#include "numbers.hpp"

namespace whatsflow::analytics::pages {

namespace {

/// Each of about ten tables counts them twice, and orders them.
constexpr std::int64_t kTables = 10;

}  // namespace

sdk::Result<Numbers> Numbers::of(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope) {
    Numbers numbers(office, context, scope);
    if (!office.store.built_in()) return numbers;
    numbers.of_edges_ = scope.filters.empty();
    const auto& times = scope.times;
    auto sample =
        numbers.of_edges_
            ? value_sample(office, context, scope.asked(times.span), office.look_at_events / kTables)
            : value_sample(office, context, scope.asked({times.before.from, times.span.to}), office.look_at_events);
    if (!sample) return sample.error();
    numbers.sample_ = std::move(*sample);
    return numbers;
}

void Numbers::tell(Report& report, const std::string& locale) const {
    if (!sample_) return;
    const auto& walked = sample_->walked;
    if (!of_edges_) {
        report.from(walked);
        return;
    }
    report.note(office_.text(locale, "words.edges_from_sample",
                             {{"one_in", grouped(walked.sample.one_in())},
                              {"seen", grouped(walked.seen)},
                              {"all", grouped(walked.all)},
                              {"zone", office_.zone.name()}}));
}

std::string Numbers::method_of(double (EventSample::*error)(const Day&) const, const std::string& locale) const {
    if (!is_sampled()) return office_.text(locale, "words.exact");
    const auto& span = scope_.times.span;
    return pages::method_of(office_, locale, sample_->walked, ((*sample_->events).*error)({span.from, span.to}));
}

sdk::Result<AnalyticsTally> Numbers::total(Span span) const {
    if (is_sampled()) return sample_->events->total({span.from, span.to});
    return office_.store.total(context_, scope_.asked(span));
}

sdk::Result<std::vector<AnalyticsPart>> Numbers::by_day() const {
    const auto& span = scope_.times.span;
    if (is_sampled()) return sample_->events->by_day({span.from, span.to}, scope_.times.zone);
    return office_.store.by_day(context_, scope_.asked(span), scope_.times.zone);
}

sdk::Result<std::vector<AnalyticsPart>> Numbers::by_value(const std::string& dimension, std::size_t most) const {
    const auto asked = scope_.asked(scope_.times.span);
    if (sample_) return sample_->by_value(office_, context_, asked, dimension, most);
    return office_.store.by_value(context_, asked, dimension, most);
}

}  // namespace whatsflow::analytics::pages
