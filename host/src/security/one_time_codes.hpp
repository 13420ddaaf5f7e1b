/// \file
/// Second factors: codes from an authenticator app, and recovery codes for when it is lost.
#pragma once

#include <whatsflow/sdk/credentials.hpp>

namespace whatsflow::security {

/// [any thread] Keeps nothing but the key of its digests.
class TotpCodes final : public sdk::OneTimeCodes {
public:
    /// With the key, digests of short recovery codes cannot be searched for by whoever has the
    /// database alone. The same on all hosts.
    explicit TotpCodes(std::string digest_key) : digest_key_(std::move(digest_key)) {}

    sdk::Result<sdk::Secret> make_secret() override;
    sdk::Result<std::string> provisioning_uri(const sdk::Secret& secret, const std::string& issuer,
                                              const std::string& account) override;
    sdk::Result<std::string> qr_code_svg(const std::string& text) override;
    sdk::Result<std::optional<std::int64_t>> verify(const sdk::Secret& secret, std::string_view code, sdk::Instant now,
                                                    std::int64_t last_step) override;
    sdk::Result<std::vector<std::string>> make_recovery_codes() override;
    sdk::Result<std::string> digest(std::string_view code) override;

private:
    const std::string digest_key_;
};

}  // namespace whatsflow::security
