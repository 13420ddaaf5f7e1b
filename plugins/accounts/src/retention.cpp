#include "retention.hpp"

#include "closure.hpp"

#include <whatsflow/sdk/file_storage.hpp>
#include <whatsflow/sdk/jobs.hpp>

namespace whatsflow::accounts {
namespace {

constexpr const char* kRetentionJob = "accounts.purge";
constexpr auto kTokensAreKept = std::chrono::days{90};
constexpr auto kPlacesAreKept = std::chrono::days{180};
constexpr int kAtOnce = 200;

sdk::Result<void> remove_old_rows(const Office& office, const sdk::CallContext& context) {
    const auto now = office.now();
    const auto crossing = sdk::across_tenants(context, "accounts.retention");
    const std::pair<const char*, sdk::Instant> rules[] = {
        {"DELETE FROM accounts_links WHERE expires_at < ?", now},
        {"DELETE FROM accounts_invitations WHERE expires_at < ?", now - std::chrono::days{30}},
        {"DELETE FROM accounts_tokens WHERE revoked_at < ?", now - kTokensAreKept},
        {"DELETE FROM accounts_tokens WHERE expires_at < ?", now - kTokensAreKept},
        {"DELETE FROM accounts_sign_in_places WHERE seen_at < ?", now - kPlacesAreKept}};
    for (const auto& [sql, before] : rules) {
        const auto removed = office.database().execute(crossing, sql, {before});
        if (!removed) return removed.error();
    }
    return sdk::ok();
}

sdk::Result<void> remove_old_exports(const Office& office, const sdk::CallContext& context) {
    const auto rows = office.database().query(
        context, "SELECT id, file_key FROM accounts_exports WHERE expires_at < ? LIMIT 200", {office.now()});
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        if (auto removed = office.host().files().remove(context, row.text("file_key")); !removed) return removed;
        const auto gone =
            office.database().execute(context, "DELETE FROM accounts_exports WHERE id = ?", {row.text("id")});
        if (!gone) return gone.error();
    }
    return sdk::ok();
}

/// A sign-up nobody confirmed takes its tenant along when it was the only one in it.
sdk::Result<void> remove_unconfirmed(const Office& office, const sdk::CallContext& context) {
    const auto before = office.now() - std::chrono::days{office.settings().unverified_days};
    const auto users = office.database().query(
        context,
        "SELECT id FROM accounts_users WHERE status = 'unverified' AND created_at < ? ORDER BY created_at LIMIT ?",
        {before, kAtOnce});
    if (!users) return users.error();
    for (const auto& user : *users) {
        const auto alone = office.database().query(
            sdk::across_tenants(context, "accounts.retention"),
            "SELECT m.tenant_id FROM accounts_memberships m WHERE m.user_id = ? AND NOT EXISTS (SELECT 1 FROM "
            "accounts_memberships o WHERE o.tenant_id = m.tenant_id AND o.user_id <> m.user_id)",
            {user.text("id")});
        if (!alone) return alone.error();
        for (const auto& row : *alone)
            if (auto erased = erase_tenant_everywhere(office, context, row.text("tenant_id")); !erased) return erased;
        if (auto erased = erase_user_everywhere(office, context, user.text("id")); !erased) return erased;
    }
    return sdk::ok();
}

}  // namespace

sdk::Result<void> register_retention(Office& office) {
    auto& jobs = office.host().jobs();
    const auto purge = [&office](sdk::JobRun& run) -> sdk::Result<void> {
        if (auto done = remove_old_rows(office, run.context()); !done) return done;
        if (auto done = remove_old_exports(office, run.context()); !done) return done;
        return remove_unconfirmed(office, run.context());
    };
    if (auto done = jobs.handle(kRetentionJob, purge, {.lease = std::chrono::minutes{10}, .at_once = 1}); !done)
        return done;
    return jobs.schedule({.name = "accounts.retention", .kind = kRetentionJob, .every = std::chrono::hours{24}});
}

}  // namespace whatsflow::accounts
