/// \file
/// A dunning policy tried on payments that were really refused: who would have lost what.
///
/// When each invoice was paid is taken from the documents as it was. A policy with fewer retries
/// might have been paid later, or not; that nobody can know from the past.
#pragma once

#include "../finance.hpp"
#include "core/policies.hpp"

#include <vector>

namespace whatsflow::billing {

struct DunningOutcome {
    std::int64_t invoices = 0;
    std::int64_t retries = 0;  ///< charges that would have been tried
    std::int64_t limited = 0, suspended = 0, canceled = 0;
    std::int64_t too_late = 0;  ///< of the canceled: paid in the end, after the policy would have given up
};

/// Up to `today` for what is still open.
DunningOutcome tried_on(const DunningPolicy& policy, const std::vector<RefusedInvoice>& refused, LocalDate today);

}  // namespace whatsflow::billing
