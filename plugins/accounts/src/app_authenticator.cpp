#include "app_authenticator.hpp"

#include "impersonation.hpp"
#include "signed_in.hpp"
#include "tenants.hpp"

namespace whatsflow::accounts {

sdk::Result<std::optional<sdk::Identity>> AppAuthenticator::identify(const sdk::Request& request) {
    const auto session = session_of(office_, request);
    if (!session) return session.error();
    if (!*session) return std::optional<sdk::Identity>{};
    if (impersonation_is_over(**session, office_.now())) {
        const auto ended = office_.sessions().call(&sdk::Sessions::revoke, request.context, (*session)->id);
        if (!ended) return ended.error();
        return std::optional<sdk::Identity>{};
    }
    return identity_in(request.context, **session);
}

sdk::Result<std::optional<sdk::Row>> AppAuthenticator::person_in_tenant(const sdk::CallContext& context,
                                                                        const sdk::Session& session) const {
    return office_.database().query_one(
        sdk::on_behalf_of(context, session.tenant),
        "SELECT u.name, u.email, u.status, u.time_zone, m.role, t.name AS tenant_name, t.status AS tenant_status, "
        "t.time_zone AS tenant_zone FROM accounts_users u LEFT JOIN accounts_memberships m ON m.tenant_id = :tenant "
        "AND "
        "m.user_id = u.id LEFT JOIN accounts_tenants t ON t.id = m.tenant_id WHERE u.id = ?",
        {session.subject});
}

sdk::Result<std::optional<sdk::Row>> AppAuthenticator::person_alone(const sdk::CallContext& context,
                                                                    const sdk::Session& session) const {
    return office_.database().query_one(
        context, "SELECT name, email, status, time_zone, NULL AS role FROM accounts_users WHERE id = ?",
        {session.subject});
}

sdk::Result<std::optional<sdk::Identity>> AppAuthenticator::identity_in(const sdk::CallContext& context,
                                                                        const sdk::Session& session) const {
    const auto row = session.tenant.empty() ? person_alone(context, session) : person_in_tenant(context, session);
    if (!row) return row.error();
    if (!*row || (*row)->text("status") != "active") return std::optional<sdk::Identity>{};
    const auto& found = **row;
    if (found.is_null("role") && !session.tenant.empty()) return move_elsewhere(context, session);

    sdk::Identity identity;
    identity.subject = session.subject;
    identity.session = session.id;
    identity.name = found.text("name");
    identity.email = found.text("email");
    identity.time_zone = found.text("time_zone");
    identity.role = found.maybe_text("role").value_or("");
    bool suspended = false;
    if (!identity.role.empty()) {
        identity.tenant = session.tenant;
        identity.tenant_name = found.maybe_text("tenant_name").value_or("");
        suspended = found.maybe_text("tenant_status").value_or("closed") != "active";
        if (identity.time_zone.empty()) identity.time_zone = found.maybe_text("tenant_zone").value_or("");
    }
    identity.permissions = office_.roles().permissions(identity.role, suspended);
    identity.impersonator = session.facts.value("impersonator", "");
    if (!identity.impersonator.empty()) std::erase_if(identity.permissions, &is_kept_from_impersonators);
    return std::optional{std::move(identity)};
}

sdk::Result<std::optional<sdk::Identity>> AppAuthenticator::move_elsewhere(const sdk::CallContext& context,
                                                                           sdk::Session session) const {
    // Staff act as somebody in one tenant; where that ends, so does acting.
    if (!session.facts.value("impersonator", "").empty()) return std::optional<sdk::Identity>{};
    const auto homes = memberships_of(office_.database(), context, session.subject);
    if (!homes) return homes.error();
    session.tenant = sdk::TenantId{homes->empty() ? std::string{} : homes->front().tenant_id};
    const auto changed =
        office_.sessions().call(&sdk::Sessions::change, context, session.id, session.tenant, session.facts);
    if (!changed) return changed.error();
    return identity_in(context, session);
}

}  // namespace whatsflow::accounts
