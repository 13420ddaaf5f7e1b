/// \file
/// Invoices that wait before they are final, so that usage which is reported late still lands on them.
/// Inside the core only.
///
/// A waiting draft is no document and keeps no lines: it says from which day the missing lines of a
/// subscription count. What it comes to is what finalise() makes of the account at the moment of the
/// question, so two looks differ only by what was reported in between.
#pragma once

#include "lines.hpp"

namespace whatsflow::billing {

/// Makes the invoice of a boundary final, or lets it wait for `t.grace_days`.
void issue_or_wait(Transition& t, Draft draft, const Subscription& after);

/// Makes final what waits for this subscription. Comes before the lines of any other invoice of it are
/// looked for: they would bill the same days.
void finalise_waiting(Transition& t, const SubscriptionId& subscription);

}  // namespace whatsflow::billing
