/// \file
/// The brake on guessing passwords and codes, by account and by address.
///
/// The first tries are free: 10 for an account, 50 from an address. Each failure after that
/// makes the next try wait twice as long, from 15 seconds to 15 minutes. Who does not fail
/// for 15 minutes begins anew. It counts in the database: on all hosts, through restarts.
#pragma once

#include <whatsflow/sdk/credentials.hpp>
#include <whatsflow/sdk/database.hpp>

namespace whatsflow::sessions {

/// [thread-safe]
class DatabaseThrottle final : public sdk::LoginThrottle {
public:
    /// Database and clock outlive it.
    DatabaseThrottle(sdk::Database& database, const sdk::Clock& clock) : database_(database), clock_(clock) {}

    sdk::Result<std::optional<std::int64_t>> wait(const sdk::CallContext& context, std::string_view realm,
                                                  std::string_view account, std::string_view address) override;
    sdk::Result<void> failed(const sdk::CallContext& context, std::string_view realm, std::string_view account,
                             std::string_view address) override;
    sdk::Result<void> succeeded(const sdk::CallContext& context, std::string_view realm,
                                std::string_view account) override;

    /// Deletes what does not count any more. [background thread]
    sdk::Result<std::int64_t> purge(const sdk::CallContext& context);

private:
    sdk::Result<void> count(const sdk::CallContext& context, sdk::Transaction& tx, const std::string& id);

    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::sessions
