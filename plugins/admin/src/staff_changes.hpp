/// \file
/// What may be done to members of staff, each with its entry in the audit log: create, change
/// the role, disable, enable, reset the password, take the second factor away.
///
///     StaffChanges changes(host);
///     auto created = changes.create(context, actor, {"nimal@example.com", "Nimal", "support_admin"});
///     show_once(created->password);
///
/// There is always one super admin who can sign in: whatever would end that is refused with
/// `staff.last_super_admin`. Whoever loses rights loses the open sessions too.
#pragma once

#include "staff.hpp"

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/secret.hpp>

#include <optional>
#include <string>

namespace whatsflow::admin {

struct NewStaff {
    std::string email;
    std::string name;  ///< empty: what stands before the @
    std::string role;
};

struct RoleChange {
    std::string seen;  ///< the role when the form was opened; empty: whatever it is
    std::string wanted;
    std::string reason;
};

struct GivenLogin {
    std::string id;
    std::string email;
    sdk::Secret password;  ///< to be shown once
};

/// [pool-thread] Errors: `staff.invalid` with fields, `staff.exists`, `staff.not_found`,
/// `staff.last_super_admin`, `staff.changed`, and those of the database.
class StaffChanges {
public:
    explicit StaffChanges(sdk::Host& host) : host_(host) {}

    /// With `password` that one, otherwise a generated one.
    sdk::Result<GivenLogin> create(const sdk::CallContext& context, const sdk::Actor& actor, const NewStaff& wanted,
                                   const std::optional<sdk::Secret>& password = {});
    sdk::Result<void> change_role(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                                  const RoleChange& role);
    sdk::Result<void> disable(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                              const std::string& reason);
    sdk::Result<void> enable(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id);
    /// A new password; every session ends.
    sdk::Result<GivenLogin> reset_password(const sdk::CallContext& context, const sdk::Actor& actor,
                                           const std::string& id);
    /// For somebody who lost phone and recovery codes.
    sdk::Result<void> remove_second_factor(const sdk::CallContext& context, const sdk::Actor& actor,
                                           const std::string& id, const std::string& reason);

private:
    using Change = std::function<sdk::Result<sdk::AuditEntry>(sdk::Transaction&, const StaffMember&)>;
    /// Finds the member inside a transaction, changes it, and writes the audit entry there.
    sdk::Result<void> change(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                             const Change& apply);
    sdk::Result<void> end_sessions(const sdk::CallContext& context, const std::string& id);

    sdk::Host& host_;
};

}  // namespace whatsflow::admin
