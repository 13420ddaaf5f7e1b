/// \file
/// Suspending many at once, or letting them in again: first what would happen to each, and
/// nothing happens; then the change, with a reason. The same for users and for tenants.
#pragma once

#include "suspension.hpp"

#include <functional>
#include <optional>
#include <string>

namespace whatsflow::accounts {

struct BulkRow {
    std::string id;
    std::string name;
    std::string status;
    bool changes = false;
};

struct BulkSubject {
    const char* kind;  ///< `users`, `tenants`: part of its texts
    const char* path;
    std::function<sdk::Result<std::optional<BulkRow>>(const Office&, const sdk::Request&, const std::string& id,
                                                      SuspensionChange)>
        find;
    std::function<sdk::Result<bool>(Office&, const sdk::Request&, const std::string& id, SuspensionChange,
                                    const std::string& reason)>
        change;
};

/// POST `<path>/bulk` and `<path>/bulk/confirm`.
sdk::Result<void> register_bulk(Office& office, const std::string& permission, BulkSubject subject);

}  // namespace whatsflow::accounts
