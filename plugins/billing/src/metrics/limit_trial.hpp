/// \file
/// A limit's policy and a tax rate tried on what really happened: usage of periods that ended, amounts
/// that were invoiced.
///
/// A hard limit has stopped people where it stood; how far they would have gone nobody can know from
/// the past. What was used beyond a soft one is known.
#pragma once

#include "../finance.hpp"
#include "core/catalogue.hpp"

#include <map>
#include <string>
#include <vector>

namespace whatsflow::billing {

struct LimitOutcome {
    std::int64_t counters = 0;              ///< with a limit
    std::int64_t warned = 0;                ///< came to the first warning
    std::int64_t stopped = 0;               ///< used all that the policy lets through
    std::int64_t refused = 0;               ///< units that were used and would not have been let through
    std::map<std::string, Amount> overage;  ///< what use beyond the limit would cost, by currency
};

LimitOutcome tried_on(const Meter& meter, const std::vector<UsedLimit>& used);

/// The tax on what was invoiced, were the rate this one.
Amount tax_at(const TaxRate& rate, Amount amount);

}  // namespace whatsflow::billing
