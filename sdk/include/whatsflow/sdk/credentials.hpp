/// \file
/// Passwords, second factors and the brake on guessing, for the plugins that sign people in.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/secret.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

/// [pool-thread; hash and verify take some 50 ms of a core on purpose]
class Passwords : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.passwords", 1};

    /// Argon2id, as text with its parameters.
    virtual Result<std::string> hash(const Secret& password) = 0;
    /// With an empty `hash` (there is no such account) it takes as long and says no.
    virtual Result<bool> verify(const std::string& hash, const Secret& password) = 0;
    /// True when the parameters have grown since: hash again at the next sign-in.
    virtual Result<bool> outdated(const std::string& hash) = 0;
    /// Nothing when it is strong enough, else a code: `too_short` (under 10 characters),
    /// `too_long` (over 256 bytes), `common`, `personal` (made of `personal`, such as name
    /// and e-mail address), `repetitive`. No composition rules.
    virtual Result<std::optional<std::string>> weakness(const Secret& password,
                                                        const std::vector<std::string>& personal) = 0;

protected:
    ~Passwords() override;
};

/// Time-based one-time passwords, RFC 6238 (SHA-1, six digits, 30 seconds), and recovery
/// codes. [any thread] Stateless: the caller stores what it is told to.
class OneTimeCodes : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.one_time_codes", 1};

    virtual Result<Secret> make_secret() = 0;  ///< base32, 32 characters
    /// `otpauth://totp/…`, for a QR code.
    virtual Result<std::string> provisioning_uri(const Secret& secret, const std::string& issuer,
                                                 const std::string& account) = 0;
    /// An SVG picture of a text as a QR code, black on white with its quiet zone.
    virtual Result<std::string> qr_code_svg(const std::string& text) = 0;
    /// The time step that the code belongs to, one step early or late allowed, or nothing.
    /// Store it and pass it as `last_step`: a code works once.
    virtual Result<std::optional<std::int64_t>> verify(const Secret& secret, std::string_view code, Instant now,
                                                       std::int64_t last_step) = 0;
    /// Ten codes such as `7k2m-9xqp`, to be shown once.
    virtual Result<std::vector<std::string>> make_recovery_codes() = 0;
    /// What to store of a recovery code, or of any other random token: a digest.
    virtual Result<std::string> digest(std::string_view code) = 0;

protected:
    ~OneTimeCodes() override;
};

/// The brake on guessing, by account and by address. [pool-thread]
class LoginThrottle : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.login_throttle", 1};

    /// Seconds to wait before the next try may be made; nothing: go on. `realm` is `app`,
    /// `admin`, `app.second_factor`…; `account` is what was typed.
    virtual Result<std::optional<std::int64_t>> wait(const CallContext& context, std::string_view realm,
                                                     std::string_view account, std::string_view address) = 0;
    virtual Result<void> failed(const CallContext& context, std::string_view realm, std::string_view account,
                                std::string_view address) = 0;
    /// A success forgets the account's failures, not the address's.
    virtual Result<void> succeeded(const CallContext& context, std::string_view realm, std::string_view account) = 0;

protected:
    ~LoginThrottle() override;
};

}  // namespace whatsflow::sdk
