/// \file
/// Signing in to the panel, step by step, without a page in sight: password, then code or
/// enrolment where one is due, then an open session.
#pragma once

#include "panel.hpp"
#include "staff.hpp"

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/sessions.hpp>

#include <optional>
#include <string>

namespace whatsflow::admin {

struct SignInStep {
    enum class Next { refused, wait, disabled, code, enrol, done };
    Next next = Next::refused;
    std::int64_t seconds = 0;  ///< to wait
    std::string cookie{};      ///< for Set-Cookie; empty: none
};

/// A session whose sign-in is not complete yet, and whose it is.
struct PendingSignIn {
    sdk::Session session;
    StaffMember member;
};

class SignIn {
public:
    explicit SignIn(Panel& panel) : panel_(panel) {}

    sdk::Result<SignInStep> with_password(const sdk::Request& request, const std::string& email,
                                          const sdk::Secret& password);
    /// The sign-in that waits for a code or an enrolment (`stage`), at most ten minutes old.
    sdk::Result<std::optional<PendingSignIn>> pending(const sdk::Request& request, const std::string& stage);
    sdk::Result<SignInStep> with_code(const sdk::Request& request, const PendingSignIn& pending,
                                      const std::string& code);
    /// Everything is proven: the session opens under a new token.
    sdk::Result<SignInStep> complete(const sdk::Request& request, const PendingSignIn& pending);
    /// Ends the session of this request, if there is one.
    sdk::Result<void> sign_out(const sdk::Request& request);

private:
    sdk::Result<void> note(const sdk::Request& request, const std::string& action, const StaffMember& member);
    /// The end that any sign-in has: the time is kept, the audit log knows.
    sdk::Result<void> arrived(const sdk::Request& request, const StaffMember& member);

    Panel& panel_;
};

}  // namespace whatsflow::admin
