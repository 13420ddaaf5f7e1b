/// \file
/// Goes over stored events in the order of time, for questions that sums cannot answer.
#pragma once

#include "office.hpp"

namespace whatsflow::analytics::pages {

/// Each selected event, of one site after another; at most `kMostWalked`, and no longer than a reader waits. True
/// when there were more than that. Days without an event of the names that are asked for are passed over.
inline constexpr std::size_t kMostWalked = 500'000;
inline constexpr std::chrono::seconds kLongestWalk{3};
sdk::Result<bool> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                       const std::function<void(const AnalyticsRecord&)>& visit);

/// A text among the properties of an event; empty when it has none of that name.
std::string property_of(const AnalyticsRecord& event, const char* key);

/// Names of events of a scope, the most frequent first.
sdk::Result<std::vector<std::string>> names_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope);

}  // namespace whatsflow::analytics::pages
