#include "numbers.hpp"

namespace whatsflow::analytics::pages {

namespace {

/// Each of about ten tables counts them twice, and orders them.
constexpr std::int64_t kTables = 10;

}  // namespace

sdk::Result<Numbers> Numbers::of(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope) {
    Numbers numbers(office, context, scope);
    if (!office.store.built_in()) return numbers;
    numbers.of_tables_ = scope.filters.empty();
    const auto& times = scope.times;
    auto sample = numbers.of_tables_
                      ? value_sample(office, context, scope.asked(times.span), office.look_at_events / kTables)
                      : sample_of_many(office, context, scope.asked({times.before.from, times.span.to}));
    if (!sample) return sample.error();
    if (!*sample) return numbers;
    numbers.walked_ = (*sample)->walked;
    numbers.sample_ = std::move((*sample)->events);
    return numbers;
}

void Numbers::tell(Report& report, const std::string& locale) const {
    if (!sample_) return;
    if (!of_tables_) {
        report.from(walked_);
        return;
    }
    report.note(office_.text(locale, "words.tables_from_sample",
                             {{"one_in", grouped(walked_.sample.one_in())},
                              {"seen", grouped(walked_.seen)},
                              {"all", grouped(walked_.all)},
                              {"zone", office_.zone.name()}}));
}

sdk::Result<AnalyticsTally> Numbers::total(Span span) const {
    if (is_sampled()) return sample_->total({span.from, span.to});
    return office_.store.total(context_, scope_.asked(span));
}

sdk::Result<std::vector<AnalyticsPart>> Numbers::by_day() const {
    const auto& span = scope_.times.span;
    if (is_sampled()) return sample_->by_day({span.from, span.to}, scope_.times.zone);
    return office_.store.by_day(context_, scope_.asked(span), scope_.times.zone);
}

sdk::Result<std::vector<AnalyticsPart>> Numbers::by_value(const std::string& dimension, std::size_t most) const {
    const auto& span = scope_.times.span;
    if (sample_) return sample_->by_value({span.from, span.to}, dimension, most);
    return office_.store.by_value(context_, scope_.asked(span), dimension, most);
}

}  // namespace whatsflow::analytics::pages
