#include "invitations.hpp"

#include "checks.hpp"
#include "events.hpp"
#include "invitation_links.hpp"
#include "letters.hpp"
#include "me.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kInvitationLife = std::chrono::days{7};

/// The mail with a fresh token; the older one of this invitation opens nothing any more.
sdk::Result<void> send_invitation(const Office& office, sdk::Transaction& tx, const sdk::Request& request,
                                  const std::string& id, const std::string& email, const std::string& role) {
    const auto token = make_token(office);
    if (!token) return token.error();
    const auto digest = digest_of(office, *token);
    if (!digest) return digest.error();
    const auto changed =
        tx.execute(request.context,
                   "UPDATE accounts_invitations SET digest = ?, expires_at = ? WHERE tenant_id = :tenant AND id = ?",
                   {*digest, office.now() + kInvitationLife, id});
    if (!changed) return changed.error();
    return post_letter(office, tx, request.context,
                       {"invitation",
                        *digest,
                        email,
                        "",
                        request.locale,
                        {{"inviter", request.identity->name},
                         {"tenant", request.identity->tenant_name},
                         {"role", office.text(request.locale, "roles." + role)},
                         {"link_url", office.app_url("/invite/" + *token)}}});
}

sdk::Result<void> audit_invitation(const Office& office, sdk::Transaction& tx, const sdk::Request& request,
                                   const std::string& action, const std::string& id, const std::string& email,
                                   json after = nullptr) {
    const sdk::AuditEntry entry{.action = action,
                                .subject = {"invitation", id, email},
                                .tenant = request.context.tenant,
                                .after = std::move(after)};
    return office.host().audit().append(tx, request.context, sdk::actor_of(request), entry);
}

sdk::Result<bool> is_member(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& email) {
    const auto row = where.query_one(context,
                                     "SELECT 1 AS yes FROM accounts_memberships m JOIN accounts_users u ON u.id = "
                                     "m.user_id WHERE m.tenant_id = :tenant AND u.email = ?",
                                     {email});
    if (!row) return row.error();
    return row->has_value();
}

sdk::Result<void> keep_invitation(Office& office, sdk::Transaction& tx, const sdk::Request& request,
                                  const std::string& email, const std::string& role) {
    const auto id = sdk::make_uuid();
    const auto cleared = tx.execute(
        request.context, "DELETE FROM accounts_invitations WHERE tenant_id = :tenant AND email = ?", {email});
    if (!cleared) return cleared.error();
    const auto stored = tx.execute(
        request.context,
        "INSERT INTO accounts_invitations (id, tenant_id, email, role, digest, invited_by, inviter_name, created_at, "
        "expires_at) VALUES (?, :tenant, ?, ?, ?, ?, ?, ?, ?)",
        {id, email, role, id, request.identity->subject, request.identity->name, office.now(),
         office.now() + kInvitationLife});
    if (!stored) return stored.error();
    if (auto sent = send_invitation(office, tx, request, id, email, role); !sent) return sent;
    if (auto kept = audit_invitation(office, tx, request, "team.member_invited", id, email, {{"role", role}}); !kept)
        return kept;
    return sdk::record(office.host().outbox(), tx, request.context,
                       MemberInvited{request.context.tenant, id, email, role, request.identity->subject},
                       request.context.tenant);
}

sdk::Result<sdk::Response> invite(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    InviteTrouble trouble{lowered(tidy(form->get("email"))), form->get("role"), {}};
    check_email(trouble.objections, "email", trouble.email);
    const bool allowed = is_role(trouble.role) && (trouble.role != "owner" || request.identity->role == "owner");
    if (!allowed) trouble.objections.push_back(objection("role", trouble.role.empty() ? "required" : "choice"));
    const auto member = is_member(office.database(), request.context, trouble.email);
    if (!member) return member.error();
    if (*member) trouble.objections.push_back(objection("email", "member"));
    if (!trouble.objections.empty()) return team_page(office, request, trouble);
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) {
        return keep_invitation(office, tx, request, trouble.email, trouble.role);
    });
    if (!done) return done.error();
    return sdk::redirect_to("/team?done=invited");
}

/// One of the tenant's own, by its id.
sdk::Result<std::optional<Invitation>> own_invitation(Office& office, const sdk::Request& request) {
    const auto row = office.database().query_one(
        request.context, "SELECT id, email, role FROM accounts_invitations WHERE tenant_id = :tenant AND id = ?",
        {request.parameters.get("id")});
    if (!row) return row.error();
    if (!*row) return std::optional<Invitation>{};
    return std::optional{Invitation{(*row)->text("id"), "", "", (*row)->text("email"), (*row)->text("role"), ""}};
}

sdk::Result<sdk::Response> resend(Office& office, const sdk::Request& request) {
    const auto found = own_invitation(office, request);
    if (!found) return found.error();
    if (!*found) return nothing_there();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto sent = send_invitation(office, tx, request, (*found)->id, (*found)->email, (*found)->role); !sent)
            return sent;
        return audit_invitation(office, tx, request, "team.invitation_sent_again", (*found)->id, (*found)->email);
    });
    if (!done) return done.error();
    return sdk::redirect_to("/team?done=invited");
}

sdk::Result<sdk::Response> revoke(Office& office, const sdk::Request& request) {
    const auto found = own_invitation(office, request);
    if (!found) return found.error();
    if (!*found) return nothing_there();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto gone = tx.execute(
            request.context, "DELETE FROM accounts_invitations WHERE tenant_id = :tenant AND id = ?", {(*found)->id});
        if (!gone) return gone.error();
        return audit_invitation(office, tx, request, "team.invitation_revoked", (*found)->id, (*found)->email);
    });
    if (!done) return done.error();
    return sdk::redirect_to("/team?done=invitation_revoked");
}

}  // namespace

sdk::Result<json> invitation_rows(const Office& office, const sdk::Request& request) {
    const auto rows = office.database().query(
        request.context,
        "SELECT id, email, role, inviter_name, created_at, expires_at FROM accounts_invitations WHERE tenant_id = "
        ":tenant ORDER BY created_at DESC LIMIT 200");
    if (!rows) return rows.error();
    json list = json::array();
    for (const auto& row : *rows)
        list.push_back({{"id", row.text("id")},
                        {"email", row.text("email")},
                        {"role_name", office.text(request.locale, "roles." + row.text("role"))},
                        {"inviter", row.text("inviter_name")},
                        {"expires_at", row.integer("expires_at")},
                        {"expired", row.instant("expires_at") <= office.now()}});
    return list;
}

sdk::Result<void> register_invitations(Office& office) {
    return Routes(office, sdk::Site::app)
        .post("/team/invite", "team.manage", "Invites somebody", &invite)
        .post("/team/invitations/{id}/resend", "team.manage", "Sends an invitation again", &resend)
        .post("/team/invitations/{id}/revoke", "team.manage", "Takes an invitation back", &revoke)
        .done();
}

}  // namespace whatsflow::accounts
