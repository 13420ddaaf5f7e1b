/// \file
/// Counts with filters, which sums do not know, where counting every event would take too long: the events and
/// visits of some visitors are read once, and everything a page asks is counted from them.
///
///     const auto sample = FilteredSample::read(host, store, tables, context, asked, parts, look_for);
///     sample->total({from, to});                                      // scaled up to everybody
///     sample->by_value({from, to}, dimension::kSource, 20);
#pragma once

#include "built_in_store.hpp"

#include <map>
#include <vector>

namespace whatsflow::analytics {

class FilteredSample {
public:
    /// At most `sample.parts` parts of the visitors, as many as there is time for, and at least one.
    static sdk::Result<FilteredSample> read(sdk::Host& host, BuiltInStore& store, const sdk::CallContext& context,
                                            const Asked& asked, Sample sample, sdk::Milliseconds look_for);

    AnalyticsTally total(const Day& span) const;
    std::vector<AnalyticsPart> by_day(const Day& span, const TimeZone& zone) const;
    std::vector<AnalyticsPart> by_value(const Day& span, const std::string& dimension, std::size_t most) const;

    const Sample& sample() const { return sample_; }
    std::int64_t seen() const { return static_cast<std::int64_t>(events_.size()); }

private:
    struct Counts {
        std::int64_t events = 0, views = 0, visits = 0, bounces = 0, seconds = 0;
        std::set<std::int64_t> visitors;
    };
    AnalyticsTally told(const Counts& counts) const;
    /// What `key` makes of an event and of a visit, counted.
    template <class Key, class OfEvent, class OfVisit>
    std::map<Key, Counts> counted(const Day& span, OfEvent&& of_event, OfVisit&& of_visit) const;
    sdk::Result<void> read_visits(sdk::Host& host, BuiltInStore& store, const sdk::CallContext& context,
                                  const Asked& asked, int part);

    Sample sample_;
    std::vector<AnalyticsRecord> events_;
    std::map<std::pair<std::int64_t, std::int64_t>, Visit> visits_;  ///< by site and id
};

}  // namespace whatsflow::analytics
