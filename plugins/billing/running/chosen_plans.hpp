/// \file
/// The plan that a visitor chose on the price list, kept from the sign-up until the tenant decides.
///
/// A wish from outside: it may name what is not sold, and begins nothing by itself.
#pragma once

#include "src/desk.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::billing {

/// Hears of sign-ups. [in start() only]
sdk::Result<void> keep_chosen_plans(sdk::Host& host);

/// Nothing for who signed up without a choice.
sdk::Result<std::optional<ChosenPlan>> chosen_plan_of(sdk::Host& host, const sdk::CallContext& context,
                                                      const TenantId& tenant);

}  // namespace whatsflow::billing
