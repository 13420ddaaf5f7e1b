/// \file
/// Counts by the values of a dimension where many events lie beside the sums: those know whole days of the platform's
/// zone, and nothing of a part of one, of a filter, or of an event's name.
#pragma once

#include "../event_sample.hpp"
#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

struct ValueSample {
    std::shared_ptr<const EventSample> events;
    Walked walked;  ///< whose they are

    /// Whole days that are summed up, and what is beside them from the sample, scaled up. `asked` lies within what
    /// was sampled for.
    sdk::Result<std::vector<AnalyticsPart>> by_value(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                     const Asked& asked, const std::string& dimension,
                                                     std::size_t most) const;
};

/// Some of the visitors, in the times beside the sums. Nothing where at most `most` events lie there, or there is no
/// sample: then the store counts everybody.
sdk::Result<std::optional<ValueSample>> value_sample(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                     const Asked& asked, std::int64_t most);

}  // namespace whatsflow::analytics::pages
