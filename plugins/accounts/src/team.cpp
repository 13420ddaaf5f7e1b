#include "team.hpp"

#include "events.hpp"
#include "invitations.hpp"
#include "me.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/outbox.hpp>
#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

struct Member {
    std::string id;
    std::string name;
    std::string email;
    std::string role;
};

sdk::Result<std::optional<Member>> find_member(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& id) {
    const auto row =
        where.query_one(context,
                        "SELECT u.id, u.name, u.email, m.role FROM accounts_memberships m JOIN "
                        "accounts_users u ON u.id = m.user_id WHERE m.tenant_id = :tenant AND m.user_id = ?",
                        {id});
    if (!row) return row.error();
    if (!*row) return std::optional<Member>{};
    return std::optional{Member{(*row)->text("id"), (*row)->text("name"), (*row)->text("email"), (*row)->text("role")}};
}

/// Admins look after agents and viewers; what concerns owners is for owners.
bool may_touch(const sdk::Identity& identity, const std::string& role) {
    return identity.may("team.manage") && (identity.role == "owner" || role != "owner");
}

Choices roles_to_give(const Office& office, const sdk::Request& request) {
    Choices choices;
    for (const std::string role : kRoles)
        if (may_touch(*request.identity, role))
            choices.emplace_back(role, office.text(request.locale, "roles." + role));
    return choices;
}

json member_row(const Office& office, const sdk::Request& request, const sdk::Row& row) {
    const auto id = row.text("id");
    const auto role = row.text("role");
    const bool is_me = id == request.identity->subject;
    const bool touch = may_touch(*request.identity, role) && !is_me;
    json roles = json::array();
    for (const auto& [value, label] : roles_to_give(office, request))
        roles.push_back({{"value", value}, {"label", label}, {"selected", value == role}});
    return {{"id", id},
            {"name", row.text("name")},
            {"email", row.text("email")},
            {"role", role},
            {"role_name", office.text(request.locale, "roles." + role)},
            {"joined_at", row.integer("joined_at")},
            {"is_me", is_me},
            {"may_change", touch},
            {"may_receive_ownership", !is_me && role != "owner" && request.identity->may("account.security.transfer")},
            {"roles", std::move(roles)}};
}

sdk::Result<sdk::Response> show_team(Office& office, const sdk::Request& request) {
    return team_page(office, request, {});
}

/// Changes one membership under a lock on the tenant's row, so that two owners who step down
/// at the same moment leave one behind.
sdk::Result<bool> change_members(Office& office, const sdk::Request& request,
                                 const std::function<sdk::Result<void>(sdk::Transaction&)>& change) {
    bool has_owner = true;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        has_owner = true;
        const auto locked =
            tx.execute(request.context, "UPDATE accounts_tenants SET version = version + 1 WHERE id = ?",
                       {request.context.tenant.text()});
        if (!locked) return locked.error();
        if (auto changed = change(tx); !changed) return changed;
        const auto owners = count_owners(tx, request.context);
        if (!owners) return owners.error();
        has_owner = *owners > 0;
        return has_owner ? sdk::ok() : sdk::fail("accounts.last_owner", "A tenant keeps an owner.");
    });
    if (!done && done.error().code != "accounts.last_owner") return done.error();
    return has_owner;
}

sdk::Result<void> set_role(Office& office, sdk::Transaction& tx, const sdk::Request& request, const Member& member,
                           const std::string& role) {
    const auto changed = tx.execute(
        request.context, "UPDATE accounts_memberships SET role = ? WHERE tenant_id = :tenant AND user_id = ?",
        {role, member.id});
    if (!changed) return changed.error();
    const sdk::AuditEntry entry{.action = "team.role_changed",
                                .subject = {"user", member.id, member.name + " <" + member.email + ">"},
                                .tenant = request.context.tenant,
                                .before = {{"role", member.role}},
                                .after = {{"role", role}}};
    if (auto kept = office.host().audit().append(tx, request.context, sdk::actor_of(request), entry); !kept)
        return kept;
    return sdk::record(office.host().outbox(), tx, request.context,
                       MemberRoleChanged{request.context.tenant, sdk::UserId{member.id}, member.role, role},
                       request.context.tenant);
}

sdk::Result<void> remove_member(Office& office, sdk::Transaction& tx, const sdk::Request& request, const Member& member,
                                const std::string& action) {
    const auto gone = tx.execute(
        request.context, "DELETE FROM accounts_memberships WHERE tenant_id = :tenant AND user_id = ?", {member.id});
    if (!gone) return gone.error();
    const sdk::AuditEntry entry{.action = action,
                                .subject = {"user", member.id, member.name + " <" + member.email + ">"},
                                .tenant = request.context.tenant,
                                .before = {{"role", member.role}}};
    if (auto kept = office.host().audit().append(tx, request.context, sdk::actor_of(request), entry); !kept)
        return kept;
    return sdk::record(office.host().outbox(), tx, request.context,
                       MemberRemoved{request.context.tenant, sdk::UserId{member.id}, member.role},
                       request.context.tenant);
}

sdk::Result<sdk::Response> change_role(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto role = form->get("role");
    const auto member = find_member(office.database(), request.context, request.parameters.get("id"));
    if (!member) return member.error();
    if (!*member || (*member)->id == request.identity->subject) return nothing_there();
    if (!is_role(role) || !may_touch(*request.identity, (*member)->role) || !may_touch(*request.identity, role))
        return sdk::problem(403, "forbidden", office.text(request.locale, "team.not_yours"));
    const auto changed = change_members(
        office, request, [&](sdk::Transaction& tx) { return set_role(office, tx, request, **member, role); });
    if (!changed) return changed.error();
    return sdk::redirect_to(*changed ? "/team?done=role_changed" : "/team?done=last_owner");
}

sdk::Result<sdk::Response> remove_somebody(Office& office, const sdk::Request& request) {
    const auto member = find_member(office.database(), request.context, request.parameters.get("id"));
    if (!member) return member.error();
    if (!*member || (*member)->id == request.identity->subject) return nothing_there();
    if (!may_touch(*request.identity, (*member)->role))
        return sdk::problem(403, "forbidden", office.text(request.locale, "team.not_yours"));
    const auto removed = change_members(office, request, [&](sdk::Transaction& tx) {
        return remove_member(office, tx, request, **member, "team.member_removed");
    });
    if (!removed) return removed.error();
    return sdk::redirect_to(*removed ? "/team?done=member_removed" : "/team?done=last_owner");
}

sdk::Result<sdk::Response> leave(Office& office, const sdk::Request& request) {
    const auto member = find_member(office.database(), request.context, request.identity->subject);
    if (!member) return member.error();
    if (!*member) return nothing_there();
    const auto left = change_members(office, request, [&](sdk::Transaction& tx) {
        return remove_member(office, tx, request, **member, "team.member_left");
    });
    if (!left) return left.error();
    return sdk::redirect_to(*left ? "/workspaces?done=left" : "/team?done=last_owner");
}

/// The new owner gets the role, the old one becomes an admin: two entries, one transaction.
sdk::Result<sdk::Response> transfer_ownership(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto heir = find_member(office.database(), request.context, request.parameters.get("id"));
    if (!heir) return heir.error();
    const auto self = find_member(office.database(), request.context, request.identity->subject);
    if (!self) return self.error();
    if (!*heir || !*self || (*heir)->id == (*self)->id) return nothing_there();
    const auto done = change_members(office, request, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto given = set_role(office, tx, request, **heir, "owner"); !given) return given;
        return set_role(office, tx, request, **self, "admin");
    });
    if (!done) return done.error();
    return sdk::redirect_to(*done ? "/team?done=ownership_transferred" : "/team?done=last_owner");
}

/// Somebody else is here, or was asked to be.
sdk::Result<sdk::View> is_no_longer_alone(const Office& office, const sdk::Request& request) {
    const auto member = office.database().query_one(
        request.context, "SELECT 1 AS yes FROM accounts_memberships WHERE tenant_id = :tenant AND user_id <> ? LIMIT 1",
        {request.identity->subject});
    if (!member) return member.error();
    const auto invited = office.database().query_one(
        request.context, "SELECT 1 AS yes FROM accounts_invitations WHERE tenant_id = :tenant LIMIT 1");
    if (!invited) return invited.error();
    return sdk::View{"", {{"done", member->has_value() || invited->has_value()}}};
}

}  // namespace

sdk::Result<sdk::Response> team_page(const Office& office, const sdk::Request& request, const InviteTrouble& trouble) {
    const auto members = office.database().query(
        request.context,
        "SELECT u.id, u.name, u.email, m.role, m.joined_at FROM accounts_memberships m JOIN accounts_users u ON u.id = "
        "m.user_id WHERE m.tenant_id = :tenant ORDER BY m.joined_at, u.id LIMIT 1000");
    if (!members) return members.error();
    json rows = json::array();
    for (const auto& row : *members) rows.push_back(member_row(office, request, row));
    const bool manages = request.identity->may("team.manage");
    json model{{"members", std::move(rows)},
               {"manages", manages},
               {"may_leave", request.identity->may("team.leave") && request.identity->impersonator.empty()},
               {"notice", done_notice(office, request)},
               {"notice_is_bad", request.query.get("done") == "last_owner"},
               {"invitations", json::array()},
               {"has_invitations", false},
               {"csrf_token", request.csrf_token}};
    if (manages) {
        Form form(office, request, "/team/invite", "team.invite.submit");
        form.line({"email", "email", "off"}, trouble.email)
            .choice({"role"}, roles_to_give(office, request), trouble.role.empty() ? "agent" : trouble.role)
            .objections(trouble.objections);
        model["form"] = form.model();
        model["panel_title"] = office.text(request.locale, "team.invite.title");
        model["panel_text"] = office.text(request.locale, "team.invite.text");
        auto invitations = invitation_rows(office, request);
        if (!invitations) return invitations.error();
        model["has_invitations"] = !invitations->empty();
        model["invitations"] = std::move(*invitations);
    }
    return sdk::page("accounts/team", std::move(model), trouble.objections.empty() ? 200 : 422);
}

sdk::Result<void> register_team(Office& office) {
    const sdk::NavigationEntry entry{sdk::Site::app, "workspace", "accounts.team.title", "users", "/team",
                                     "team.read",    60};
    if (auto done = office.host().contribute(entry); !done) return done;
    const sdk::FirstStep step{sdk::Site::app,
                              "accounts.team",
                              "accounts.team.first_step",
                              "/team",
                              "team.manage",
                              30,
                              [&office](const sdk::Request& request) { return is_no_longer_alone(office, request); }};
    if (auto done = office.host().contribute(step); !done) return done;
    return Routes(office, sdk::Site::app)
        .get("/team", "team.read", "The members of the tenant", &show_team)
        .post("/team/{id}/role", "team.manage", "Changes a member's role", &change_role)
        .post("/team/{id}/remove", "team.manage", "Removes a member", &remove_somebody)
        .post("/team/{id}/transfer", "account.security.transfer", "Hands ownership over", &transfer_ownership)
        .post("/team/leave", "team.leave", "Leaves the tenant", &leave)
        .done();
}

}  // namespace whatsflow::accounts
