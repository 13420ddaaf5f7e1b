/// \file
/// How customers leave by themselves: the same on their pages and for their programs.
#pragma once

#include "commands.hpp"

namespace whatsflow::billing {

/// Customers leave at the end of what they paid for; before that it can be withdrawn.
inline Command leave(std::string reason) {
    return Cancel{When::period_end, CreditChoice::none, std::move(reason)};
}

/// Why somebody leaves: one of these words.
inline constexpr const char* kReasonsToLeave[] = {"too_expensive", "missing_feature", "not_used",
                                                  "other_product", "trouble",         "other"};

/// And when it was not the customer's decision: dunning came to its end.
inline constexpr const char* kNotPaid = "not_paid";

}  // namespace whatsflow::billing
