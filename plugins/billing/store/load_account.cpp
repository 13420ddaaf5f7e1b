// One statement for the account's row and its lock, one for counters that others count in, one for
// all the rest: kinds are told apart by the first column.
#include "gathering.hpp"

namespace whatsflow::billing::store {
namespace {

std::string marks(std::size_t count) {
    std::string text = "''";
    for (std::size_t i = 0; i < count; ++i) text += ", ?";
    return text;
}

sdk::Result<void> load_counters(sdk::SqlExecutor& where, const sdk::CallContext& context, LocalDate since,
                                const char* lock, Account& account) {
    const auto rows = where.query(context,
                                  std::string("SELECT used, reserved, body FROM billing_counters WHERE "
                                              "tenant_id = :tenant AND (watched = 1 OR period_to >= ?)") +
                                      lock,
                                  {since.days});
    if (!rows) return rows.error();
    for (const auto& row : *rows)
        if (auto done = keep_counter(row, account); !done) return done;
    return sdk::ok();
}

/// Invoices that are needed: watched, or named.
std::string needed_invoices(const Wanted& wanted, sdk::DbValues& values, LocalDate today) {
    values.emplace_back(today.days - 1);
    for (const auto& id : wanted.invoices) values.emplace_back(id.text());
    std::string sql = "(watched_until >= ? OR id IN (" + marks(wanted.invoices.size()) + ")";
    if (!wanted.payments.empty()) {
        for (const auto& id : wanted.payments) values.emplace_back(id.text());
        sql += " OR id IN (SELECT p.invoice_id FROM billing_payments p WHERE p.tenant_id = :tenant AND p.id IN (" +
               marks(wanted.payments.size()) + "))";
    }
    return sql + ")";
}

}  // namespace

SeriesOfDay Numbering::on(LocalDate day) const {
    const auto text = day.text();
    const auto suffix = restart == "year"    ? "-" + text.substr(0, 4)
                        : restart == "month" ? "-" + text.substr(0, 7)
                                             : std::string{};
    return {{"invoice" + suffix, invoice_pattern}, {"credit-note" + suffix, credit_note_pattern}};
}

sdk::Result<Loaded> begin_loading(const sdk::Row& row, const TenantId& tenant, const Numbering& numbering,
                                  sdk::Instant now, std::optional<sdk::Instant> at) {
    Loaded loaded;
    auto& account = loaded.account;
    auto profile = read<Profile>(row.text("body"));
    if (!profile) return profile.error();
    account.profile = *std::move(profile);
    account.profile.tenant = tenant;
    account.profile.version = row.integer("version");
    loaded.parked = !row.is_null("parked_at");
    if (const auto test = row.maybe_integer("test_now_at")) loaded.test_now = sdk::from_micros(*test);
    loaded.now = at.value_or(loaded.test_now.value_or(now));
    // Documents bear the date of this very transition; so does the series that numbers them.
    loaded.series = numbering.on(account.today(std::max(loaded.now, account.profile.watermark)));
    account.profile.invoice_numbers = {loaded.series.invoice.pattern, 1};
    account.profile.credit_note_numbers = {loaded.series.credit_note.pattern, 1};
    return loaded;
}

sdk::Result<void> keep_counter(const sdk::Row& row, Account& account) {
    if (auto done = keep(row, account.counters); !done) return done;
    account.counters.back().used = row.integer("used");
    account.counters.back().reserved = row.integer("reserved");
    return sdk::ok();
}

sdk::Result<std::optional<Loaded>> load(sdk::SqlExecutor& where, const sdk::CallContext& context, const Wanted& wanted,
                                        const Numbering& numbering, sdk::Instant now, std::optional<sdk::Instant> at,
                                        bool for_change) {
    const char* const lock = for_change && where.dialect() == sdk::Dialect::mysql ? " FOR UPDATE" : "";
    const auto row =
        where.query_one(context, std::string("SELECT version, parked_at, test_now_at, body FROM billing_accounts "
                                             "WHERE tenant_id = :tenant") +
                                     lock);
    if (!row) return row.error();
    if (!*row) return std::optional<Loaded>{};
    auto begun = begin_loading(**row, context.tenant, numbering, now, at);
    if (!begun) return begun.error();
    auto loaded = *std::move(begun);
    auto& account = loaded.account;
    const auto today = account.today(loaded.now);
    const auto since = std::min(today.plus_days(-2), wanted.usage_since.value_or(today));
    if (auto done = load_counters(where, context, since, lock, account); !done) return done.error();

    sdk::DbValues values;
    std::string sql =
        "SELECT 'subscription' AS kind, id, plan_version AS number, body FROM billing_subscriptions WHERE tenant_id = "
        ":tenant "
        "UNION ALL SELECT 'invoice', id, watched_until, body FROM billing_invoices WHERE tenant_id = :tenant AND " +
        needed_invoices(wanted, values, today);
    for (const auto* part :
         {"'line', invoice_id, position, body FROM billing_invoice_lines",
          "'note', id, 0, body FROM billing_credit_notes", "'payment', id, 0, body FROM billing_payments"})
        sql += std::string(" UNION ALL SELECT ") + part +
               " WHERE tenant_id = :tenant AND invoice_id IN (SELECT id FROM billing_invoices WHERE tenant_id = "
               ":tenant AND " +
               needed_invoices(wanted, values, today) + ")";
    sql +=
        " UNION ALL SELECT 'grant', id, 0, body FROM billing_grants WHERE tenant_id = :tenant AND remaining > 0"
        " UNION ALL SELECT 'redemption', id, 0, body FROM billing_redemptions WHERE tenant_id = :tenant"
        " UNION ALL SELECT 'pending', id, 0, body FROM billing_pending_changes WHERE tenant_id = :tenant"
        " UNION ALL SELECT 'draft', id, 0, body FROM billing_waiting_drafts WHERE tenant_id = :tenant"
        " UNION ALL SELECT 'series', name, next_number, pattern FROM billing_number_series WHERE name IN (?, ?)";
    values.emplace_back(loaded.series.invoice.name);
    values.emplace_back(loaded.series.credit_note.name);
    if (!wanted.key.empty()) {
        sql +=
            " UNION ALL SELECT 'command', seen_key, 0, fingerprint FROM billing_seen_keys WHERE tenant_id = :tenant "
            "AND kind = 'command' AND seen_key = ?";
        values.emplace_back(wanted.key);
    }
    if (!wanted.usage.empty()) {
        sql +=
            " UNION ALL SELECT 'usage', seen_key, 0, fingerprint FROM billing_seen_keys WHERE tenant_id = :tenant "
            "AND kind = 'usage' AND seen_key IN (" +
            marks(wanted.usage.size()) + ")";
        for (const auto& id : wanted.usage) values.emplace_back(id);
    }
    if (!wanted.values.empty()) {
        sql +=
            " UNION ALL SELECT 'value', counter_id, 0, value FROM billing_counted_values WHERE tenant_id = :tenant "
            "AND value IN (" +
            marks(wanted.values.size()) + ")";
        for (const auto& value : wanted.values) values.emplace_back(value);
    }
    const auto rows = where.query(context, sql, values);
    if (!rows) return rows.error();
    Gathering gathering(loaded);
    for (const auto& each : *rows)
        if (auto done = gathering.take(each); !done) return done.error();
    gathering.finish();
    return std::optional{std::move(loaded)};
}

}  // namespace whatsflow::billing::store
