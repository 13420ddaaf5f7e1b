/// \file
/// The states of a subscription and what moves it between them. Inside the core only.
#pragma once

#include "invoicing.hpp"

namespace whatsflow::billing {

/// Sets the state that open, refused and disputed invoices give a subscription.
void reassess(Transition& t, Subscription& subscription);
OverdueLevel level_on(const Account& account, const Catalogue& catalogue, const Subscription& subscription,
                      LocalDate day);
/// The day the overdue ladder counts from: the oldest refused invoice that is not on hold.
const InvoiceDunning* oldest_dunning(const Account& account, const SubscriptionId& subscription);

/// `after` takes the place of the subscription once what its draft asks for is paid; at once when
/// nothing is.
void propose(Transition& t, Subscription after, Draft draft, const char* event);
/// The invoice of a pending change is paid.
void take_effect(Transition& t, const PendingChangeId& change);
/// While a policy blocks billing, too: notes when that began, and settles it once the subscription is
/// suspended no more. Called at the end of every transition.
void follow_block(Transition& t);
void replace(Transition& t, const Subscription& after);

void activate(Transition& t, Subscription& subscription);
/// The first invoice was not paid in time, or never will be.
void give_up(Transition& t, Subscription& subscription, SubscriptionState state);
/// Ends on `t.date`: bills the last usage and keeps nothing running.
void end_subscription(Transition& t, const SubscriptionId& subscription, CreditChoice credit);

/// A provider's renewals cannot be changed: what they would not fit any more ends them.
void take_renewals_back(Transition& t, Subscription& subscription);

void close_counters(Transition& t, const Subscription& subscription, LocalDate until);

/// The current price of a plan or add-on for somebody who buys it on `t.date`.
SubscriptionItem priced_item(Transition& t, ItemKind kind, const std::string& code, const Interval& interval,
                             std::int64_t quantity, std::optional<Amount> amount);

}  // namespace whatsflow::billing
