/// \file
/// Which visit an event belongs to: one ends after half an hour without an event.
///
///     Visits visits;
///     for (row : open visits of these visitors) visits.know(row);
///     for (auto& event : events) visits.place(event);     // sets event.visit
///     for (auto* visit : visits.changed()) save(*visit);
///
/// Source, campaign and entry page belong to the visit as it began. Late events join the visit
/// they fall into; two visits that a late event would connect stay two.
#pragma once

#include "event.hpp"

#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace whatsflow::analytics {

inline constexpr std::int64_t kVisitEnds = 30ll * 60 * 1'000'000;

struct Visit {
    std::int64_t site = 0, id = 0;
    std::int64_t visitor = 0;  ///< whose: see visitor_of
    std::int64_t started_at = 0, last_at = 0;
    std::int64_t views = 0, events = 0, bot = 0;
    std::string entry_path, exit_path, hostname, source, medium, campaign, country, browser, system, device;

    bool is_new = false;
    /// What was counted before: the difference goes into the sums.
    std::int64_t bounced_before = 0, seconds_before = 0;

    /// One page seen and nothing done.
    std::int64_t bounced() const { return views <= 1 && events == views ? 1 : 0; }
    std::int64_t seconds() const { return (last_at - started_at) / 1'000'000; }
};

/// The sender's own session where it says one, else the visitor.
std::int64_t visitor_of(const Event& event);

class Visits {
public:
    void know(Visit visit);
    /// Only events of pages have a visit.
    void place(Event& event);
    std::vector<const Visit*> changed() const;

private:
    Visit& visit_at(const Event& event, std::int64_t visitor);

    std::deque<Visit> all_;
    std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Visit*>> of_visitor_;
    std::set<const Visit*> changed_;
};

}  // namespace whatsflow::analytics
