/// \file
/// The events and visits of some visitors, read once, and everything a page asks counted from them: where sums do not
/// know what is asked, and counting every event would take too long.
///
///     const auto sample = EventSample::read(host, store, context, asked, {{from, to}}, parts, look_for);
///     sample->total({from, to});                                      // scaled up to everybody
///     sample->tallies({from, to}, dimension::kSource);                // not scaled
#pragma once

#include "built_in_store.hpp"

#include <map>
#include <vector>

namespace whatsflow::analytics {

class EventSample {
public:
    /// Of these times, whatever `asked` says of time. At most `sample.parts` parts of the visitors, as many as there
    /// is time for, and at least one.
    static sdk::Result<EventSample> read(sdk::Host& host, BuiltInStore& store, const sdk::CallContext& context,
                                         Asked asked, const std::vector<Day>& spans, Sample sample,
                                         sdk::Milliseconds look_for);

    AnalyticsTally total(const Day& span) const;
    std::vector<AnalyticsPart> by_day(const Day& span, const TimeZone& zone) const;
    /// What the visitors of the sample did, by the values of a dimension.
    std::map<std::string, Tally> tallies(const Day& span, const std::string& dimension) const;
    /// One standard error of total()'s visits or views, in percent: who came often counts often.
    double error_of_visits(const Day& span) const;
    double error_of_views(const Day& span) const;

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
    /// By visitor.
    std::map<std::int64_t, Counts> people(const Day& span) const;
    double error_percent(const Day& span, std::int64_t Counts::*of) const;
    sdk::Result<void> read_visits(sdk::Host& host, BuiltInStore& store, const sdk::CallContext& context,
                                  const Asked& asked, int part);

    Sample sample_;
    std::vector<AnalyticsRecord> events_;
    std::map<std::pair<std::int64_t, std::int64_t>, Visit> visits_;  ///< by site and id
};

}  // namespace whatsflow::analytics
