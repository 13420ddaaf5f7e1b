#include "finance_sums.hpp"

#include "store/entities.hpp"

#include "teller.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace whatsflow::billing {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<MrrMovementKind> movement_kind(std::string_view text) {
    using enum MrrMovementKind;
    for (const auto kind : {new_business, reactivation, expansion, contraction, churn})
        if (to_text(kind) == text) return kind;
    return std::nullopt;
}

LocalDate day_at(const sdk::Row& row, const char* column) {
    return {static_cast<std::int32_t>(row.integer(column))};
}

sdk::Error unreadable_movement() {
    return sdk::fail("billing.unreadable", "A stored movement cannot be read.");
}

}  // namespace

std::optional<Fraction> read_fraction(std::string_view text) {
    const auto slash = text.find('/');
    const auto top = whole_number(text.substr(0, slash));
    const auto below =
        slash == std::string_view::npos ? std::optional<std::int64_t>{1} : whole_number(text.substr(slash + 1));
    if (!top || !below || *below <= 0) return std::nullopt;
    return Fraction{*top, *below};
}

sdk::Result<std::vector<MovementSum>> FinanceSums::movement_sums(const sdk::CallContext& context, LocalDate from,
                                                                 LocalDate to) {
    auto sums = movement_sums_between(context, {from, to});
    if (!sums) return sums.error();
    return std::move(sums->front());
}

sdk::Result<std::vector<std::vector<MovementSum>>> FinanceSums::movement_sums_between(
    const sdk::CallContext& context, const std::vector<LocalDate>& days) {
    if (days.size() < 2) return std::vector<std::vector<MovementSum>>{};
    std::string place = "CASE";
    sdk::DbValues values;
    for (std::size_t at = 1; at + 1 < days.size(); ++at) {
        place += " WHEN moved_on < ? THEN " + std::to_string(at - 1);
        values.emplace_back(days[at].days);
    }
    place = days.size() == 2 ? "0" : place + " ELSE " + std::to_string(days.size() - 2) + " END";
    values.insert(values.end(), {days.front().days, days.back().days});
    // Amounts are exact fractions, which SQL cannot add: equal ones are counted there, and there are
    // no more different ones than prices.
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.movements.sums"),
        "SELECT place, currency, kind, amount, COUNT(*) AS n FROM (SELECT " + place +
            " AS place, currency, kind, amount FROM billing_movements WHERE moved_on >= ? AND moved_on < ?) placed "
            "GROUP BY place, currency, kind, amount",
        values);
    if (!rows) return rows.error();
    std::vector<std::map<std::pair<std::string, MrrMovementKind>, MovementSum>> sums(days.size() - 1);
    for (const auto& row : *rows) {
        const auto kind = movement_kind(row.text("kind"));
        const auto amount = read_fraction(row.text("amount"));
        if (!kind || !amount) return unreadable_movement();
        auto& sum = sums[static_cast<std::size_t>(row.integer("place"))][{row.text("currency"), *kind}];
        sum.currency = row.text("currency");
        sum.kind = *kind;
        sum.count += row.integer("n");
        sum.amount = sum.amount + amount->times(row.integer("n"), 1);
    }
    std::vector<std::vector<MovementSum>> lists;
    for (auto& each : sums) {
        auto& list = lists.emplace_back();
        for (auto& [key, sum] : each) list.push_back(std::move(sum));
    }
    return lists;
}

sdk::Result<Slice<MovementRow>> FinanceSums::movements(const sdk::CallContext& context, const MovementFilter& filter,
                                                       const std::string& after, int limit) {
    const auto most = std::clamp(limit, 1, 500);
    std::string sql =
        "SELECT tenant_id, id, kind, currency, moved_on, amount, rounded FROM billing_movements WHERE moved_on >= ? "
        "AND moved_on < ? AND id < ?";
    sdk::DbValues values{filter.from.days, filter.to.days, after.empty() ? std::string("~") : after};
    for (const auto& [column, value] : {std::pair{"currency", filter.currency}, {"kind", filter.kind}}) {
        if (value.empty()) continue;
        sql += std::string(" AND ") + column + " = ?";
        values.emplace_back(value);
    }
    const auto rows = host_.database().query(sdk::across_tenants(context, "billing.movements.list"),
                                             sql + " ORDER BY id DESC LIMIT " + std::to_string(most + 1), values);
    if (!rows) return rows.error();
    Slice<MovementRow> slice;
    for (const auto& row : *rows) {
        if (static_cast<int>(slice.rows.size()) == most) {
            slice.next = (*rows)[slice.rows.size() - 1].text("id");
            break;
        }
        slice.rows.push_back({TenantId{row.text("tenant_id")}, row.text("kind"), row.text("currency"),
                              day_at(row, "moved_on"), row.text("amount"), row.integer("rounded")});
    }
    return slice;
}

sdk::Result<std::vector<CustomerCounts>> FinanceSums::customers(const sdk::CallContext& context, LocalDate from,
                                                                LocalDate to) {
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.customers.count"),
        "SELECT currency, SUM(CASE WHEN at_start > 0 THEN 1 ELSE 0 END) AS starters, "
        "SUM(CASE WHEN at_start > 0 AND at_end <= 0 THEN 1 ELSE 0 END) AS gone, "
        "SUM(CASE WHEN at_end > 0 THEN 1 ELSE 0 END) AS enders FROM ("
        "SELECT tenant_id, currency, SUM(CASE WHEN moved_on >= ? THEN 0 WHEN kind = 'churn' THEN -1 ELSE 1 END) AS "
        "at_start, SUM(CASE WHEN kind = 'churn' THEN -1 ELSE 1 END) AS at_end FROM billing_movements WHERE "
        "moved_on < ? AND kind IN ('new', 'reactivation', 'churn') GROUP BY tenant_id, currency) "
        "each_customer GROUP BY currency ORDER BY currency",
        {from.days, to.days});
    if (!rows) return rows.error();
    std::vector<CustomerCounts> list;
    for (const auto& row : *rows)
        list.push_back({row.text("currency"), row.integer("starters"), row.integer("gone"), row.integer("enders")});
    return list;
}

sdk::Result<TrialCohort> FinanceSums::trials(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                             int days_to_pay) {
    const auto row = host_.database().query_one(
        sdk::across_tenants(context, "billing.trials.count"),
        "SELECT COUNT(*) AS started, COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM billing_invoices i WHERE "
        "i.tenant_id = s.tenant_id AND i.state = 'paid' AND i.total > 0 AND i.issued_on <= s.trial_end + ?) THEN 1 "
        "ELSE 0 END), 0) AS converted FROM billing_subscriptions s WHERE s.trial_end >= ? AND s.trial_end < ?",
        {days_to_pay, from.days, to.days});
    if (!row) return row.error();
    if (!*row) return TrialCohort{};
    return TrialCohort{(*row)->integer("started"), (*row)->integer("converted")};
}

sdk::Result<std::vector<RefusedInvoice>> FinanceSums::refused(const sdk::CallContext& context, LocalDate from,
                                                              LocalDate to, int limit) {
    // The first invoice of an account is no renewal: there was no revenue to lose yet.
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.refused.list"),
        "SELECT i.tenant_id, i.id, i.number, i.state, i.currency, i.issued_on, i.due_on, i.total, i.amount_paid, "
        "i.amount_due, r.first_at, (SELECT MAX(p.started_at) FROM billing_payments p WHERE p.tenant_id = "
        "i.tenant_id AND p.invoice_id = i.id AND p.kind = 'charge' AND p.status = 'succeeded') AS paid_at FROM "
        "(SELECT invoice_id, MIN(started_at) AS first_at FROM billing_payments WHERE status = 'declined' AND kind = "
        "'charge' AND started_at >= ? AND started_at < ? GROUP BY invoice_id) r JOIN billing_invoices i ON i.id = "
        "r.invoice_id WHERE i.n > 1 ORDER BY r.first_at, i.id LIMIT " +
            std::to_string(std::clamp(limit, 1, 10'000)),
        {start_of_day(from, "UTC"), start_of_day(to, "UTC")});
    if (!rows) return rows.error();
    std::vector<RefusedInvoice> list;
    for (const auto& row : *rows) {
        RefusedInvoice made;
        made.invoice = invoice_row(row);
        made.refused_on = local_date(row.instant("first_at"), "UTC");
        if (const auto at = row.maybe_integer("paid_at"); at && made.invoice.state == InvoiceState::paid)
            made.paid_on = local_date(sdk::from_micros(*at), "UTC");
        list.push_back(std::move(made));
    }
    return list;
}

sdk::Result<std::optional<InvoiceRow>> FinanceSums::invoice(const sdk::CallContext& context, const InvoiceId& id) {
    const auto row = host_.database().query_one(
        sdk::across_tenants(context, "billing.invoice.show"),
        std::string("SELECT ") + kInvoiceColumns + " FROM billing_invoices WHERE id = ?", {id.text()});
    if (!row) return row.error();
    return *row ? std::optional(invoice_row(**row)) : std::optional<InvoiceRow>{};
}

sdk::Result<std::vector<UsedLimit>> FinanceSums::used(const sdk::CallContext& context, const std::string& meter,
                                                      LocalDate from, LocalDate to, int limit) {
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.limits.trial"),
        "SELECT c.used AS used, c.body AS body, a.currency AS currency FROM billing_counters c JOIN billing_accounts a "
        "ON a.tenant_id = c.tenant_id WHERE c.meter = ? AND c.closed = 1 AND c.period_to > ? AND c.period_to <= ? "
        "ORDER BY c.period_to, c.id LIMIT " +
            std::to_string(std::clamp(limit, 1, 100'000)),
        {meter, from.days, to.days});
    if (!rows) return rows.error();
    std::vector<UsedLimit> found;
    for (const auto& row : *rows) {
        const auto counter = store::read<UsageCounter>(row.text("body"));
        if (counter && counter->limit && !counter->trial)
            found.push_back({row.integer("used"), *counter->limit, row.text("currency")});
    }
    return found;
}

sdk::Result<std::vector<TaxedSum>> FinanceSums::taxed(const sdk::CallContext& context, const std::string& country,
                                                      LocalDate from, LocalDate to) {
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.tax.trial"),
        "SELECT i.currency AS currency, COUNT(DISTINCT i.id) AS n, COALESCE(SUM(l.amount - l.discount), 0) AS amount, "
        "COALESCE(SUM(l.tax), 0) AS tax FROM billing_invoices i JOIN billing_accounts a ON a.tenant_id = i.tenant_id "
        "JOIN billing_invoice_lines l ON l.tenant_id = i.tenant_id AND l.invoice_id = i.id WHERE i.issued_on >= ? AND "
        "i.issued_on < ? AND i.state <> 'void' AND a.body LIKE ? GROUP BY i.currency ORDER BY i.currency",
        {from.days, to.days, "%\"country\":\"" + country + "\"%"});
    if (!rows) return rows.error();
    std::vector<TaxedSum> sums;
    for (const auto& row : *rows)
        sums.push_back({row.text("currency"), row.integer("n"), row.integer("amount"), row.integer("tax")});
    return sums;
}

sdk::Result<PriceHolders> FinanceSums::holders(const sdk::CallContext& context, const std::string& plan,
                                               const std::string& currency, const std::string& interval) {
    const auto row = host_.database().query_one(
        sdk::across_tenants(context, "billing.price.holders"),
        "SELECT COUNT(*) AS n, COALESCE(SUM(s.quantity), 0) AS quantity, COALESCE(SUM(CASE WHEN s.body LIKE "
        "'%\"custom_price\":true%' THEN 1 ELSE 0 END), 0) AS agreed FROM billing_subscriptions s JOIN "
        "billing_accounts a ON a.tenant_id = s.tenant_id WHERE s.plan = ? AND s.period_unit = ? AND a.currency = ? "
        "AND s.state IN ('trialing', 'active', 'past_due', 'suspended', 'paused')",
        {plan, interval, currency});
    if (!row) return row.error();
    if (!*row) return PriceHolders{};
    return PriceHolders{(*row)->integer("n"), (*row)->integer("quantity"), (*row)->integer("agreed")};
}

}  // namespace whatsflow::billing
