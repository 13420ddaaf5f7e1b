/// \file
/// The second factor: a code of the authenticator app, or one of the recovery codes.
#pragma once

#include "office.hpp"
#include "people.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::accounts {

/// Is `code` right, and was it not used before? It is used up by asking.
sdk::Result<bool> passes_second_factor(const Office& office, const sdk::CallContext& context,
                                       const std::string& user_id, std::string_view code);

/// A new secret, sealed for the column, that does not count until it is confirmed.
sdk::Result<sdk::Secret> begin_second_factor(const Office& office, const sdk::CallContext& context,
                                             const std::string& user_id);
/// The secret that waits to be confirmed, or the one in force. Empty: there is none.
sdk::Result<sdk::Secret> second_factor_secret(const Office& office, const Person& person);
/// With the right code it is in force; the recovery codes, to be shown once. Empty: wrong code.
sdk::Result<std::vector<std::string>> confirm_second_factor(const Office& office, sdk::Transaction& tx,
                                                            const sdk::CallContext& context, const Person& person,
                                                            std::string_view code);
sdk::Result<std::vector<std::string>> renew_recovery_codes(const Office& office, sdk::Transaction& tx,
                                                           const sdk::CallContext& context, const std::string& user_id);
sdk::Result<void> remove_second_factor(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                       const std::string& user_id);
sdk::Result<std::int64_t> count_recovery_codes(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& user_id);

}  // namespace whatsflow::accounts
