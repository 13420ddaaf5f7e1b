/// \file
/// Which periods a subscription has had: what is told of a day that is long over may count in all of them
/// since. Inside the core only.
#pragma once

#include "transition.hpp"

namespace whatsflow::billing {

/// Writes down how the periods of the live subscription follow each other now. Comes after each change.
void note_periods(Transition& t);

/// Nothing for a day of a trial, of a pause, or from before periods were written down.
const Stretch* stretch_of(const Subscription& subscription, LocalDate day);

/// The whole period of that day as it was then; what was not written down is taken to be as it is now.
Span full_period_of(const Subscription& subscription, LocalDate day);

}  // namespace whatsflow::billing
