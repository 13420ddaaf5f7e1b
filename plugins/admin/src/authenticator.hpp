/// \file
/// Who is asking, on the admin site: the session's member of staff with the permissions of the
/// role as they are now. A change of role, a disabled account or a changed list of allowed
/// addresses counts from the next request on.
#pragma once

#include "panel.hpp"

#include <whatsflow/sdk/identity.hpp>

namespace whatsflow::admin {

/// What a session's facts say about how far its sign-in has come.
inline constexpr const char* kStage = "stage";
inline constexpr const char* kStageCode = "second_factor";  ///< the password was right, the code is missing
inline constexpr const char* kStageEnrol = "enrol";         ///< a second factor must be set up first

class StaffAuthenticator final : public sdk::Authenticator {
public:
    explicit StaffAuthenticator(Panel& panel) : panel_(panel) {}
    sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request& request) override;

private:
    Panel& panel_;
};

}  // namespace whatsflow::admin
