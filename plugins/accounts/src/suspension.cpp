#include "suspension.hpp"

#include "events.hpp"
#include "letters.hpp"
#include "staff_parts.hpp"

#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

sdk::Result<void> tell_owners_of_suspension(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                            const Tenant& tenant, const std::string& reason) {
    const auto owners =
        tx.query(sdk::on_behalf_of(context, tenant.profile.id),
                 "SELECT u.email, u.name, u.locale FROM accounts_memberships m JOIN accounts_users u ON "
                 "u.id = m.user_id WHERE m.tenant_id = :tenant AND m.role = 'owner' LIMIT 50");
    if (!owners) return owners.error();
    for (const auto& owner : *owners) {
        const Letter letter{"tenant_suspended",
                            sdk::make_uuid(),
                            owner.text("email"),
                            owner.text("name"),
                            owner.text("locale"),
                            {{"tenant", tenant.profile.name}, {"reason", reason}, {"link_url", office.app_url("/")}}};
        if (auto posted = post_letter(office, tx, context, letter); !posted) return posted;
    }
    return sdk::ok();
}

}  // namespace

bool applies(SuspensionChange change, const Tenant& tenant) {
    return tenant.profile.status == (change == SuspensionChange::suspend ? "active" : "suspended");
}

sdk::Result<bool> change_suspension(Office& office, const sdk::Request& request, const std::string& tenant_id,
                                    SuspensionChange change, const std::string& reason) {
    const bool suspends = change == SuspensionChange::suspend;
    bool changed = false;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        changed = false;
        const auto tenant = find_tenant(tx, request.context, tenant_id);
        if (!tenant) return tenant.error();
        if (!*tenant || !applies(change, **tenant)) return sdk::ok();
        const auto& id = (*tenant)->profile.id;
        const auto stored = tx.execute(
            request.context,
            "UPDATE accounts_tenants SET status = ?, status_reason = ?, suspended_at = ?, version = version + 1 WHERE "
            "id = ? AND version = ?",
            {suspends ? "suspended" : "active", suspends ? reason : "",
             suspends ? sdk::DbValue(office.now()) : sdk::DbValue(), tenant_id, (*tenant)->version});
        if (!stored) return stored.error();
        changed = *stored == 1;
        if (!changed) return sdk::ok();
        if (auto kept = audit_staff(office, tx, request,
                                    {.action = suspends ? "tenant.suspended" : "tenant.unsuspended",
                                     .subject = {"tenant", tenant_id, (*tenant)->profile.name},
                                     .tenant = id,
                                     .before = {{"status", (*tenant)->profile.status}},
                                     .after = {{"status", suspends ? "suspended" : "active"}},
                                     .reason = reason});
            !kept)
            return kept;
        if (!suspends) return sdk::record(office.host().outbox(), tx, request.context, TenantUnsuspended{id}, id);
        if (auto told = tell_owners_of_suspension(office, tx, request.context, **tenant, reason); !told) return told;
        return sdk::record(office.host().outbox(), tx, request.context, TenantSuspended{id, reason}, id);
    });
    if (!done) return done.error();
    return changed;
}

}  // namespace whatsflow::accounts
