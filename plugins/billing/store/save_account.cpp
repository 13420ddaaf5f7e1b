// Exactly what changed: added rows of one kind in one statement, changed ones one by one.
#include "account_store.hpp"
#include "entities.hpp"
#include "envelopes.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace whatsflow::billing::store {
namespace {

using sdk::DbValue;
using sdk::DbValues;

/// A table that keeps one kind: its columns besides `tenant_id`, the key first.
struct Table {
    const char* name;
    std::vector<const char*> columns;
};

const Table kSubscriptions{"billing_subscriptions",
                           {"id", "state", "plan", "period_unit", "quantity", "overdue", "started_on", "period_from",
                            "period_to", "trial_end", "cancel_on", "body"}};
const Table kInvoices{"billing_invoices",
                      {"id", "n", "number", "state", "currency", "issued_on", "due_on", "total", "amount_paid",
                       "amount_due", "refused_on", "watched_until", "body"}};
const Table kLines{
    "billing_invoice_lines",
    {"id", "invoice_id", "position", "type", "code", "covers_from", "covers_to", "amount", "discount", "tax", "body"}};
const Table kNotes{"billing_credit_notes", {"id", "invoice_id", "number", "issued_on", "total", "body"}};
const Table kPayments{
    "billing_payments",
    {"id", "invoice_id", "kind", "status", "amount", "started_at", "reference", "code", "hard", "body"}};
const Table kGrants{"billing_grants", {"id", "remaining", "expires_on", "body"}};
const Table kEntries{"billing_credit_entries", {"id", "made_on", "amount", "body"}};
const Table kRedemptions{"billing_redemptions", {"id", "coupon", "body"}};
const Table kCounters{
    "billing_counters",
    {"id", "subscription_id", "meter", "period_from", "period_to", "used", "reserved", "closed", "watched", "body"}};
const Table kPendings{"billing_pending_changes", {"id", "expires_at", "body"}};
const Table kSeen{"billing_seen_keys", {"kind", "seen_key", "fingerprint", "made_at"}};
const Table kPostings{"billing_postings",
                      {"id", "batch_id", "account", "amount", "currency", "posted_on", "source", "source_id"}};
const Table kMovements{"billing_movements", {"id", "kind", "currency", "moved_on", "amount", "rounded"}};

DbValue day(const std::optional<LocalDate>& date) {
    return date ? DbValue(date->days) : DbValue();
}
DbValue word(std::string_view text) {
    return DbValue(std::string(text));
}
std::string cut(const std::string& text, std::size_t length) {
    return text.size() <= length ? text : text.substr(0, length);
}

DbValues row_of(const Subscription& v) {
    return {v.id.text(),        word(to_text(v.state)),   v.plan(),          v.base().interval.text(),
            v.base().quantity,  word(to_text(v.overdue)), v.started_on.days, v.period().from.days,
            v.period().to.days, day(v.trial_end),         day(v.cancel_at),  write(v).dump()};
}
DbValues row_of(const Account& account, const Invoice& v) {
    const bool refused = v.state == InvoiceState::open && v.dunning;
    return {v.id.text(),
            v.n,
            v.number,
            word(to_text(v.state)),
            v.currency,
            v.issued_on.days,
            v.due_on.days,
            v.total,
            v.amount_paid,
            v.amount_due(),
            refused ? DbValue(v.dunning->started_on.days) : DbValue(),
            watched_until(account, v),
            write(v).dump()};
}
DbValues row_of(const Invoice& invoice, std::size_t position, const InvoiceLine& v) {
    return {v.id.text(),
            invoice.id.text(),
            static_cast<std::int64_t>(position),
            word(to_text(v.type)),
            v.code,
            v.span.from.days,
            v.span.to.days,
            v.amount,
            v.discount,
            v.tax,
            write(v).dump()};
}
DbValues row_of(const CreditNote& v) {
    return {v.id.text(), v.invoice.text(), v.number, v.issued_on.days, v.total, write(v).dump()};
}
DbValues row_of(const Payment& v) {
    return {v.id.text(), v.invoice.text(), word(to_text(v.kind)),          word(to_text(v.status)),
            v.amount,    v.started_at,     cut(v.provider_reference, 200), cut(v.decline_code, 80),
            v.hard,      write(v).dump()};
}
DbValues row_of(const CreditGrant& v) {
    return {v.id.text(), v.remaining, day(v.expires_on), write(v).dump()};
}
DbValues row_of(const CreditEntry& v) {
    return {v.id.text(), v.on.days, v.amount, write(v).dump()};
}
DbValues row_of(const CouponRedemption& v) {
    return {v.id.text(), v.coupon, write(v).dump()};
}
DbValues row_of(const UsageCounter& v) {
    const bool watched = !v.closed || units_over(v) != v.billed_units;
    return {
        v.id.text(), v.subscription.text(), v.meter, v.period.from.days, v.period.to.days, v.used, v.reserved, v.closed,
        watched,     write(v).dump()};
}
DbValues row_of(const PendingChange& v) {
    return {v.id.text(), v.expires_at, write(v).dump()};
}

/// Statements of one save.
class Writing {
public:
    Writing(sdk::Transaction& tx, const sdk::CallContext& context) : tx_(tx), context_(context) {}

    sdk::Result<void> insert(const Table& table, const std::vector<DbValues>& rows) {
        for (std::size_t from = 0; from < rows.size(); from += 50) {
            const auto count = std::min<std::size_t>(50, rows.size() - from);
            std::string sql = std::string("INSERT INTO ") + table.name + " (tenant_id";
            for (const auto* column : table.columns) sql += std::string(", ") + column;
            sql += ") VALUES ";
            DbValues values;
            for (std::size_t at = 0; at < count; ++at) {
                sql += at == 0 ? "(:tenant" : ", (:tenant";
                for (std::size_t i = 0; i < table.columns.size(); ++i) sql += ", ?";
                sql += ")";
                const auto& row = rows[from + at];
                values.insert(values.end(), row.begin(), row.end());
            }
            if (auto done = tx_.execute(context_, sql, values); !done) return done.error();
        }
        return sdk::ok();
    }
    sdk::Result<void> update(const Table& table, const DbValues& row) {
        std::string sql = std::string("UPDATE ") + table.name + " SET ";
        for (std::size_t i = 1; i < table.columns.size(); ++i)
            sql += std::string(i == 1 ? "" : ", ") + table.columns[i] + " = ?";
        sql += std::string(" WHERE tenant_id = :tenant AND ") + table.columns[0] + " = ?";
        DbValues values(row.begin() + 1, row.end());
        values.push_back(row.front());
        if (auto done = tx_.execute(context_, sql, values); !done) return done.error();
        return sdk::ok();
    }
    sdk::Result<void> remove(const Table& table, const std::string& id) {
        if (auto done = tx_.execute(context_,
                                    std::string("DELETE FROM ") + table.name + " WHERE tenant_id = :tenant AND " +
                                        table.columns[0] + " = ?",
                                    {id});
            !done)
            return done.error();
        return sdk::ok();
    }

    /// Entities of one kind that `changes` names, by their id.
    template <class T>
    sdk::Result<void> entities(EntityKind kind, const Table& table, const Changes& changes, const std::vector<T>& all) {
        std::vector<DbValues> added;
        for (const auto& change : changes.entities) {
            if (change.kind != kind) continue;
            if (change.change == ChangeKind::removed) {
                if (auto done = remove(table, change.id); !done) return done;
                continue;
            }
            const auto found = std::ranges::find_if(all, [&](const T& each) { return each.id.text() == change.id; });
            if (found == all.end()) continue;
            if (change.change == ChangeKind::added)
                added.push_back(row_of(*found));
            else if (auto done = update(table, row_of(*found)); !done)
                return done;
        }
        return insert(table, added);
    }

private:
    sdk::Transaction& tx_;
    const sdk::CallContext& context_;
};

sdk::Result<void> save_invoices(Writing& writing, const Loaded& before, const Account& after) {
    std::vector<DbValues> invoices, lines;
    for (const auto& invoice : after.invoices) {
        const auto* old = before.account.find_invoice(invoice.id);
        if (old == nullptr) {
            invoices.push_back(row_of(after, invoice));
            for (std::size_t at = 0; at < invoice.lines.size(); ++at)
                lines.push_back(row_of(invoice, at, invoice.lines[at]));
            continue;
        }
        const auto watched = before.watched_until.find(invoice.id.text());
        const bool same_watch =
            watched != before.watched_until.end() && watched->second == watched_until(after, invoice);
        if (*old == invoice && same_watch) continue;
        if (auto done = writing.update(kInvoices, row_of(after, invoice)); !done) return done;
        for (std::size_t at = 0; at < invoice.lines.size(); ++at)
            if (const auto* line = old->find_line(invoice.lines[at].id); line == nullptr)
                lines.push_back(row_of(invoice, at, invoice.lines[at]));
            else if (!(*line == invoice.lines[at]))
                if (auto done = writing.update(kLines, row_of(invoice, at, invoice.lines[at])); !done) return done;
    }
    if (auto done = writing.insert(kInvoices, invoices); !done) return done;
    return writing.insert(kLines, lines);
}

sdk::Result<void> save_books(Writing& writing, const Account& after, const Changes& changes, sdk::Instant now) {
    std::vector<DbValues> postings, movements, seen;
    for (const auto& v : changes.postings)
        postings.push_back({sdk::make_uuid(), v.batch.text(), word(to_text(v.account)), v.amount, v.currency, v.on.days,
                            v.source, v.source_id});
    for (const auto& v : changes.movements)
        movements.push_back({sdk::make_uuid(), word(to_text(v.kind)), after.profile.currency, v.on.days,
                             v.amount.text(), v.amount.rounded()});
    for (const auto& change : changes.entities) {
        const bool command = change.kind == EntityKind::seen_key;
        if ((!command && change.kind != EntityKind::seen_usage) || change.change != ChangeKind::added) continue;
        const auto& keys = command ? after.seen_keys : after.seen_usage;
        const auto found = std::ranges::find(keys, change.id, &SeenKey::key);
        if (found != keys.end()) seen.push_back({command ? "command" : "usage", found->key, found->fingerprint, now});
    }
    if (auto done = writing.insert(kPostings, postings); !done) return done;
    if (auto done = writing.insert(kMovements, movements); !done) return done;
    return writing.insert(kSeen, seen);
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
    Writing writing(tx, context);
    if (auto done = writing.entities(EntityKind::subscription, kSubscriptions, changes, after.subscriptions); !done)
        return done;
    if (auto done = save_invoices(writing, before, after); !done) return done;
    if (auto done = writing.entities(EntityKind::credit_note, kNotes, changes, after.credit_notes); !done) return done;
    if (auto done = writing.entities(EntityKind::payment, kPayments, changes, after.payments); !done) return done;
    if (auto done = writing.entities(EntityKind::grant, kGrants, changes, after.grants); !done) return done;
    if (auto done = writing.entities(EntityKind::credit_entry, kEntries, changes, after.credit_entries); !done)
        return done;
    if (auto done = writing.entities(EntityKind::redemption, kRedemptions, changes, after.redemptions); !done)
        return done;
    if (auto done = count_coupons(tx, context, before.account, after, changes, catalogue); !done) return done;
    if (auto done = writing.entities(EntityKind::counter, kCounters, changes, after.counters); !done) return done;
    if (auto done = writing.entities(EntityKind::pending_change, kPendings, changes, after.pending_changes); !done)
        return done;
    if (auto done = save_books(writing, after, changes, now); !done) return done;
    for (const auto& event : changes.events) {
        const auto news = is_news(tx, context, after, event);
        if (!news) return news.error();
        if (!*news) continue;
        if (auto done = host.outbox().append(tx, context, envelope_of(event.type, event.fields, context.tenant)); !done)
            return done;
    }
    return sdk::ok();
}

}  // namespace whatsflow::billing::store
