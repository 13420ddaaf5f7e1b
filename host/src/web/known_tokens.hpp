/// \file
/// Who a program's credentials turned out to be, remembered for a second.
///
/// A route that answers from memory may do so on the loop only when nobody has to be asked who is
/// there. A token that is revoked opens such routes, and no others, for that second longer.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace whatsflow::web {

/// [thread-safe]
class KnownTokens {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;
    static constexpr std::chrono::seconds kRemembered{1};
    static constexpr std::size_t kMost = 4096;

    explicit KnownTokens(Now now) : now_(std::move(now)) {}

    /// Only these are remembered: on the api site, from memory, for programs, behind a permission.
    [[nodiscard]] static bool remembers(const sdk::Route& route) noexcept;

    /// Null: ask.
    [[nodiscard]] std::shared_ptr<const sdk::Identity> find(const sdk::Headers& headers) const;
    void remember(const sdk::Headers& headers, sdk::Identity identity);

private:
    struct Known {
        std::shared_ptr<const sdk::Identity> identity;
        std::chrono::steady_clock::time_point until;
    };

    const Now now_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;  ///< by digest: memory holds no secret
};

}  // namespace whatsflow::web
