/// \file
/// The numbers of a page that may be filtered: from the store, or, where filters would count too many events one by
/// one, from a sample of the visitors. For a reader in another zone than the platform's, whose first and last day no
/// sum by value knows, what tables say of those days is a sample's when they have many events.
#pragma once

#include "report.hpp"
#include "value_sample.hpp"

namespace whatsflow::analytics::pages {

class Numbers {
public:
    /// Of the scope's days and those before them.
    static sdk::Result<Numbers> of(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope);

    sdk::Result<AnalyticsTally> total(Span span) const;
    sdk::Result<std::vector<AnalyticsPart>> by_day() const;
    sdk::Result<std::vector<AnalyticsPart>> by_value(const std::string& dimension, std::size_t most) const;

    /// Totals and days too, not only the edges of tables.
    bool is_sampled() const { return sample_ && !of_edges_; }
    /// Whom totals and days were counted among.
    Walked walked() const { return is_sampled() ? sample_->walked : Walked{}; }
    /// How a total of visits or views was come by.
    std::string method_of_visits(const std::string& locale) const {
        return method_of(&EventSample::error_of_visits, locale);
    }
    std::string method_of_views(const std::string& locale) const {
        return method_of(&EventSample::error_of_views, locale);
    }
    /// Says on the page what is a sample's.
    void tell(Report& report, const std::string& locale) const;

private:
    std::string method_of(double (EventSample::*error)(const Day&) const, const std::string& locale) const;

    Numbers(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope)
        : office_(office), context_(context), scope_(scope) {}

    const AnalyticsOffice& office_;
    const sdk::CallContext& context_;
    const Scope& scope_;
    std::optional<ValueSample> sample_;
    bool of_edges_ = false;
};

}  // namespace whatsflow::analytics::pages
