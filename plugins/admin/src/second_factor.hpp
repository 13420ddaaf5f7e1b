/// \file
/// The second factor of members of staff: a code of an authenticator app, or one of ten
/// recovery codes. A code works once.
#pragma once

#include "panel.hpp"
#include "staff.hpp"

#include <whatsflow/sdk/secret.hpp>

#include <string>
#include <vector>

namespace whatsflow::admin {

/// A secret that is being set up: the person scans it and proves it with a code.
struct Enrolment {
    sdk::Secret secret;
    std::string sealed;  ///< what a form or session may carry meanwhile
    std::string qr_svg;
};

/// A new secret for `member`, or with `sealed` the one of before.
sdk::Result<Enrolment> begin_enrolment(Panel& panel, const StaffMember& member, const std::string& sealed = {});

/// Ends an enrolment: keeps the secret when the code fits. Gives the recovery codes, to be shown
/// once. Error `staff.wrong_code`.
sdk::Result<std::vector<std::string>> finish_enrolment(Panel& panel, const sdk::CallContext& context,
                                                       const sdk::Actor& actor, const StaffMember& member,
                                                       const std::string& sealed, const std::string& code);

/// Is this a valid code of the app or an unused recovery code? Uses it up.
sdk::Result<bool> use_code(Panel& panel, const sdk::CallContext& context, const StaffMember& member,
                           const std::string& code);

sdk::Result<int> unused_recovery_codes(Panel& panel, const sdk::CallContext& context, const std::string& staff_id);

}  // namespace whatsflow::admin
