/// \file
/// Counts by the values of a dimension where many events lie beside the sums: those know whole days of the platform's
/// zone, and nothing of a part of one.
#pragma once

#include "../filtered_sample.hpp"
#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

struct ValueSample {
    std::shared_ptr<const FilteredSample> events;
    Walked walked;  ///< whose they are
};

/// Nothing where at most `most` events lie beside the sums, or there is no sample: then the store counts everybody.
sdk::Result<std::optional<ValueSample>> value_sample(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                     const Asked& asked, std::int64_t most);

/// Looks at some of the visitors, if so many events are selected that not everybody can be looked at.
sdk::Result<std::optional<ValueSample>> sample_of_many(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                       const Asked& asked);

}  // namespace whatsflow::analytics::pages
