// Exactly what changed: rows of one kind in one statement.
#include "account_store.hpp"
#include "entities.hpp"
#include "envelopes.hpp"
#include "row_writer.hpp"

#include <algorithm>
#include <limits>

namespace whatsflow::billing::store {
namespace {

/// Entities of one kind that `changes` names, by their id.
template <class T>
void gather_entities(RowWriter& rows, const TenantId& tenant, EntityKind kind, const Table& table,
                     const Changes& changes, const std::vector<T>& all) {
    for (const auto& change : changes.entities) {
        if (change.kind != kind) continue;
        if (change.change == ChangeKind::removed) {
            rows.remove(table, tenant, change.id);
            continue;
        }
        const auto found = std::ranges::find_if(all, [&](const T& each) { return each.id.text() == change.id; });
        if (found == all.end()) continue;
        if (change.change == ChangeKind::added)
            rows.add(table, tenant, row_of(*found));
        else
            rows.change(table, tenant, row_of(*found));
    }
}

void gather_invoices(RowWriter& rows, const TenantId& tenant, const Loaded& before, const Account& after) {
    for (const auto& invoice : after.invoices) {
        const auto* old = before.account.find_invoice(invoice.id);
        const auto watched = before.watched_until.find(invoice.id.text());
        const bool same_watch =
            watched != before.watched_until.end() && watched->second == watched_until(after, invoice);
        if (old != nullptr && *old == invoice && same_watch) continue;
        if (old == nullptr)
            rows.add(kInvoices, tenant, row_of(after, invoice));
        else
            rows.change(kInvoices, tenant, row_of(after, invoice));
        for (std::size_t at = 0; at < invoice.lines.size(); ++at) {
            const auto* line = old == nullptr ? nullptr : old->find_line(invoice.lines[at].id);
            if (line == nullptr)
                rows.add(kLines, tenant, row_of(invoice, at, invoice.lines[at]));
            else if (!(*line == invoice.lines[at]))
                rows.change(kLines, tenant, row_of(invoice, at, invoice.lines[at]));
        }
    }
}

void gather_books(RowWriter& rows, const TenantId& tenant, const Account& after, const Changes& changes,
                  sdk::Instant now) {
    for (const auto& v : changes.postings)
        rows.add(kPostings, tenant,
                 {sdk::make_uuid(), v.batch.text(), word(to_text(v.account)), v.amount, v.currency, v.on.days, v.source,
                  v.source_id});
    for (const auto& v : changes.movements)
        rows.add(kMovements, tenant,
                 {sdk::make_uuid(), word(to_text(v.kind)), after.profile.currency, v.on.days, v.amount.text(),
                  v.amount.rounded()});
    for (const auto& change : changes.entities) {
        if (change.kind == EntityKind::counted_value && change.change == ChangeKind::added) {
            const auto space = change.id.find(' ');
            rows.add(kValues, tenant, {change.id.substr(0, space), change.id.substr(space + 1)});
        }
        const bool command = change.kind == EntityKind::seen_key;
        if ((!command && change.kind != EntityKind::seen_usage) || change.change != ChangeKind::added) continue;
        const auto& keys = command ? after.seen_keys : after.seen_usage;
        const auto found = std::ranges::find(keys, change.id, &SeenKey::key);
        if (found != keys.end())
            rows.add(kSeen, tenant, {command ? "command" : "usage", found->key, found->fingerprint, now});
    }
}

void gather(RowWriter& rows, const TenantId& tenant, const Loaded& before, const Account& after, const Changes& changes,
            sdk::Instant now) {
    gather_entities(rows, tenant, EntityKind::subscription, kSubscriptions, changes, after.subscriptions);
    gather_invoices(rows, tenant, before, after);
    gather_entities(rows, tenant, EntityKind::credit_note, kNotes, changes, after.credit_notes);
    gather_entities(rows, tenant, EntityKind::payment, kPayments, changes, after.payments);
    gather_entities(rows, tenant, EntityKind::grant, kGrants, changes, after.grants);
    gather_entities(rows, tenant, EntityKind::credit_entry, kEntries, changes, after.credit_entries);
    gather_entities(rows, tenant, EntityKind::redemption, kRedemptions, changes, after.redemptions);
    gather_entities(rows, tenant, EntityKind::counter, kCounters, changes, after.counters);
    gather_entities(rows, tenant, EntityKind::pending_change, kPendings, changes, after.pending_changes);
    gather_entities(rows, tenant, EntityKind::waiting_draft, kDrafts, changes, after.waiting_drafts);
    gather_books(rows, tenant, after, changes, now);
}

sdk::Result<void> save_profile(sdk::Transaction& tx, const sdk::CallContext& context, const Loaded& before,
                               const Account& after, std::optional<sdk::Instant> next_due) {
    const auto& profile = after.profile;
    const auto changed = tx.execute(
        context,
        "UPDATE billing_accounts SET currency = ?, version = ?, next_due_at = ?, body = ? WHERE "
        "tenant_id = :tenant AND version = ?",
        {profile.currency, profile.version, next_due, write(profile).dump(), before.account.profile.version});
    if (!changed) return changed.error();
    if (*changed == 0) return sdk::fail("billing.raced", "The account was changed at the same moment; try again.");
    const auto& old = before.account.profile;
    const auto advance = [&](const std::string& name, const NumberSeries& was, const NumberSeries& is) {
        if (was.next == is.next) return sdk::Result<std::int64_t>(0);
        return tx.execute(context, "UPDATE billing_number_series SET next_number = ? WHERE name = ?", {is.next, name});
    };
    if (auto done = advance(before.series.invoice.name, old.invoice_numbers, profile.invoice_numbers); !done)
        return done.error();
    if (auto done = advance(before.series.credit_note.name, old.credit_note_numbers, profile.credit_note_numbers);
        !done)
        return done.error();
    return sdk::ok();
}

/// A limit that was reached is told once, whoever counted: the engine, or somebody in place.
sdk::Result<bool> is_news(sdk::Transaction& tx, const sdk::CallContext& context, const Account& after,
                          const BillingEvent& event) {
    if (event.type != "billing.limit_reached/1") return true;
    for (const auto& counter : after.counters)
        if (counter.meter == event.fields.at("meter") && counter.period.from.text() == event.fields.at("period_start"))
            return first_warning(tx, context, counter.id.text(), event.fields.at("percent").get<std::int64_t>(),
                                 event.fields.at("limit").get<std::int64_t>());
    return true;
}

/// One conditional statement a redemption: of two that want the last use, one gets it.
sdk::Result<void> count_coupons(sdk::Transaction& tx, const sdk::CallContext& context, const Account& before,
                                const Account& after, const Changes& changes, const Catalogue& catalogue) {
    const auto coupon_of = [](const Account& account, const std::string& id) {
        const auto found =
            std::ranges::find_if(account.redemptions, [&](const auto& each) { return each.id.text() == id; });
        return found == account.redemptions.end() ? std::string{} : found->coupon;
    };
    for (const auto& change : changes.entities) {
        if (change.kind != EntityKind::redemption || change.change == ChangeKind::changed) continue;
        if (change.change == ChangeKind::removed) {
            const auto back = tx.execute(
                context, "UPDATE billing_coupon_counts SET redeemed = redeemed - 1 WHERE coupon = ? AND redeemed > 0",
                {coupon_of(before, change.id)});
            if (!back) return back.error();
            continue;
        }
        const auto code = coupon_of(after, change.id);
        const auto* coupon = catalogue.find_coupon(code);
        const auto most = coupon == nullptr ? std::nullopt : coupon->max_redemptions;
        const auto use = [&] {
            return tx.execute(
                context, "UPDATE billing_coupon_counts SET redeemed = redeemed + 1 WHERE coupon = ? AND redeemed < ?",
                {code, most.value_or(std::numeric_limits<std::int64_t>::max())});
        };
        auto counted = use();
        if (counted && *counted == 0) {
            const auto first =
                tx.execute(context,
                           std::string(tx.dialect() == sdk::Dialect::mysql ? "INSERT IGNORE" : "INSERT OR IGNORE") +
                               " INTO billing_coupon_counts (coupon, redeemed) VALUES (?, 0)",
                           {code});
            if (!first) return first.error();
            if (*first > 0) counted = use();
        }
        if (!counted) return counted.error();
        if (*counted == 0)
            return sdk::fail("billing.coupon_refused",
                             "The coupon '" + code + "' has been redeemed as often as it may be.");
    }
    return sdk::ok();
}

sdk::Result<void> tell(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& own, const Account& after,
                       const Changes& changes) {
    for (const auto& event : changes.events) {
        const auto news = is_news(tx, own, after, event);
        if (!news) return news.error();
        if (!*news) continue;
        if (auto done = host.outbox().append(tx, own, envelope_of(event.type, event.fields, own.tenant)); !done)
            return done;
    }
    return sdk::ok();
}

/// Told to stop after the commit, by whoever comes by: a crash in between loses nothing.
sdk::Result<void> end_runs(sdk::Transaction& tx, const sdk::CallContext& own, const Changes& changes,
                           sdk::Instant now) {
    for (const auto& run : changes.ended_runs)
        if (auto done = tx.execute(own,
                                   "UPDATE billing_provider_runs SET state = 'ending', next_try_at = ?, attempts = 0 "
                                   "WHERE tenant_id = :tenant AND provider = ? AND reference = ? AND state = 'active'",
                                   {now, run.provider, run.reference});
            !done)
            return done.error();
    return sdk::ok();
}

/// Accounts that are locked and were looked at: no version is asked again.
sdk::Result<void> save_profiles(sdk::Transaction& tx, const sdk::CallContext& all, const std::vector<Saving>& savings) {
    const bool mysql = tx.dialect() == sdk::Dialect::mysql;
    for (std::size_t from = 0; from < savings.size();) {
        const auto count = rows_at_once(savings.size() - from);
        std::string sql =
            "INSERT INTO billing_accounts (tenant_id, currency, version, next_due_at, body, claimed_by, "
            "claimed_until_at, parked_reason, created_at) VALUES ";
        sdk::DbValues values;
        for (std::size_t at = from; at < from + count; ++at) {
            const auto& profile = savings[at].after->profile;
            sql += at == from ? "(?, ?, ?, ?, ?, '', 0, '', 0)" : ", (?, ?, ?, ?, ?, '', 0, '', 0)";
            values.insert(values.end(), {profile.tenant.text(), profile.currency, profile.version,
                                         DbValue(savings[at].next_due), write(profile).dump()});
        }
        sql += mysql ? " ON DUPLICATE KEY UPDATE " : " ON CONFLICT (tenant_id) DO UPDATE SET ";
        bool first = true;
        for (const std::string column : {"currency", "version", "next_due_at", "body"}) {
            sql += (first ? "" : ", ") + column + " = " + (mysql ? "VALUES(" + column + ")" : "excluded." + column);
            first = false;
        }
        if (auto done = tx.execute(all, sql, values); !done) return done.error();
        from += count;
    }
    return sdk::ok();
}

}  // namespace

std::int32_t watched_until(const Account& account, const Invoice& invoice) {
    static const std::int32_t for_ever = LocalDate::of(9999, 12, 31).days;
    if (invoice.state == InvoiceState::open || invoice.state == InvoiceState::uncollectible) return for_ever;
    for (const auto& payment : account.payments)
        if (payment.invoice == invoice.id && payment.unresolved()) return for_ever;
    for (const auto& other : account.invoices)
        if (other.state == InvoiceState::open)
            for (const auto& line : other.lines)
                if (line.credit && line.credit->invoice == invoice.id) return for_ever;
    auto last = invoice.issued_on;
    if (invoice.state == InvoiceState::voided) return last.days;
    for (const auto& line : invoice.lines) {
        if (line.is_charge() && line.recognised != line.net_without_tax() - line.credited)
            last = std::max(last, line.span.to);
        last = std::max(last, std::max(line.kept_until, line.span.to));
    }
    return last.plus_days(62).days;
}

sdk::Result<std::int64_t> lock_series(sdk::SqlExecutor& where, const sdk::CallContext& context, const Series& series) {
    const bool mysql = where.dialect() == sdk::Dialect::mysql;
    for (int tries = 0; tries < 2; ++tries) {
        const auto row = where.query_one(
            context,
            std::string("SELECT next_number FROM billing_number_series WHERE name = ?") + (mysql ? " FOR UPDATE" : ""),
            {series.name});
        if (!row) return row.error();
        if (*row) return (*row)->integer("next_number");
        // The first document of a series begins it.
        const auto made = where.execute(context,
                                        std::string(mysql ? "INSERT IGNORE" : "INSERT OR IGNORE") +
                                            " INTO billing_number_series (name, pattern, next_number) VALUES (?, ?, 1)",
                                        {series.name, series.pattern});
        if (!made) return made.error();
    }
    return sdk::fail("billing.no_series", "There is no series of numbers called " + series.name + ".");
}

sdk::Result<void> add(sdk::SqlExecutor& where, const sdk::CallContext& context, const Account& account,
                      sdk::Instant now) {
    const auto done =
        where.execute(context,
                      "INSERT INTO billing_accounts (tenant_id, currency, version, claimed_by, "
                      "claimed_until_at, parked_reason, body, created_at) VALUES (:tenant, ?, ?, '', 0, "
                      "'', ?, ?)",
                      {account.profile.currency, account.profile.version, write(account.profile).dump(), now});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<bool> first_warning(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& counter,
                                std::int64_t percent, std::int64_t limit) {
    const auto made =
        tx.execute(context,
                   std::string(tx.dialect() == sdk::Dialect::mysql ? "INSERT IGNORE" : "INSERT OR IGNORE") +
                       " INTO billing_warnings (counter_id, percent, limit_value, tenant_id) VALUES (?, ?, ?, :tenant)",
                   {counter, percent, limit});
    if (!made) return made.error();
    return *made > 0;
}

sdk::Result<void> save(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& context, const Loaded& before,
                       const Account& after, const Changes& changes, const Catalogue& catalogue,
                       std::optional<sdk::Instant> next_due, sdk::Instant now) {
    if (auto done = save_profile(tx, context, before, after, next_due); !done) return done;
    if (auto done = count_coupons(tx, context, before.account, after, changes, catalogue); !done) return done;
    RowWriter rows(tx, context);
    gather(rows, context.tenant, before, after, changes, now);
    if (auto done = rows.write(); !done) return done;
    if (auto done = end_runs(tx, context, changes, host.clock().now()); !done) return done;
    return tell(host, tx, context, after, changes);
}

sdk::Result<void> save_many(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& all,
                            const std::vector<Saving>& savings, const Catalogue& catalogue) {
    if (auto done = save_profiles(tx, all, savings); !done) return done;
    RowWriter rows(tx, all);
    for (const auto& each : savings) {
        const auto& tenant = each.after->profile.tenant;
        const auto own = sdk::on_behalf_of(all, tenant);
        if (auto done = count_coupons(tx, own, each.before->account, *each.after, *each.changes, catalogue); !done)
            return done;
        gather(rows, tenant, *each.before, *each.after, *each.changes, each.before->now);
    }
    if (auto done = rows.write(); !done) return done;
    for (const auto& each : savings) {
        const auto own = sdk::on_behalf_of(all, each.after->profile.tenant);
        if (auto done = end_runs(tx, own, *each.changes, host.clock().now()); !done) return done;
        if (auto done = tell(host, tx, own, *each.after, *each.changes); !done) return done;
    }
    return sdk::ok();
}

sdk::Result<void> advance_series(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& name,
                                 std::int64_t next) {
    const auto done =
        tx.execute(context, "UPDATE billing_number_series SET next_number = ? WHERE name = ?", {next, name});
    if (!done) return done.error();
    return sdk::ok();
}

}  // namespace whatsflow::billing::store
