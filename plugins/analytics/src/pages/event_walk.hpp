/// \file
/// Goes over stored events in the order of time, for questions that sums cannot answer.
#pragma once

#include "office.hpp"

namespace whatsflow::analytics::pages {

struct Walked {
    std::int64_t at = 0;
    std::int64_t visitor = 0;
    std::string name;
    std::string person;
    std::string properties;
    std::int64_t revenue = 0;
    std::string currency;
    std::string country;
    std::string source;
    std::string path;
};

/// Each event of these names (all: none given) of one site after another; at most `kMostWalked`. True
/// when there were more than that.
inline constexpr std::size_t kMostWalked = 500'000;
sdk::Result<bool> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                       const std::vector<std::string>& names, const std::function<void(const Walked&)>& visit);

/// Names of events of a scope, the most frequent first.
sdk::Result<std::vector<std::string>> names_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope);

}  // namespace whatsflow::analytics::pages
