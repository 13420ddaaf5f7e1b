/// \file
/// Usage counters: how much of a meter was used in a period, and what of it was billed.
#pragma once

#include "catalogue.hpp"
#include "ids.hpp"
#include "subscription.hpp"

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// One meter in one billing period. A gauge has one counter for all time.
struct UsageCounter {
    CounterId id;
    std::string meter;
    SubscriptionId subscription;
    Span period;  ///< open while it contains today
    std::int64_t used = 0;
    std::int64_t reserved = 0;
    std::optional<std::int64_t> limit;  ///< of the plan; the snapshot once the period has closed
    bool trial = false;                 ///< limits are hard and nothing is billed
    bool closed = false;
    std::int64_t billed_units = 0;
    Amount billed_amount = 0;

    bool operator==(const UsageCounter&) const = default;
};

/// The limit of a meter that a subscription has now: plan plus add-ons; nothing = unlimited.
std::optional<std::int64_t> limit_of(const Catalogue& catalogue, const Subscription& subscription,
                                     const std::string& meter);

/// Whether so much more may be used, and the warnings that it crosses (80, 100).
struct UsageVerdict {
    bool allowed = true;
    std::vector<int> crossed;
};
UsageVerdict judge_usage(const Meter& meter, const UsageCounter& counter, std::int64_t quantity);

/// Beyond what is included.
std::int64_t units_over(const UsageCounter& counter);

}  // namespace whatsflow::billing
