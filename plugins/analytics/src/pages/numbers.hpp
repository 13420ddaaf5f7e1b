/// \file
/// The numbers of a page that may be filtered: from the store, or, where filters would count too many events one by
/// one, from a sample of the visitors.
#pragma once

#include "../filtered_sample.hpp"
#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

class Numbers {
public:
    /// Of the scope's days and those before them.
    static sdk::Result<Numbers> of(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope);

    sdk::Result<AnalyticsTally> total(Span span) const;
    sdk::Result<std::vector<AnalyticsPart>> by_day() const;
    sdk::Result<std::vector<AnalyticsPart>> by_value(const std::string& dimension, std::size_t most) const;

    bool is_sampled() const { return sample_ != nullptr; }
    /// What the page says of the sample.
    const Walked& walked() const { return walked_; }

private:
    Numbers(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope)
        : office_(office), context_(context), scope_(scope) {}

    const AnalyticsOffice& office_;
    const sdk::CallContext& context_;
    const Scope& scope_;
    std::shared_ptr<const FilteredSample> sample_;
    Walked walked_;
};

}  // namespace whatsflow::analytics::pages
