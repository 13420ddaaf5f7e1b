/// \file
/// People: the table of users, as the pages of this plugin read and change it.
#pragma once

#include "office.hpp"

#include <optional>
#include <string>

namespace whatsflow::accounts {

struct Person {
    std::string id;
    std::string email;
    std::string name;
    std::string phone;
    std::string locale;
    std::string time_zone;
    std::string password_hash;
    std::string status;  ///< `unverified`, `active`, `suspended`, `deleting`
    std::string recent_tenant;
    std::int64_t created_at = 0;
    std::int64_t signed_in_at = 0;
    std::optional<std::int64_t> erase_at;
    std::string totp_secret;  ///< sealed
    bool two_factor = false;
    std::int64_t totp_last_step = 0;
    std::int64_t version = 1;

    bool verified() const { return status != "unverified"; }
};

struct NewPerson {
    std::string email;
    std::string name;
    std::string password_hash;
    std::string locale = "en";
    bool verified = false;
};

sdk::Result<std::optional<Person>> find_person(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& id);
sdk::Result<std::optional<Person>> find_person_by_email(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                        const std::string& email);
/// Error `database.duplicate` when the address is taken.
sdk::Result<std::string> add_person(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                    const NewPerson& person);
/// The address is proven: from now on they may sign in.
sdk::Result<void> mark_verified(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                const std::string& id);
sdk::Result<void> change_password(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                  const std::string& hash);
/// Renews what the staff's search finds a person by.
sdk::Result<void> index_person(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                               const std::string& email, const std::string& name, const std::string& phone);

/// True when the password is theirs. Takes as long when there is nobody.
sdk::Result<bool> knows_password(const Office& office, const std::optional<Person>& person,
                                 const sdk::Secret& password);

}  // namespace whatsflow::accounts
