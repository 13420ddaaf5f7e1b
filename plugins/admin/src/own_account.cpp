#include "own_account.hpp"

#include "given_password.hpp"
#include "time_zones.hpp"

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

Result<void> change_details(Panel& panel, const sdk::Request& request, const OwnDetails& details) {
    const Words words(panel.host, request.locale);
    sdk::Error wrong{"staff.invalid", words("form.wrong"), {}};
    if (details.name.empty() || details.name.size() > 120)
        wrong.fields.push_back({"name", "invalid", words("account.name_wrong")});
    if (!details.time_zone.empty() && !is_time_zone(details.time_zone))
        wrong.fields.push_back({"time_zone", "invalid", words("account.time_zone_wrong")});
    if (!wrong.fields.empty()) return wrong;
    return panel.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> Result<void> {
        const auto me = find_staff(tx, request.context, request.identity->subject);
        if (!me) return me.error();
        if (!*me) return sdk::fail("staff.not_found", "This account is gone.");
        const auto changed = tx.execute(
            request.context, "UPDATE admin_staff SET name = ?, time_zone = ?, version = version + 1 WHERE id = ?",
            {details.name, details.time_zone, (*me)->id});
        if (!changed) return changed.error();
        auto entry = entry_about(**me, "staff.details_changed");
        entry.before = {{"name", (*me)->name}, {"time_zone", (*me)->time_zone}};
        entry.after = {{"name", details.name}, {"time_zone", details.time_zone}};
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
