#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

namespace {

/// From the first day to the last on which sums know of an event with one of the names.
sdk::Result<Day> days_with(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked) {
    Day days{INT64_MAX, INT64_MIN};
    auto one = asked;
    one.filters.clear();
    one.person.clear();
    for (const auto& name : asked.names) {
        one.names = {name};
        const auto parts = office.store.by_time(context, one, kDay);
        if (!parts) return parts.error();
        for (const auto& part : *parts)
            if (part.tally.events > 0)
                days = {std::min(days.from, part.start_at), std::max(days.to, part.start_at + kDay)};
    }
    return Day{std::max(days.from, asked.from), std::min(days.to, asked.to)};
}

}  // namespace

sdk::Result<std::int64_t> events_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                    const Asked& asked) {
    auto one = asked;
    one.filters.clear();
    one.person.clear();
    std::int64_t all = 0;
    auto names = asked.names;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, names.size()); ++i) {
        if (!names.empty()) one.names = {names[i]};
        const auto total = office.store.total(context, one);
        if (!total) return total.error();
        all += total->events;
    }
    return all;
}

sdk::Result<Walked> sampled(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked) {
    auto* built_in = office.store.built_in();
    if (!built_in) return Walked{};
    const auto all = events_of(office, context, asked);
    if (!all) return all.error();
    Walked walked;
    walked.sample = sample_of(*all, office.look_at_events);
    if (walked.sample.is_everybody()) return walked;
    const auto there = built_in->has_samples(context, asked);
    if (!there) return there.error();
    if (!*there) return Walked{};
    walked.all = *all;
    return walked;
}

void Walked::join(const Walked& other) {
    was_cut = was_cut || other.was_cut;
    seen += other.seen;
    all += other.all;
    if (other.sample.parts < sample.parts) sample = other.sample;
}

namespace {

/// The selection of each site, within the days that have something of it.
sdk::Result<std::vector<Asked>> by_site(const AnalyticsOffice& office, const sdk::CallContext& context,
                                        const Asked& asked) {
    std::vector<Asked> all;
    for (const auto site : asked.sites) {
        auto of_site = asked;
        of_site.sites = {site};
        if (!asked.names.empty()) {
            const auto days = days_with(office, context, of_site);
            if (!days) return days.error();
            if (days->from >= days->to) continue;
            of_site.from = days->from;
            of_site.to = days->to;
        }
        all.push_back(std::move(of_site));
    }
    return all;
}

/// One part of the visitors after the other, as many as there is time for: the sample is those.
sdk::Result<Walked> walk_sample(const AnalyticsOffice& office, const sdk::CallContext& context,
                                const std::vector<Asked>& sites, Walked walked, Detail detail,
                                const std::function<void(const AnalyticsRecord&)>& visit) {
    const auto begun = std::chrono::steady_clock::now();
    for (int part = 0; part < walked.sample.parts; ++part) {
        for (const auto& of_site : sites) {
            const auto done =
                office.store.built_in()->read_part(context, of_site, part, detail, [&](const auto& event) {
                    ++walked.seen;
                    visit(event);
                });
            if (!done) return done.error();
        }
        const auto taken = std::chrono::steady_clock::now() - begun;
        if (taken / (part + 1) * (part + 2) > office.look_for) walked.sample.parts = part + 1;
    }
    return walked;
}

}  // namespace

sdk::Result<Walked> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                         Among among, Detail detail, const std::function<void(const AnalyticsRecord&)>& visit) {
    constexpr std::size_t kPiece = 10'000;
    const auto until = std::chrono::steady_clock::now() + kLongestWalk;
    const auto sites = by_site(office, context, asked);
    if (!sites) return sites.error();
    Walked walked;
    if (among == Among::sample) {
        const auto chosen = sampled(office, context, asked);
        if (!chosen) return chosen.error();
        walked = *chosen;
    }
    if (!walked.sample.is_everybody()) return walk_sample(office, context, *sites, walked, detail, visit);
    auto* built_in = office.store.built_in();
    const auto read = [&](const Asked& of_site, const AnalyticsPlace& after) {
        return built_in ? built_in->read(context, of_site, detail, after, kPiece)
                        : office.store.read(context, of_site, after, kPiece);
    };
    for (const auto& of_site : *sites) {
        AnalyticsPlace after;
        while (true) {
            const auto events = read(of_site, after);
            if (!events) return events.error();
            for (const auto& event : *events) {
                if (++walked.seen > static_cast<std::int64_t>(kMostWalked)) {
                    walked.was_cut = true;
                    return walked;
                }
                visit(event);
            }
            if (events->size() < kPiece) break;
            if (std::chrono::steady_clock::now() > until) {
                walked.was_cut = true;
                return walked;
            }
            after = {events->back().occurred_at, events->back().id};
        }
    }
    return walked;
}

std::string method_of(const AnalyticsOffice& office, const std::string& locale, const Walked& walked,
                      std::int64_t counted) {
    return method_of(office, locale, walked, walked.sample.error_percent(counted));
}

std::string method_of(const AnalyticsOffice& office, const std::string& locale, const Walked& walked,
                      double error_percent) {
    if (walked.sample.is_everybody()) return office.text(locale, "words.exact");
    char error[32];
    std::snprintf(error, sizeof error, "%.1f", error_percent);
    return office.text(locale, "words.sampled", {{"one_in", grouped(walked.sample.one_in())}, {"error", error}});
}

std::string property_of(const AnalyticsRecord& event, const char* key) {
    const auto properties = nlohmann::json::parse(event.properties, nullptr, false);
    if (!properties.is_object()) return {};
    const auto found = properties.find(key);
    return found != properties.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

sdk::Result<std::vector<std::string>> names_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope) {
    const auto rows = office.store.by_value(context, scope.asked(scope.times.span), dimension::kEvent, 100);
    if (!rows) return rows.error();
    std::vector<std::string> names;
    for (const auto& row : *rows)
        if (row.value != kOther) names.push_back(row.value);
    return names;
}

}  // namespace whatsflow::analytics::pages
