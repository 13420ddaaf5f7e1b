#include "sign_in.hpp"

#include "authenticator.hpp"
#include "given_password.hpp"
#include "second_factor.hpp"

#include <whatsflow/sdk/credentials.hpp>

namespace whatsflow::admin {
namespace {

using sdk::Result;
using Next = SignInStep::Next;
using sdk::LoginThrottle;
using sdk::Sessions;

constexpr std::string_view kRealm = "admin";
constexpr std::string_view kCodeRealm = "admin.second_factor";
constexpr auto kPendingTime = std::chrono::minutes(10);

std::string user_agent_of(const sdk::Request& request) {
    return std::string(request.headers.find("user-agent").value_or("").substr(0, 300));
}

sdk::Actor person(const sdk::Request& request, const StaffMember& member) {
    return {.kind = "staff",
            .id = member.id,
            .label = member.label(),
            .impersonator = {},
            .address = request.remote_address};
}

}  // namespace

Result<SignInStep> SignIn::with_password(const sdk::Request& request, const std::string& email,
                                         const sdk::Secret& password) {
    auto& host = panel_.host;
    const auto account = tidy_email(email);
    const auto throttle = sdk::find_service<LoginThrottle>(host);
    const auto wait = throttle.call(&LoginThrottle::wait, request.context, kRealm, std::string_view(account),
                                    std::string_view(request.remote_address));
    if (!wait) return wait.error();
    if (*wait) return SignInStep{Next::wait, **wait};

    const auto member = find_staff_by_email(host.database(), request.context, account);
    if (!member) return member.error();
    const auto passwords = sdk::find_service<sdk::Passwords>(host);
    const auto right =
        passwords.call(&sdk::Passwords::verify, *member ? (*member)->password_hash : std::string(), password);
    if (!right) return right.error();
    if (!*member || !*right) {
        const auto failed = throttle.call(&LoginThrottle::failed, request.context, kRealm, std::string_view(account),
                                          std::string_view(request.remote_address));
        if (!failed) return failed.error();
        if (*member)
            if (auto noted = note(request, "staff.sign_in_failed", **member); !noted) return noted.error();
        return SignInStep{Next::refused};
    }
    // Said only to somebody who knows the password.
    if ((*member)->disabled) return SignInStep{Next::disabled};
    if (const auto done = throttle.call(&LoginThrottle::succeeded, request.context, kRealm, std::string_view(account));
        !done)
        return done.error();
    if (const auto old = passwords.call(&sdk::Passwords::outdated, (*member)->password_hash); old && *old)
        if (const auto hash = hash_password(host, password))
            (void)store_password(host.database(), request.context, (*member)->id, *hash, (*member)->password_given);

    if (auto ended = sign_out(request); !ended) return ended.error();
    sdk::SessionRequest wanted;
    wanted.site = sdk::Site::admin;
    wanted.subject = (*member)->id;
    wanted.address = request.remote_address;
    wanted.user_agent = user_agent_of(request);
    auto next = Next::done;
    if ((*member)->has_second_factor()) {
        next = Next::code;
        wanted.facts = {{kStage, kStageCode}};
    } else if (panel_.settings.require_two_factor) {
        next = Next::enrol;
        wanted.facts = {{kStage, kStageEnrol}};
    }
    const auto started = sdk::find_service<Sessions>(host).call(&Sessions::start, request.context, wanted);
    if (!started) return started.error();
    if (next == Next::done)
        if (auto kept = arrived(request, **member); !kept) return kept.error();
    return SignInStep{next, 0, sdk::session_cookie(sdk::Site::admin, started->token, request.secure, false)};
}

Result<std::optional<PendingSignIn>> SignIn::pending(const sdk::Request& request, const std::string& stage) {
    const std::optional<PendingSignIn> none;
    const auto token = sdk::session_token_of(request);
    if (!token) return none;
    const auto session =
        sdk::find_service<Sessions>(panel_.host).call(&Sessions::find, request.context, sdk::Site::admin, *token);
    if (!session) return session.error();
    if (!*session || (*session)->facts.value(kStage, "") != stage) return none;
    if (panel_.host.clock().now() - (*session)->started_at > kPendingTime) return none;
    auto member = find_staff(panel_.host.database(), request.context, (*session)->subject);
    if (!member) return member.error();
    if (!*member || (*member)->disabled) return none;
    return std::optional(PendingSignIn{**session, std::move(**member)});
}

Result<SignInStep> SignIn::with_code(const sdk::Request& request, const PendingSignIn& pending,
                                     const std::string& code) {
    const auto throttle = sdk::find_service<LoginThrottle>(panel_.host);
    const std::string_view account = pending.member.id;
    const std::string_view address = request.remote_address;
    const auto wait = throttle.call(&LoginThrottle::wait, request.context, kCodeRealm, account, address);
    if (!wait) return wait.error();
    if (*wait) return SignInStep{Next::wait, **wait};
    const auto right = use_code(panel_, request.context, pending.member, code);
    if (!right) return right.error();
    if (!*right) {
        const auto failed = throttle.call(&LoginThrottle::failed, request.context, kCodeRealm, account, address);
        if (!failed) return failed.error();
        if (auto noted = note(request, "staff.second_factor_failed", pending.member); !noted) return noted.error();
        return SignInStep{Next::refused};
    }
    if (const auto done = throttle.call(&LoginThrottle::succeeded, request.context, kCodeRealm, account); !done)
        return done.error();
    return complete(request, pending);
}

Result<SignInStep> SignIn::complete(const sdk::Request& request, const PendingSignIn& pending) {
    const auto sessions = sdk::find_service<Sessions>(panel_.host);
    const auto changed = sessions.call(&Sessions::change, request.context, pending.session.id, sdk::TenantId{},
                                       nlohmann::json::object());
    if (!changed) return changed.error();
    const auto rotated = sessions.call(&Sessions::rotate, request.context, pending.session.id);
    if (!rotated) return rotated.error();
    if (auto kept = arrived(request, pending.member); !kept) return kept.error();
    return SignInStep{Next::done, 0, sdk::session_cookie(sdk::Site::admin, rotated->token, request.secure, false)};
}

Result<void> SignIn::sign_out(const sdk::Request& request) {
    const auto token = sdk::session_token_of(request);
    if (!token) return sdk::ok();
    const auto sessions = sdk::find_service<Sessions>(panel_.host);
    const auto session = sessions.call(&Sessions::find, request.context, sdk::Site::admin, *token);
    if (!session) return session.error();
    return *session ? sessions.call(&Sessions::revoke, request.context, (*session)->id) : sdk::ok();
}

Result<void> SignIn::note(const sdk::Request& request, const std::string& action, const StaffMember& member) {
    sdk::AuditEntry entry;
    entry.action = action;
    entry.subject = {"staff", member.id, member.label()};
    auto actor = person(request, member);
    if (action.ends_with("_failed")) actor = sdk::actor_of(request);  // whoever it was, we do not know
    return panel_.host.audit().append(panel_.host.database(), request.context, actor, entry);
}

Result<void> SignIn::arrived(const sdk::Request& request, const StaffMember& member) {
    if (auto stored = store_sign_in(panel_.host.database(), request.context, member.id, panel_.host.clock().now());
        !stored)
        return stored;
    return note(request, "staff.signed_in", member);
}

}  // namespace whatsflow::admin
