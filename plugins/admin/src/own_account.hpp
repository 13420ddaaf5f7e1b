/// \file
/// What a member of staff may change about the own account, each with its audit entry.
#pragma once

#include "page_kit.hpp"
#include "staff.hpp"

#include <whatsflow/sdk/secret.hpp>

namespace whatsflow::admin {

struct OwnDetails {
    std::string name;
    std::string time_zone;  ///< of time_zones.hpp, or empty for UTC
};
/// Error `staff.invalid` with the fields `name` and `time_zone`.
sdk::Result<void> change_details(Panel& panel, const sdk::Request& request, const OwnDetails& details);

/// Is this the person's password? Counts failures as a sign-in does. Error `staff.wait` while
/// there were too many.
sdk::Result<bool> knows_password(Panel& panel, const sdk::Request& request, const StaffMember& me,
                                 const sdk::Secret& password);

/// Keeps the new password and ends the other sessions. Gives the cookie of this one, which has a
/// new token. Error `staff.invalid` with the field `password`.
sdk::Result<std::string> change_password(Panel& panel, const sdk::Request& request, const StaffMember& me,
                                         const sdk::Secret& password);

/// A new token for this session after the rights or secrets behind it changed: the cookie.
sdk::Result<std::string> renew_session(Panel& panel, const sdk::Request& request);

}  // namespace whatsflow::admin
