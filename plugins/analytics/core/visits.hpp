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

using Visit = sdk::draft::AnalyticsVisit;

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
