#include "own_account.hpp"

#include "given_password.hpp"

#include <whatsflow/sdk/credentials.hpp>
#include <whatsflow/sdk/sessions.hpp>

namespace whatsflow::admin {
namespace {

using sdk::LoginThrottle;
using sdk::Result;
using sdk::Sessions;

sdk::AuditEntry entry_about(const StaffMember& me, std::string action) {
    sdk::AuditEntry entry;
    entry.action = std::move(action);
    entry.subject = {"staff", me.id, me.label()};
    return entry;
}

}  // namespace

Result<void> change_name(Panel& panel, const sdk::Request& request, const std::string& name) {
    const Words words(panel.host, request.locale);
    if (name.empty() || name.size() > 120)
        return sdk::Error{
            "staff.invalid", words("account.name_wrong"), {{"name", "invalid", words("account.name_wrong")}}};
    return panel.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> Result<void> {
        const auto me = find_staff(tx, request.context, request.identity->subject);
        if (!me) return me.error();
        if (!*me) return sdk::fail("staff.not_found", "This account is gone.");
        const auto changed = tx.execute(
            request.context, "UPDATE admin_staff SET name = ?, version = version + 1 WHERE id = ?", {name, (*me)->id});
        if (!changed) return changed.error();
        auto entry = entry_about(**me, "staff.name_changed");
        entry.before = {{"name", (*me)->name}};
        entry.after = {{"name", name}};
        return panel.host.audit().append(tx, request.context, sdk::actor_of(request), entry);
    });
}

Result<bool> knows_password(Panel& panel, const sdk::Request& request, const StaffMember& me,
                            const sdk::Secret& password) {
    const auto throttle = sdk::find_service<LoginThrottle>(panel.host);
    const std::string_view realm = "admin";
    const std::string_view address = request.remote_address;
    const auto wait = throttle.call(&LoginThrottle::wait, request.context, realm, std::string_view(me.email), address);
    if (!wait) return wait.error();
    if (*wait) return sdk::fail("staff.wait", "Too many tries. Wait a while, then try again.");
    const auto right =
        sdk::find_service<sdk::Passwords>(panel.host).call(&sdk::Passwords::verify, me.password_hash, password);
    if (!right) return right.error();
    const auto noted =
        *right ? throttle.call(&LoginThrottle::succeeded, request.context, realm, std::string_view(me.email))
               : throttle.call(&LoginThrottle::failed, request.context, realm, std::string_view(me.email), address);
    if (!noted) return noted.error();
    return *right;
}

Result<std::string> change_password(Panel& panel, const sdk::Request& request, const StaffMember& me,
                                    const sdk::Secret& password) {
    const auto objection = password_objection(panel.host, password, {me.name, me.email});
    if (!objection) return objection.error();
    if (*objection) {
        const auto message = Words(panel.host, request.locale)("password." + **objection);
        return sdk::Error{"staff.invalid", message, {{"password", **objection, message}}};
    }
    const auto hash = hash_password(panel.host, password);
    if (!hash) return hash.error();
    const auto done = panel.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> Result<void> {
        if (auto stored = store_password(tx, request.context, me.id, *hash, false); !stored) return stored;
        return panel.host.audit().append(tx, request.context, sdk::actor_of(request),
                                         entry_about(me, "staff.password_changed"));
    });
    if (!done) return done.error();
    const auto ended =
        sdk::find_service<Sessions>(panel.host)
            .call(&Sessions::revoke_all, request.context, sdk::Site::admin, me.id, request.identity->session);
    if (!ended) return ended.error();
    return renew_session(panel, request);
}

Result<std::string> renew_session(Panel& panel, const sdk::Request& request) {
    const auto rotated =
        sdk::find_service<Sessions>(panel.host).call(&Sessions::rotate, request.context, request.identity->session);
    if (!rotated) return rotated.error();
    return sdk::session_cookie(sdk::Site::admin, rotated->token, request.secure, false);
}

}  // namespace whatsflow::admin
