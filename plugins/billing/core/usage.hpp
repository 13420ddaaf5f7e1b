/// \file
/// Usage counters: how much of a meter was used in a period, and what of it was billed.
#pragma once

#include "amount.hpp"
#include "catalogue.hpp"
#include "ids.hpp"
#include "subscription.hpp"

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// One meter in one billing period. A gauge has one counter for all time.
///
/// What a time-weighted one comes to is `level × days of the period − moment` parts of a unit, of which
/// `whole` make one: what is held from the 11th day of thirty on has 10 days of each unit in the moment.
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
    std::int64_t billed_units = 0;  ///< in parts, as units_over() says it
    Amount billed_amount = 0;
    Aggregation aggregation = Aggregation::sum;  ///< that of the meter when the counter began
    std::int64_t whole = 1;                      ///< time_weighted: the days of the full period
    std::int64_t start = 0;                      ///< time_weighted: held when the period begins
    std::int64_t level = 0;                      ///< time_weighted: held when it ends, as far as is known
    std::int64_t moment = 0;                     ///< time_weighted: each change × the days before it
    std::optional<sdk::Instant> latest_at{};     ///< latest: of the event that counts

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

/// Beyond what is included, in parts of which `whole` are one unit.
std::int64_t units_over(const UsageCounter& counter);
/// What the counter comes to, exactly.
Fraction usage_of(const UsageCounter& counter);
/// Writes `used` of a time-weighted counter after its period or what is held has changed.
void refresh(UsageCounter& counter);
/// The next period's, and what the last one has of the end itself: nothing falls between. Of different
/// values it is not known which are the same: the larger number stands.
void merge_at_the_end(UsageCounter& last, UsageCounter& late);

}  // namespace whatsflow::billing
