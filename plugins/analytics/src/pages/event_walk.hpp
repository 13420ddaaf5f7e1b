/// \file
/// Goes over stored events in the order of time, for questions that sums cannot answer.
#pragma once

#include "office.hpp"

namespace whatsflow::analytics::pages {

inline constexpr std::size_t kMostWalked = 500'000;
inline constexpr std::chrono::seconds kLongestWalk{3};

struct Walked {
    bool was_cut = false;  ///< there were more than anybody waits for: only the first were seen
    Sample sample;         ///< whose events were seen
    std::int64_t seen = 0;
    std::int64_t all = 0;  ///< how many events the sample stands for; 0 when everybody was looked at

    void join(const Walked& other);
};

/// How many events have the names that are asked for. Filters make them fewer: that is not known before they are
/// counted, so a filtered sample is smaller than it might be.
sdk::Result<std::int64_t> events_of(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked);

/// Which of the visitors to look at, by how many events there are.
sdk::Result<Walked> sampled(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked);

enum class Among { everybody, sample };

/// Each selected event, of one site after another; at most `kMostWalked`, and no longer than a reader waits.
/// Days without an event of the names that are asked for are passed over. `Among::sample` allows to look at some
/// visitors only where there are too many events: for questions about shares of people, never about money. Then one
/// visitor's events still come in the order of time, but different visitors' do not, and there are as many visitors
/// as there is time for.
sdk::Result<Walked> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                         Among among, Detail detail, const std::function<void(const AnalyticsRecord&)>& visit);

/// `Exact`, or how far what was counted may be off: `Estimated from one visitor in 32, ±2.1 %`.
std::string method_of(const AnalyticsOffice& office, const std::string& locale, const Walked& walked,
                      std::int64_t counted);
std::string method_of(const AnalyticsOffice& office, const std::string& locale, const Walked& walked,
                      double error_percent);

/// A text among the properties of an event; empty when it has none of that name.
std::string property_of(const AnalyticsRecord& event, const char* key);

/// Names of events of a scope, the most frequent first.
sdk::Result<std::vector<std::string>> names_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope);

}  // namespace whatsflow::analytics::pages
