#include "personal_data.hpp"

#include "people.hpp"
#include "search_words.hpp"
#include "session_list.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::accounts {

using nlohmann::json;
using File = sdk::PersonalData::ExportedFile;

namespace {

constexpr std::size_t kMostActivity = 20'000;

std::string instant_text(std::int64_t micros) {
    return micros == 0 ? std::string{} : sdk::to_rfc3339(sdk::from_micros(micros));
}

struct Erasure {
    const char* sql;
    sdk::DbValues values;
};

sdk::Result<int> run_erasures(sdk::Transaction& tx, const sdk::CallContext& context,
                              const std::vector<Erasure>& erasures) {
    int touched = 0;
    for (const auto& erasure : erasures) {
        const auto done = tx.execute(context, erasure.sql, erasure.values);
        if (!done) return done.error();
        touched += static_cast<int>(*done);
    }
    return touched;
}

sdk::Result<json> sessions_for_export(const Office& office, const sdk::CallContext& context, const std::string& user) {
    const auto sessions = office.sessions().call(&sdk::Sessions::list, context, sdk::Site::app, user);
    if (!sessions) return sessions.error();
    json list = json::array();
    for (const auto& session : *sessions)
        list.push_back({{"browser", browser_of(session.user_agent)},
                        {"address", session.address},
                        {"started_at", sdk::to_rfc3339(session.started_at)},
                        {"seen_at", sdk::to_rfc3339(session.seen_at)}});
    return list;
}

sdk::Result<json> identities_for_export(const Office& office, const sdk::CallContext& context,
                                        const std::string& user) {
    const auto rows = office.database().query(
        context, "SELECT provider, subject, linked_at FROM accounts_identities WHERE user_id = ? ORDER BY linked_at",
        {user});
    if (!rows) return rows.error();
    json list = json::array();
    for (const auto& row : *rows)
        list.push_back({{"provider", row.text("provider")},
                        {"subject", row.text("subject")},
                        {"linked_at", instant_text(row.integer("linked_at"))}});
    return list;
}

/// What is written down of their doings, newest first.
sdk::Result<json> activity_for_export(const Office& office, const sdk::CallContext& context, const std::string& user) {
    json list = json::array();
    const auto trail = sdk::find_service<sdk::AuditTrail>(office.host());
    if (!trail) return list;
    sdk::ListWindow window{.after = {}, .limit = 500};
    do {
        const auto page = trail.call(&sdk::AuditTrail::entries, sdk::across_tenants(context, "accounts.export"),
                                     sdk::AuditTrail::Filter{.actor = user}, window);
        if (!page) return page.error();
        for (const auto& row : page->rows)
            list.push_back({{"at", instant_text(row.value("at", std::int64_t{0}))},
                            {"action", row.value("action", "")},
                            {"subject", row.value("subject_label", "")},
                            {"address", row.value("address", "")}});
        window.after = page->next;
    } while (!window.after.empty() && list.size() < kMostActivity);
    return list;
}

}  // namespace

sdk::Result<std::vector<File>> AccountsPersonalData::export_user(const sdk::CallContext& context,
                                                                 const sdk::UserId& user) {
    const auto person = find_person(office_.database(), context, user.text());
    if (!person) return person.error();
    if (!*person) return std::vector<File>{};
    const auto homes = memberships_of(office_.database(), context, user.text());
    if (!homes) return homes.error();
    auto sessions = sessions_for_export(office_, context, user.text());
    if (!sessions) return sessions.error();
    auto identities = identities_for_export(office_, context, user.text());
    if (!identities) return identities.error();
    auto activity = activity_for_export(office_, context, user.text());
    if (!activity) return activity.error();
    json memberships = json::array();
    for (const auto& home : *homes)
        memberships.push_back({{"tenant", home.tenant_name}, {"role", home.role}, {"status", home.tenant_status}});
    const json profile{{"id", (*person)->id},
                       {"email", (*person)->email},
                       {"name", (*person)->name},
                       {"phone", (*person)->phone},
                       {"language", (*person)->locale},
                       {"time_zone", (*person)->time_zone},
                       {"created_at", instant_text((*person)->created_at)},
                       {"last_sign_in_at", instant_text((*person)->signed_in_at)},
                       {"two_factor", (*person)->two_factor}};
    return std::vector<File>{{"accounts/profile.json", profile.dump(2) + "\n"},
                             {"accounts/memberships.json", memberships.dump(2) + "\n"},
                             {"accounts/sessions.json", sessions->dump(2) + "\n"},
                             {"accounts/identities.json", identities->dump(2) + "\n"},
                             {"accounts/activity.json", activity->dump(2) + "\n"}};
}

sdk::Result<std::vector<File>> AccountsPersonalData::export_tenant(const sdk::CallContext& context,
                                                                   const sdk::TenantId& id) {
    const auto tenant = find_tenant(office_.database(), context, id.text());
    if (!tenant) return tenant.error();
    if (!*tenant) return std::vector<File>{};
    const auto rows = office_.database().query(
        sdk::on_behalf_of(context, id),
        "SELECT u.name, u.email, m.role, m.joined_at FROM accounts_memberships m JOIN accounts_users u ON u.id = "
        "m.user_id WHERE m.tenant_id = :tenant ORDER BY m.joined_at LIMIT 100000");
    if (!rows) return rows.error();
    json members = json::array();
    for (const auto& row : *rows)
        members.push_back({{"name", row.text("name")},
                           {"email", row.text("email")},
                           {"role", row.text("role")},
                           {"joined_at", instant_text(row.integer("joined_at"))}});
    const auto& profile = (*tenant)->profile;
    const json about{{"id", profile.id.text()},        {"name", profile.name},
                     {"country", profile.country},     {"currency", profile.currency},
                     {"time_zone", profile.time_zone}, {"created_at", sdk::to_rfc3339(profile.created_at)}};
    return std::vector<File>{{"accounts/tenant.json", about.dump(2) + "\n"},
                             {"accounts/members.json", members.dump(2) + "\n"}};
}

sdk::Result<int> AccountsPersonalData::erase_user(const sdk::CallContext& context, const sdk::UserId& user) {
    const auto& id = user.text();
    const auto exports =
        office_.database().query(context, "SELECT file_key FROM accounts_exports WHERE user_id = ?", {id});
    if (!exports) return exports.error();
    for (const auto& row : *exports)
        if (!row.text("file_key").empty())
            if (auto removed = office_.host().files().remove(context, row.text("file_key")); !removed)
                return removed.error();
    int touched = 0;
    const auto done = office_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto erased = run_erasures(
            tx, sdk::across_tenants(context, "accounts.erase_user"),
            {{"DELETE FROM accounts_invitations WHERE email IN (SELECT email FROM accounts_users WHERE id = ?)", {id}},
             {"UPDATE accounts_invitations SET inviter_name = '' WHERE invited_by = ? AND inviter_name <> ''", {id}},
             {"DELETE FROM accounts_memberships WHERE user_id = ?", {id}},
             {"DELETE FROM accounts_links WHERE user_id = ?", {id}},
             {"DELETE FROM accounts_recovery_codes WHERE user_id = ?", {id}},
             {"DELETE FROM accounts_sign_in_places WHERE user_id = ?", {id}},
             {"DELETE FROM accounts_identities WHERE user_id = ?", {id}},
             {"DELETE FROM accounts_exports WHERE user_id = ?", {id}},
             {"DELETE FROM accounts_notes WHERE subject_kind = 'user' AND subject_id = ?", {id}},
             {"DELETE FROM accounts_words WHERE kind = 'user' AND subject_id = ?", {id}},
             {"UPDATE accounts_users SET email = ?, name = ?, name_key = ?, phone = '', password_hash = '', status = "
              "'erased', status_reason = '', recent_tenant = '', totp_secret = NULL, totp_confirmed_at = NULL, "
              "erase_at "
              "= NULL, version = version + 1 WHERE id = ? AND status <> 'erased'",
              {"erased-" + id, "erased", "erased", id}}});
        if (!erased) return erased.error();
        touched = *erased;
        return sdk::ok();
    });
    if (!done) return done.error();
    return touched;
}

sdk::Result<int> AccountsPersonalData::erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) {
    int touched = 0;
    const auto& id = tenant.text();
    const auto scoped = sdk::on_behalf_of(context, tenant);
    const auto done = office_.database().transaction(scoped, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto erased = run_erasures(
            tx, scoped,
            {{"DELETE FROM accounts_memberships WHERE tenant_id = :tenant", {}},
             {"DELETE FROM accounts_invitations WHERE tenant_id = :tenant", {}},
             {"DELETE FROM accounts_tokens WHERE tenant_id = :tenant", {}},
             {"DELETE FROM accounts_notes WHERE subject_kind = 'tenant' AND subject_id = ?", {id}},
             {"DELETE FROM accounts_words WHERE kind = 'tenant' AND subject_id = ?", {id}},
             {"UPDATE accounts_tenants SET name = 'erased', slug = ?, signup_facts = '{}', status = 'erased', "
              "status_reason = '', erase_at = NULL, version = version + 1 WHERE id = ? AND status <> 'erased'",
              {"erased-" + id, id}}});
        if (!erased) return erased.error();
        touched = *erased;
        return sdk::ok();
    });
    if (!done) return done.error();
    return touched;
}

}  // namespace whatsflow::accounts
