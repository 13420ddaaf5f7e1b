/// \file
/// The staff table: who may sign in to the panel. Reads and single statements only; what may
/// be done to whom is decided in staff_changes.hpp.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::admin {

struct StaffMember {
    std::string id;
    std::string email;  ///< lower case
    std::string name;
    std::string role;
    std::string password_hash;
    bool password_given = false;  ///< made by somebody else and not changed since
    std::string totp_sealed;      ///< empty: no second factor
    std::int64_t totp_step = 0;   ///< of the last code that was used
    bool disabled = false;
    sdk::Instant created_at{};
    std::optional<sdk::Instant> signed_in_at;
    std::string time_zone;  ///< IANA; empty: UTC

    bool has_second_factor() const { return !totp_sealed.empty(); }
    std::string label() const { return name + " <" + email + ">"; }
};

/// Lower case without blanks around it: how addresses are stored and compared.
std::string tidy_email(std::string_view text);
bool is_email(std::string_view text);

sdk::Result<std::optional<StaffMember>> find_staff(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                   const std::string& id);
sdk::Result<std::optional<StaffMember>> find_staff_by_email(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                            const std::string& email);
/// By name. At most a thousand: a company's staff, not its customers.
sdk::Result<std::vector<StaffMember>> list_staff(sdk::SqlExecutor& where, const sdk::CallContext& context);
sdk::Result<bool> has_staff(sdk::SqlExecutor& where, const sdk::CallContext& context);

sdk::Result<void> insert_staff(sdk::SqlExecutor& where, const sdk::CallContext& context, const StaffMember& member);
sdk::Result<void> store_password(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                 const std::string& hash, bool given);
sdk::Result<void> store_sign_in(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                sdk::Instant at);

}  // namespace whatsflow::admin
