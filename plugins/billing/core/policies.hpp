/// \file
/// Dunning and limit policies: data with a version. What has begun keeps the version it began with.
#pragma once

#include "amount.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace whatsflow::billing {

/// Days count from the day a payment was first refused for certain, and never from before the invoice is
/// due. A retry comes before a change of access on the same day, so that a success prevents it.
struct DunningPolicy {
    int version = 1;
    std::vector<int> retry_days{1, 3, 6, 13, 20};
    std::optional<int> limited_after = 7;
    std::optional<int> suspended_after = 14;
    std::optional<int> canceled_after = 21;
    /// What is suspended is not billed either: nothing new is charged while it lasts, and the days of what
    /// was paid for come back as credit when it ends. Without it only the access is gone.
    bool blocks_billing = false;

    bool operator==(const DunningPolicy&) const = default;
};

enum class LimitKind { hard, soft, grace, unlimited };

struct LimitPolicy {
    int version = 1;
    LimitKind kind = LimitKind::hard;  ///< a meter with overage is soft whatever this says
    int grace_percent = 0;             ///< grace: so much beyond the limit is let through
    std::vector<int> warn_at_percent{80, 100};

    bool operator==(const LimitPolicy&) const = default;
};

}  // namespace whatsflow::billing
