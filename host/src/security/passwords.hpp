/// \file
/// Passwords hashed with Argon2id, a few at a time.
///
/// Each hash takes some 50 ms and 32 MiB on purpose. Only as many run at once as half the
/// machine has cores; a few more may wait their turn, the rest is refused at once with
/// `passwords.busy`, so a flood of sign-ins eats neither the memory nor every worker.
#pragma once

#include <whatsflow/sdk/credentials.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace whatsflow::security {

/// What one hash costs.
struct HashCost {
    unsigned long long passes = 3;
    std::size_t memory_bytes = 32U << 20U;
};

struct PasswordOptions {
    HashCost cost{};
    std::size_t at_once = 0;  ///< 0: half the cores
    std::size_t waiting = 24;
    std::chrono::milliseconds longest_wait{4000};
};

/// [thread-safe]
class Argon2Passwords final : public sdk::Passwords {
public:
    explicit Argon2Passwords(PasswordOptions options = {});

    sdk::Result<std::string> hash(const sdk::Secret& password) override;
    sdk::Result<bool> verify(const std::string& hash, const sdk::Secret& password) override;
    sdk::Result<bool> outdated(const std::string& hash) override;
    sdk::Result<std::optional<std::string>> weakness(const sdk::Secret& password,
                                                     const std::vector<std::string>& personal) override;

private:
    class Turn;

    const PasswordOptions options_;
    const std::string nobodys_hash_;  // of the current cost, fits no password
    std::mutex mutex_;
    std::condition_variable free_;
    std::size_t running_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace whatsflow::security
