/// \file
/// Desired lines minus what is billed. Inside the core only.
///
/// The lines of one invoice are those that are missing when everything that the subscription should
/// have been billed for from a day on is compared with the lines that already cover it: a credit for
/// what is covered and not wanted any more, a charge for what is wanted and not covered. Asking
/// twice therefore gives nothing the second time.
#pragma once

#include "transition.hpp"

namespace whatsflow::billing {

struct Draft {
    std::vector<InvoiceLine> lines;
    std::vector<PendingChange::Release> releases;  ///< billed lines that shall cover less
    struct Reduction {
        Amount amount = 0;  ///< off the charges, after their coupons
        std::string reason;
    };
    std::vector<Reduction> reductions{};

    bool empty() const { return lines.empty(); }
};

enum class Unwanted { credit, keep };

/// Recurring lines: `after` is the subscription as it shall be, from `t.date` on.
void add_recurring(Transition& t, const Subscription& after, Unwanted unwanted, Draft& draft);

/// Credit for the days of what was charged that lie in `days`; the line goes on covering its span.
void add_credit_for(Transition& t, const SubscriptionId& subscription, const Span& days, Draft& draft);

enum class Counters {
    ended,    ///< those whose period is over by then
    closing,  ///< all: the period ends early
};
/// Usage that was not billed yet. `subscription` is as it was while the usage was made.
void add_usage(Transition& t, const Subscription& subscription, LocalDate until, Counters which, Draft& draft);

/// What was too little to charge for before.
void add_carried_over(Transition& t, Draft& draft);

/// Coupons and taxes on the lines that are there.
void discount_and_tax(Transition& t, const Subscription& after, Draft& draft);

/// Up to which day a line covers its span once the draft is in force.
LocalDate kept_until(const InvoiceLine& line, const Draft& draft);

}  // namespace whatsflow::billing
