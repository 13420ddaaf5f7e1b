/// \file
/// What staff can do to a subscription, read from a form.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

/// `change_plan custom_price cancel uncancel extend_trial credit tax_details pause resume`. Errors
/// `billing.unknown_action` and `billing.bad_input` with a sentence.
sdk::Result<Command> command_in(const std::string& action, const sdk::Fields& form, const Account& account);

/// Extending a trial and cancelling at the period's end are for support, too.
bool is_basic(const Command& command);

/// The fields that an action reads, to carry them from the preview to the confirmation.
const std::vector<std::string>& action_fields();

}  // namespace whatsflow::billing::staff
