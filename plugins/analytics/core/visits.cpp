#include "visits.hpp"

#include "keyed_hash.hpp"

#include <algorithm>

namespace whatsflow::analytics {
namespace {

constexpr HashKey kFixed{'v', 'i', 's', 'i', 't', 's'};

/// Begins with the time, so that visits of one time lie together in the database: 65 milliseconds, then 27 bits that
/// tell apart who began within them. The same whenever the same events are placed anew.
std::int64_t id_of(std::int64_t site, std::int64_t visitor, std::int64_t started_at) {
    constexpr unsigned kTold = 27;
    const auto hash =
        keyed_hash(kFixed, {std::to_string(site), ":", std::to_string(visitor), ":", std::to_string(started_at)});
    const auto slot = static_cast<std::uint64_t>(started_at) >> 16U;
    return static_cast<std::int64_t>(slot << kTold | hash >> (64 - kTold));
}

}  // namespace

std::int64_t visitor_of(const Event& event) {
    return event.session.empty() ? event.visitor : static_cast<std::int64_t>(keyed_hash(kFixed, {event.session}));
}

void Visits::know(Visit visit) {
    visit.bounced_before = visit.bounced();
    visit.seconds_before = visit.seconds();
    all_.push_back(std::move(visit));
    of_visitor_[{all_.back().site, all_.back().visitor}].push_back(&all_.back());
}

Visit& Visits::visit_at(const Event& event, std::int64_t visitor) {
    auto& known = of_visitor_[{event.site, visitor}];
    const auto fits = [&](const Visit* visit) {
        return event.occurred_at >= visit->started_at - kVisitEnds && event.occurred_at <= visit->last_at + kVisitEnds;
    };
    // The latest that fits.
    Visit* found = nullptr;
    for (auto* visit : known)
        if (fits(visit) && (!found || visit->last_at > found->last_at)) found = visit;
    if (found) return *found;
    Visit fresh;
    fresh.site = event.site;
    fresh.visitor = visitor;
    fresh.id = id_of(event.site, visitor, event.occurred_at);
    fresh.started_at = fresh.last_at = event.occurred_at;
    fresh.bot = event.bot;
    fresh.entry_path = event.path;
    fresh.hostname = event.hostname;
    fresh.source = event.source;
    fresh.medium = event.medium;
    fresh.campaign = event.campaign;
    fresh.country = event.country;
    fresh.browser = event.browser;
    fresh.system = event.system;
    fresh.device = event.device;
    fresh.is_new = true;
    all_.push_back(std::move(fresh));
    known.push_back(&all_.back());
    return all_.back();
}

void Visits::place(Event& event) {
    if (!event.is_web) return;
    auto& visit = visit_at(event, visitor_of(event));
    visit.events += 1;
    visit.views += event.name == kPageView ? 1 : 0;
    if (event.occurred_at >= visit.last_at) {
        visit.last_at = event.occurred_at;
        visit.exit_path = event.path;
    }
    event.visit = visit.id;
    changed_.insert(&visit);
}

std::vector<const Visit*> Visits::changed() const {
    std::vector<const Visit*> all;
    for (const auto& visit : all_)
        if (changed_.contains(&visit)) all.push_back(&visit);
    return all;
}

}  // namespace whatsflow::analytics
