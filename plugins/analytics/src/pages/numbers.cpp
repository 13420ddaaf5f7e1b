#include "numbers.hpp"

namespace whatsflow::analytics::pages {

namespace {

/// Each of about ten tables counts them twice, and orders them.
constexpr std::int64_t kTables = 10;

}  // namespace

sdk::Result<std::int64_t> Numbers::beside_the_sums() const {
    const auto& times = scope_.times;
    if (times.zone.name() == office_.zone.name()) return std::int64_t{0};
    std::int64_t events = 0;
    for (const auto& day : {Span{times.start_of(0), times.start_of(1)},
                            Span{times.start_of(std::max<std::int64_t>(1, times.days - 1)), times.span.to}}) {
        const auto tally = office_.store.total(context_, scope_.asked(day));
        if (!tally) return tally.error();
        events += tally->events;
    }
    return events;
}

sdk::Result<Numbers> Numbers::of(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope) {
    Numbers numbers(office, context, scope);
    auto* built_in = office.store.built_in();
    if (!built_in) return numbers;
    auto span = Span{scope.times.before.from, scope.times.span.to};
    if (scope.filters.empty()) {
        const auto beside = numbers.beside_the_sums();
        if (!beside) return beside.error();
        if (*beside <= office.look_at_events / kTables) return numbers;
        numbers.of_tables_ = true;
        span = scope.times.span;
    }
    const auto asked = scope.asked(span);
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
