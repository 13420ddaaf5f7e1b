// Many accounts in three statements, each row with the tenant that it belongs to.
#include "gathering.hpp"

#include <set>

namespace whatsflow::billing::store {
namespace {

/// `?` for each tenant, filled up so that few different statements are prepared.
struct Tenants {
    std::string marks;
    std::vector<std::string> ids;

    explicit Tenants(const std::vector<TenantId>& tenants) {
        std::size_t size = 1;
        while (size < tenants.size()) size *= 2;
        for (std::size_t i = 0; i < size; ++i) {
            marks += i == 0 ? "?" : ", ?";
            ids.push_back(tenants[std::min(i, tenants.size() - 1)].text());
        }
    }
    void append_to(sdk::DbValues& values) const { values.insert(values.end(), ids.begin(), ids.end()); }
};

}  // namespace

sdk::Result<std::vector<Loaded>> load_many(sdk::Transaction& tx, const sdk::CallContext& all,
                                           const std::vector<TenantId>& tenants, const Numbering& numbering,
                                           sdk::Instant now) {
    std::vector<Loaded> accounts;
    if (tenants.empty()) return accounts;
    const std::string lock = tx.dialect() == sdk::Dialect::mysql ? " FOR UPDATE" : "";
    const Tenants named(tenants);
    sdk::DbValues values;
    named.append_to(values);
    const auto heads = tx.query(all,
                                "SELECT tenant_id, version, parked_at, test_now_at, body FROM billing_accounts WHERE "
                                "tenant_id IN (" +
                                    named.marks + ") ORDER BY tenant_id" + lock,
                                values);
    if (!heads) return heads.error();
    std::map<std::string, std::size_t> places;
    std::set<std::string> broken, series;
    LocalDate earliest = LocalDate::of(9999, 1, 1);
    accounts.reserve(heads->size());
    for (const auto& row : *heads) {
        const auto& tenant = row.text("tenant_id");
        auto begun = begin_loading(row, TenantId{tenant}, numbering, now, std::nullopt);
        if (!begun || begun->parked || begun->test_now) continue;
        earliest = std::min(earliest, begun->account.today(begun->now));
        series.insert(begun->series.invoice.name);
        series.insert(begun->series.credit_note.name);
        places[tenant] = accounts.size();
        accounts.push_back(*std::move(begun));
    }
    if (accounts.empty()) return accounts;

    values = {};
    named.append_to(values);
    values.emplace_back(earliest.days - 2);
    const auto counters = tx.query(all,
                                   "SELECT tenant_id, used, reserved, body FROM billing_counters WHERE tenant_id IN (" +
                                       named.marks + ") AND (watched = 1 OR period_to >= ?)" + lock,
                                   values);
    if (!counters) return counters.error();
    for (const auto& row : *counters)
        if (const auto place = places.find(row.text("tenant_id")); place != places.end())
            if (!keep_counter(row, accounts[place->second].account)) broken.insert(place->first);

    values = {};
    const auto within = [&](const char* column) {
        named.append_to(values);
        return std::string(" WHERE ") + column + " IN (" + named.marks + ")";
    };
    std::string sql =
        "SELECT tenant_id, 'subscription' AS kind, id, plan_version AS number, body FROM billing_subscriptions" +
        within("tenant_id");
    const auto of_invoices = [&](const char* columns, const char* table) {
        sql += std::string(" UNION ALL SELECT x.tenant_id, ") + columns + " FROM " + table +
               " x JOIN billing_invoices i ON i.tenant_id = x.tenant_id AND i.id = x.invoice_id" +
               within("x.tenant_id") + " AND i.watched_until >= ?";
        values.emplace_back(earliest.days - 1);
    };
    sql += " UNION ALL SELECT tenant_id, 'invoice', id, watched_until, body FROM billing_invoices" +
           within("tenant_id") + " AND watched_until >= ?";
    values.emplace_back(earliest.days - 1);
    of_invoices("'line', x.invoice_id, x.position, x.body", "billing_invoice_lines");
    of_invoices("'note', x.id, 0, x.body", "billing_credit_notes");
    of_invoices("'payment', x.id, 0, x.body", "billing_payments");
    sql += " UNION ALL SELECT tenant_id, 'grant', id, 0, body FROM billing_grants" + within("tenant_id") +
           " AND remaining > 0 UNION ALL SELECT tenant_id, 'redemption', id, 0, body FROM billing_redemptions";
    sql += within("tenant_id");
    sql += " UNION ALL SELECT tenant_id, 'pending', id, 0, body FROM billing_pending_changes";
    sql += within("tenant_id");
    sql += " UNION ALL SELECT tenant_id, 'draft', id, 0, body FROM billing_waiting_drafts";
    sql += within("tenant_id");
    const auto rows = tx.query(all, sql, values);
    if (!rows) return rows.error();
    std::vector<Gathering> gatherings;
    gatherings.reserve(accounts.size());
    for (auto& account : accounts) gatherings.emplace_back(account);
    for (const auto& row : *rows)
        if (const auto place = places.find(row.text("tenant_id")); place != places.end())
            if (!gatherings[place->second].take(row)) broken.insert(place->first);
    for (auto& gathering : gatherings) gathering.finish();

    // Numbers as they stand; whoever uses them locks the series.
    for (const auto& name : series) {
        const auto row = tx.query_one(all, "SELECT next_number FROM billing_number_series WHERE name = ?", {name});
        if (!row) return row.error();
        if (!*row) continue;
        for (auto& each : accounts) {
            auto& profile = each.account.profile;
            if (each.series.invoice.name == name) profile.invoice_numbers.next = (*row)->integer("next_number");
            if (each.series.credit_note.name == name) profile.credit_note_numbers.next = (*row)->integer("next_number");
        }
    }
    std::erase_if(accounts, [&](const Loaded& each) { return broken.contains(each.account.profile.tenant.text()); });
    return accounts;
}

}  // namespace whatsflow::billing::store
