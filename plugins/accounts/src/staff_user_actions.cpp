#include "staff_user_actions.hpp"

#include "letters.hpp"
#include "links.hpp"
#include "password_reset.hpp"
#include "second_factor.hpp"
#include "staff_parts.hpp"

#include <whatsflow/sdk/jobs.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

/// The user the page is about, and the reason when one is needed.
struct UserCase {
    Person person;
    std::string reason;
};

sdk::Result<UserCase> user_case(const Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    auto person = find_person(office.database(), request.context, request.parameters.get("id"));
    if (!person) return person.error();
    if (!*person) return nothing_there();
    return UserCase{std::move(**person), reason_in(*form)};
}

sdk::Response back(const Person& person, const char* done) {
    return sdk::redirect_to("/users/" + person.id + "?done=" + done);
}

sdk::Result<void> end_all_sessions(const Office& office, const sdk::CallContext& context, const std::string& user) {
    const auto ended = office.sessions().call(&sdk::Sessions::revoke_all, context, sdk::Site::app, user, std::string());
    if (!ended) return ended.error();
    return sdk::ok();
}

/// Sets the state when it is still the one that was looked at, with its audit entry.
sdk::Result<void> set_state(Office& office, sdk::Transaction& tx, const sdk::Request& request, const UserCase& about,
                            const std::string& state, const std::string& action, const sdk::DbValue& erase_at) {
    // Kept through a deletion, so that who is brought back is as suspended as before.
    const bool suspended = state == "suspended" || (state == "deleting" && about.person.status == "suspended");
    const auto changed =
        tx.execute(request.context,
                   "UPDATE accounts_users SET status = ?, status_reason = ?, erase_at = ?, suspended_at = ?, version = "
                   "version + 1 WHERE id = ? AND status = ?",
                   {state, about.reason, erase_at, suspended ? sdk::DbValue(office.now()) : sdk::DbValue(),
                    about.person.id, about.person.status});
    if (!changed) return changed.error();
    if (*changed == 0) return sdk::ok();
    return audit_person(office, tx, request, action, about.person, {{"status", about.person.status}},
                        {{"status", state}}, about.reason);
}

sdk::Result<sdk::Response> change_standing(Office& office, const sdk::Request& request, SuspensionChange change) {
    const auto about = user_case(office, request);
    if (!about) return about.error();
    if (about->reason.empty()) return reason_needed(office, request);
    const auto changed = change_user_suspension(office, request, about->person.id, change, about->reason);
    if (!changed) return changed.error();
    return back(about->person, change == SuspensionChange::suspend ? "suspended" : "unsuspended");
}

sdk::Result<sdk::Response> send_reset_link(Office& office, const sdk::Request& request) {
    const auto about = user_case(office, request);
    if (!about) return about.error();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto asked = request_password_reset(office, tx, request.context, about->person.email); !asked) return asked;
        return audit_person(office, tx, request, "user.password_link_sent", about->person);
    });
    if (!done) return done.error();
    return back(about->person, "reset_sent");
}

sdk::Result<sdk::Response> remove_factor(Office& office, const sdk::Request& request) {
    const auto about = user_case(office, request);
    if (!about) return about.error();
    if (about->reason.empty()) return reason_needed(office, request);
    const auto& person = about->person;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto removed = remove_second_factor(tx, request.context, person.id); !removed) return removed;
        if (auto kept = audit_person(office, tx, request, "user.second_factor_removed", person, nullptr, nullptr,
                                     about->reason);
            !kept)
            return kept;
        return post_letter(office, tx, request.context,
                           {"second_factor_changed",
                            sdk::make_uuid(),
                            person.email,
                            person.name,
                            person.locale,
                            {{"change", office.text(person.locale, "two_factor.off")},
                             {"security_url", office.app_url("/security")},
                             {"forgot_url", office.app_url("/forgot")}}});
    });
    if (!done) return done.error();
    if (auto ended = end_all_sessions(office, request.context, person.id); !ended) return ended.error();
    return back(person, "second_factor_removed");
}

sdk::Result<bool> is_only_owner(const Office& office, const sdk::CallContext& context, const std::string& user) {
    const auto row = office.database().query_one(
        sdk::across_tenants(context, "admin.users.delete"),
        "SELECT m.tenant_id FROM accounts_memberships m JOIN accounts_tenants t ON t.id = m.tenant_id WHERE m.user_id "
        "= "
        "? AND m.role = 'owner' AND t.status <> 'closed' AND NOT EXISTS (SELECT 1 FROM accounts_memberships o JOIN "
        "accounts_users u ON u.id = o.user_id WHERE o.tenant_id = m.tenant_id AND o.role = 'owner' AND o.user_id <> "
        "m.user_id AND u.status <> 'deleting') LIMIT 1",
        {user});
    if (!row) return row.error();
    return row->has_value();
}

sdk::Result<sdk::Response> delete_user(Office& office, const sdk::Request& request) {
    const auto about = user_case(office, request);
    if (!about) return about.error();
    const auto form = request.form();
    if (about->reason.empty() || tidy(form->get("confirmation")) != about->person.email)
        return reason_needed(office, request);
    const auto only_owner = is_only_owner(office, request.context, about->person.id);
    if (!only_owner) return only_owner.error();
    if (*only_owner) return back(about->person, "only_owner");
    const auto erase_at = office.now() + std::chrono::days{office.settings().closing_days};
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto set = set_state(office, tx, request, *about, "deleting", "user.deletion_begun", erase_at); !set)
            return set;
        if (auto ended = end_links(tx, request.context, about->person.id, ""); !ended) return ended;
        sdk::JobRequest job;
        job.kind = "accounts.erase_user";
        job.payload = {{"user", about->person.id}};
        job.run_at = erase_at;
        const auto queued = office.host().jobs().enqueue(tx, request.context, job);
        if (!queued) return queued.error();
        return sdk::ok();
    });
    if (!done) return done.error();
    if (auto ended = end_all_sessions(office, request.context, about->person.id); !ended) return ended.error();
    return back(about->person, "deletion_begun");
}

sdk::Result<sdk::Response> undo_deletion(Office& office, const sdk::Request& request) {
    const auto about = user_case(office, request);
    if (!about) return about.error();
    if (about->person.status == "deleting") {
        const auto row = office.database().query_one(
            request.context, "SELECT verified_at, suspended_at FROM accounts_users WHERE id = ?", {about->person.id});
        if (!row) return row.error();
        if (!*row) return nothing_there();
        const std::string before = !(*row)->is_null("suspended_at") ? "suspended"
                                   : (*row)->is_null("verified_at") ? "unverified"
                                                                    : "active";
        const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) {
            return set_state(office, tx, request, *about, before, "user.deletion_undone", nullptr);
        });
        if (!done) return done.error();
    }
    return back(about->person, "deletion_undone");
}

sdk::Result<sdk::Response> end_one_session(Office& office, const sdk::Request& request) {
    const auto about = user_case(office, request);
    if (!about) return about.error();
    const auto wanted = request.parameters.get("session");
    const auto sessions =
        office.sessions().call(&sdk::Sessions::list, request.context, sdk::Site::app, about->person.id);
    if (!sessions) return sessions.error();
    const bool theirs = std::ranges::any_of(*sessions, [&](const auto& each) { return each.id == wanted; });
    if (!theirs) return nothing_there();
    const auto ended = office.sessions().call(&sdk::Sessions::revoke, request.context, wanted);
    if (!ended) return ended.error();
    if (auto kept = audit_person(office, office.database(), request, "user.session_ended", about->person); !kept)
        return kept.error();
    return back(about->person, "session_over");
}

}  // namespace

bool applies(SuspensionChange change, const Person& person) {
    return person.status == (change == SuspensionChange::suspend ? "active" : "suspended");
}

sdk::Result<bool> change_user_suspension(Office& office, const sdk::Request& request, const std::string& user_id,
                                         SuspensionChange change, const std::string& reason) {
    const bool suspends = change == SuspensionChange::suspend;
    const auto person = find_person(office.database(), request.context, user_id);
    if (!person) return person.error();
    if (!*person) return false;
    const bool changes = applies(change, **person);
    if (changes) {
        const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) {
            return set_state(office, tx, request, {**person, reason}, suspends ? "suspended" : "active",
                             suspends ? "user.suspended" : "user.unsuspended", nullptr);
        });
        if (!done) return done.error();
    }
    // Also when the state was there already: the first try may have ended between the two.
    if (suspends && (changes || (*person)->status == "suspended"))
        if (auto ended = end_all_sessions(office, request.context, user_id); !ended) return ended.error();
    return changes;
}

sdk::Result<void> register_staff_user_actions(Office& office) {
    const std::string manage = "accounts.users.manage";
    const std::string erase = "accounts.users.delete";
    return Routes(office, sdk::Site::admin)
        .post("/users/{id}/suspend", manage, "Suspends a user",
              [](Office& of, const sdk::Request& request) {
                  return change_standing(of, request, SuspensionChange::suspend);
              })
        .post("/users/{id}/unsuspend", manage, "Lets a suspended user in again",
              [](Office& of, const sdk::Request& request) {
                  return change_standing(of, request, SuspensionChange::unsuspend);
              })
        .post("/users/{id}/reset", manage, "Sends a link to choose a new password", &send_reset_link)
        .post("/users/{id}/remove_second_factor", manage, "Removes the second factor", &remove_factor)
        .post("/users/{id}/sessions/{session}/end", manage, "Ends one session of a user", &end_one_session)
        .post("/users/{id}/delete", erase, "Begins to delete a user", &delete_user)
        .post("/users/{id}/undo", erase, "Brings a user back who is being deleted", &undo_deletion)
        .done();
}

}  // namespace whatsflow::accounts
