/// \file
/// The roles of staff, and what each may do.
///
/// A permission names the roles that hold it (PermissionDefinition); super_admin holds every
/// one that is defined for the panel, whoever defined it.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace whatsflow::admin {

inline constexpr std::string_view kSuperAdmin = "super_admin";
inline constexpr std::array<std::string_view, 4> kRoles{"super_admin", "support_admin", "finance_admin", "read_only"};

bool is_role(std::string_view text);

/// Which permissions a role has now. Plugins that define some come and go, so what is known is
/// remembered for a second only. [thread-safe]
class RolePermissions {
public:
    explicit RolePermissions(sdk::Host& host) : host_(host) {}
    std::set<std::string> of(const std::string& role);

private:
    sdk::Host& host_;
    std::mutex mutex_;
    std::optional<sdk::Instant> read_at_;
    std::map<std::string, std::set<std::string>> by_role_;
};

}  // namespace whatsflow::admin
