/// \file
/// Secrets at rest: sealed with the installation's key before they are stored.
///
///     auto sealed = host.vault().seal("totp", secret);       // text for a column
///     auto secret = host.vault().open("totp", row.text("totp_secret"));
///
/// What one plugin sealed, or one purpose, nobody else's call opens.
#pragma once

#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/secret.hpp>

#include <string>
#include <string_view>

namespace whatsflow::sdk {

/// [any thread] Microseconds, no I/O.
class Vault {
public:
    /// Printable text, about 1.4 times as long as the secret plus 80 characters.
    virtual Result<std::string> seal(std::string_view purpose, const Secret& secret) = 0;
    /// Errors: `vault.not_ours` (changed, cut, of another purpose, plugin or installation),
    /// `vault.key_gone` (sealed with a key that is no longer in the key folder).
    virtual Result<Secret> open(std::string_view purpose, std::string_view sealed) = 0;

protected:
    virtual ~Vault();
};

}  // namespace whatsflow::sdk
