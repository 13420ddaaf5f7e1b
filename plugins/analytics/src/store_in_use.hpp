/// \file
/// The store that the config names: the built-in one, or another plugin's.
#pragma once

#include "built_in_store.hpp"

namespace whatsflow::analytics {

class StoreInUse {
public:
    /// `name` is the property `store` of a service `whatsflow.analytics_store/1`; empty: the built-in one.
    StoreInUse(sdk::Host& host, BuiltInStore& built_in, std::string name)
        : host_(host), built_in_(built_in), name_(std::move(name)) {}

    /// Nothing when another is in use.
    BuiltInStore* built_in() const { return name_.empty() ? &built_in_ : nullptr; }
    const std::string& name() const { return name_; }

    sdk::Result<void> append(const sdk::CallContext& context, const BuiltInStore::Events& events,
                             const BuiltInStore::VisitList& visits) const {
        return ask(&Store::append, context, events, visits);
    }
    // Numbers of no site are none. To read or to erase, an empty list means every site.
    sdk::Result<AnalyticsTally> total(const sdk::CallContext& context, const Asked& asked) const {
        if (asked.sites.empty()) return AnalyticsTally{};
        return ask(&Store::total, context, asked);
    }
    sdk::Result<std::vector<AnalyticsPart>> by_time(const sdk::CallContext& context, const Asked& asked,
                                                    std::int64_t step, std::int64_t phase = 0) const {
        if (asked.sites.empty()) return std::vector<AnalyticsPart>{};
        return ask(&Store::by_time, context, asked, step, phase);
    }
    /// By the days of a time zone, whatever their length.
    sdk::Result<std::vector<AnalyticsPart>> by_day(const sdk::CallContext& context, const Asked& asked,
                                                   const TimeZone& zone) const;
    sdk::Result<std::vector<AnalyticsPart>> by_value(const sdk::CallContext& context, const Asked& asked,
                                                     const std::string& dimension, std::size_t most) const {
        if (asked.sites.empty()) return std::vector<AnalyticsPart>{};
        return ask(&Store::by_value, context, asked, dimension, most);
    }
    sdk::Result<std::vector<AnalyticsPart>> by_site(const sdk::CallContext& context, const Asked& asked,
                                                    std::size_t most) const {
        if (asked.sites.empty()) return std::vector<AnalyticsPart>{};
        return ask(&Store::by_site, context, asked, most);
    }
    sdk::Result<std::int64_t> visitors(const sdk::CallContext& context, const Asked& asked) const {
        if (asked.sites.empty()) return std::int64_t{0};
        return ask(&Store::visitors, context, asked);
    }
    sdk::Result<std::vector<AnalyticsRecord>> read(const sdk::CallContext& context, const Asked& asked,
                                                   const AnalyticsPlace& after, std::size_t most) const {
        return ask(&Store::read, context, asked, after, most);
    }
    sdk::Result<AnalyticsErased> erase(const sdk::CallContext& context, const Asked& asked) const {
        return ask(&Store::erase, context, asked);
    }
    sdk::Result<std::int64_t> forget_before(const sdk::CallContext& context, std::int64_t at) const {
        return ask(&Store::forget_before, context, at);
    }
    sdk::Result<std::int64_t> forget_visits_before(const sdk::CallContext& context, std::int64_t at) const {
        return ask(&Store::forget_visits_before, context, at);
    }

private:
    using Store = sdk::draft::AnalyticsStore;

    template <class R, class... Parameters, class... Arguments>
    sdk::Result<R> ask(sdk::Result<R> (Store::*method)(Parameters...), Arguments&&... arguments) const {
        if (name_.empty()) return (static_cast<Store&>(built_in_).*method)(std::forward<Arguments>(arguments)...);
        const auto found = sdk::find_service<Store>(host_, {{"store", name_}});
        if (!found)
            return sdk::fail("plugin.unavailable", "No plugin provides the store '" + name_ + "' of analytics.");
        return found.call(method, std::forward<Arguments>(arguments)...);
    }

    sdk::Host& host_;
    BuiltInStore& built_in_;
    const std::string name_;
};

/// How a number was come by: `exact`, or `estimated ±1.6 %`.
inline const char* method_of(const AnalyticsTally& tally, bool of_visitors) {
    return !of_visitors || tally.visitors_are_exact ? "exact" : "estimated ±1.6 %";
}

}  // namespace whatsflow::analytics
