/// \file
/// Who is asking, and how the host finds out.
///
/// The host checks the permission of every route before its handler runs. It knows nothing
/// of accounts: it asks the `Authenticator` of the site. Without one, only routes with the
/// permissions `public` and `loopback` can be reached.
#pragma once

#include <whatsflow/sdk/id.hpp>
#include <whatsflow/sdk/service.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct Request;

struct Identity {
    enum class Kind { user, staff, token };

    Kind kind = Kind::user;
    std::string subject;    ///< id of the user, staff member or token
    TenantId tenant;        ///< empty for staff
    std::string session;    ///< id of the session; CSRF tokens are bound to it
    std::set<std::string> permissions;

    // For pages, logs and the audit trail.
    std::string name{};         ///< of the person, or the token's label
    std::string email{};
    std::string role{};         ///< in the tenant, or of the staff member
    std::string tenant_name{};
    std::string time_zone{};    ///< IANA; empty: UTC
    std::string impersonator{}; ///< staff id, when staff acts as this user
    std::string environment{};  ///< of a token: `production`
    std::vector<std::string> origins{};  ///< of a token for browsers

    bool may(const std::string& permission) const { return permissions.contains(permission); }
};

/// Properties: {"site", "app" | "admin" | "api"}.
class Authenticator : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.authenticator", 1};

    /// [pool-thread] Nothing when the request carries no valid session or token. Reads
    /// cookies and headers only: the body has not been looked at.
    virtual Result<std::optional<Identity>> identify(const Request& request) = 0;

protected:
    ~Authenticator() override;
};

}  // namespace whatsflow::sdk
