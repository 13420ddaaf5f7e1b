/// \file
/// What time causes. Inside the core only.
#pragma once

#include "transition.hpp"

namespace whatsflow::billing {

void run_job(Transition& t, const DueJob& job);
/// The day a boundary of the subscription is next, for any of its items or plans.
std::optional<LocalDate> next_boundary(const Subscription& subscription);

}  // namespace whatsflow::billing
