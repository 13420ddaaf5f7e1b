#include "invitation_links.hpp"

#include "checks.hpp"
#include "events.hpp"
#include "links.hpp"
#include "me.hpp"
#include "signed_in.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

sdk::Result<std::optional<Invitation>> open_invitation(sdk::SqlExecutor& where, const Office& office,
                                                       const sdk::CallContext& context, std::string_view token) {
    if (token.size() < 20 || token.size() > 100) return std::optional<Invitation>{};
    const auto digest = digest_of(office, token);
    if (!digest) return digest.error();
    const auto row = where.query_one(
        sdk::across_tenants(context, "accounts.invitation"),
        "SELECT i.id, i.tenant_id, t.name, i.email, i.role, i.inviter_name FROM accounts_invitations i JOIN "
        "accounts_tenants t ON t.id = i.tenant_id WHERE i.digest = ? AND i.expires_at > ? AND t.status <> 'closed'",
        {*digest, office.now()});
    if (!row) return row.error();
    if (!*row) return std::optional<Invitation>{};
    const auto& found = **row;
    return std::optional{Invitation{found.text("id"), found.text("tenant_id"), found.text("name"), found.text("email"),
                                    found.text("role"), found.text("inviter_name")}};
}

namespace {

/// Takes the invitation and makes the membership. False: somebody was faster.
sdk::Result<bool> accept_in(Office& office, sdk::Transaction& tx, const sdk::Request& request,
                            const Invitation& invitation, const Person& person) {
    const sdk::TenantId tenant{invitation.tenant_id};
    const auto context = sdk::on_behalf_of(request.context, tenant);
    const auto taken =
        tx.execute(context, "DELETE FROM accounts_invitations WHERE tenant_id = :tenant AND id = ?", {invitation.id});
    if (!taken) return taken.error();
    if (*taken == 0) return false;
    const auto role = role_in_tenant(tx, context, person.id);
    if (!role) return role.error();
    if (*role) return true;
    if (auto joined = add_membership(office, tx, context, tenant, person.id, invitation.role); !joined)
        return joined.error();
    auto actor = sdk::actor_of(request);
    actor.kind = "user";
    actor.id = person.id;
    actor.label = person.name + " <" + person.email + ">";
    const sdk::AuditEntry entry{.action = "team.member_joined",
                                .subject = {"user", person.id, person.email},
                                .tenant = tenant,
                                .after = {{"role", invitation.role}}};
    if (auto kept = office.host().audit().append(tx, context, actor, entry); !kept) return kept.error();
    return true;
}

struct NewcomerInput {
    std::string name;
    sdk::Secret password;
};

sdk::Response invitation_page(const Office& office, const sdk::Request& request, const Invitation& invitation,
                              bool known, const NewcomerInput& input, const Objections& objections) {
    Form form(office, request, "/invite/" + request.parameters.get("token"),
              known ? "invite.sign_in" : "invite.submit");
    if (!known)
        form.line({"name", "text", "name", 120}, input.name)
            .line({"password", "password", "new-password", 256, false, "password"});
    else
        form.line({"password", "password", "current-password", 256});
    form.objections(objections);
    const auto values = TextValues{{"tenant", invitation.tenant_name},
                                   {"inviter", invitation.inviter},
                                   {"role", office.text(request.locale, "roles." + invitation.role)},
                                   {"email", invitation.email}};
    auto response = sdk::page("accounts/invite",
                              {{"form", form.model()},
                               {"headline", office.text(request.locale, "invite.headline", values)},
                               {"lead", office.text(request.locale, "invite.lead", values)},
                               {"address", office.text(request.locale, known ? "invite.known" : "invite.new", values)}},
                              objections.empty() ? 200 : 422);
    return kept_from_others(std::move(response));
}

sdk::Result<sdk::Response> show_invitation(Office& office, const sdk::Request& request) {
    const auto invitation =
        open_invitation(office.database(), office, request.context, request.parameters.get("token"));
    if (!invitation) return invitation.error();
    if (!*invitation) return dead_link_page();
    const auto person = find_person_by_email(office.database(), request.context, (*invitation)->email);
    if (!person) return person.error();
    return invitation_page(office, request, **invitation, *person && (*person)->verified(), {}, {});
}

/// Somebody with an account proves to be its owner; the link alone opens no account.
sdk::Result<sdk::Response> join_known(Office& office, const sdk::Request& request, const Invitation& invitation,
                                      const Person& person, const sdk::Secret& password) {
    if (auto wait = brake(office, request, "app", person.email); !wait || *wait)
        return wait ? sdk::Result<sdk::Response>(std::move(**wait)) : wait.error();
    const auto right = knows_password(office, person, password);
    if (!right) return right.error();
    if (!*right) {
        const auto counted =
            office.throttle().call(&sdk::LoginThrottle::failed, request.context, std::string_view("app"),
                                   std::string_view(person.email), std::string_view(request.remote_address));
        if (!counted) return counted.error();
        return invitation_page(office, request, invitation, true, {}, {objection("password", "wrong")});
    }
    if (person.status != "active") return dead_link_page();
    bool joined = false;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto accepted = accept_in(office, tx, request, invitation, person);
        if (!accepted) return accepted.error();
        joined = *accepted;
        return sdk::ok();
    });
    if (!done) return done.error();
    if (!joined) return dead_link_page();
    auto newest = person;
    newest.recent_tenant = invitation.tenant_id;
    return let_in(office, request, newest, {});
}

sdk::Result<sdk::Response> join_new(Office& office, const sdk::Request& request, const Invitation& invitation,
                                    const std::optional<Person>& unverified, const NewcomerInput& input) {
    Objections objections;
    check_text(objections, "name", input.name, 120);
    if (auto done = check_password(office, objections, "password", input.password, {input.name, invitation.email});
        !done)
        return done.error();
    if (!objections.empty()) return invitation_page(office, request, invitation, false, input, objections);
    const auto hash = office.passwords().call(&sdk::Passwords::hash, input.password);
    if (!hash) return hash.error();
    std::optional<Person> joined;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        joined.reset();
        std::string id;
        if (unverified) {
            id = unverified->id;
            if (auto set = change_password(tx, request.context, id, *hash); !set) return set;
            if (auto marked = mark_verified(office, tx, request.context, id); !marked) return marked;
            if (auto ended = end_links(tx, request.context, id, "verify"); !ended) return ended;
            const UserVerified verified{sdk::UserId{id}, sdk::TenantId{invitation.tenant_id}, invitation.email};
            if (auto told = sdk::record(office.host().outbox(), tx, request.context, verified); !told) return told;
        } else {
            const auto added =
                add_person(office, tx, request.context, {invitation.email, input.name, *hash, request.locale, true});
            if (!added) return added.error();
            id = *added;
        }
        auto person = find_person(tx, request.context, id);
        if (!person) return person.error();
        const auto accepted = accept_in(office, tx, request, invitation, **person);
        if (!accepted) return accepted.error();
        if (!*accepted) return sdk::fail("accounts.too_late", "The invitation is gone.");
        joined = std::move(**person);
        joined->recent_tenant = invitation.tenant_id;
        return sdk::ok();
    });
    if (!done && (done.error().code == "accounts.too_late" || done.error().code == "database.duplicate"))
        return dead_link_page();
    if (!done) return done.error();
    return let_in(office, request, *joined, {});
}

sdk::Result<sdk::Response> accept_invitation(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto invitation =
        open_invitation(office.database(), office, request.context, request.parameters.get("token"));
    if (!invitation) return invitation.error();
    if (!*invitation) return dead_link_page();
    const auto person = find_person_by_email(office.database(), request.context, (*invitation)->email);
    if (!person) return person.error();
    const sdk::Secret password{form->get("password")};
    if (*person && (*person)->verified()) return join_known(office, request, **invitation, **person, password);
    return join_new(office, request, **invitation, *person, {tidy(form->get("name")), password});
}

}  // namespace

sdk::Result<void> register_invitation_links(Office& office) {
    return Routes(office, sdk::Site::app)
        .get("/invite/{token}", "public", "What somebody is invited to", &show_invitation)
        .sign_in_post("/invite/{token}", "public", "Accepts an invitation", &accept_invitation)
        .done();
}

}  // namespace whatsflow::accounts
