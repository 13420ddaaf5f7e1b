// Lists over all tenants, newest first, by cursor.
#include "books.hpp"

namespace whatsflow::billing {
namespace {

int of_list(int limit) {
    return std::clamp(limit, 1, 500);
}

/// Conditions and their values, joined by AND.
struct Conditions {
    std::string sql;
    sdk::DbValues values;

    void add(const char* condition, sdk::DbValue value) {
        sql += std::string(sql.empty() ? "" : " AND ") + condition;
        values.push_back(std::move(value));
    }
    void add_text(const char* condition, const std::string& value) {
        if (!value.empty()) add(condition, value);
    }
};

std::optional<LocalDate> maybe_day(const sdk::Row& row, const char* column) {
    const auto days = row.maybe_integer(column);
    return days ? std::optional(LocalDate{static_cast<std::int32_t>(*days)}) : std::nullopt;
}

LocalDate day_in(const sdk::Row& row, const char* column) {
    return {static_cast<std::int32_t>(row.integer(column))};
}

constexpr const char* kSubscriptionColumns =
    "SELECT s.tenant_id, s.id, s.plan, s.period_unit, s.quantity, s.state, s.overdue, s.started_on, s.period_from, "
    "s.period_to, s.trial_end, s.cancel_on, a.currency FROM billing_subscriptions s JOIN billing_accounts a ON "
    "a.tenant_id = s.tenant_id WHERE ";

SubscriptionRow subscription_row(const sdk::Row& row) {
    SubscriptionRow made;
    made.tenant = TenantId{row.text("tenant_id")};
    made.id = SubscriptionId{row.text("id")};
    made.plan = row.text("plan");
    made.interval = row.text("period_unit");
    made.quantity = row.integer("quantity");
    made.state = read_subscription_state(row.text("state")).value_or(SubscriptionState::incomplete);
    for (const auto level : {OverdueLevel::none, OverdueLevel::notice, OverdueLevel::limited, OverdueLevel::suspended})
        if (to_text(level) == row.text("overdue")) made.overdue = level;
    made.currency = row.text("currency");
    made.started_on = day_in(row, "started_on");
    made.period = {day_in(row, "period_from"), day_in(row, "period_to")};
    made.trial_end = maybe_day(row, "trial_end");
    made.cancel_at = maybe_day(row, "cancel_on");
    return made;
}

std::string payments_sql() {
    return std::string("SELECT ") + kPaymentColumns +
           " FROM billing_payments p LEFT JOIN billing_invoices i ON i.tenant_id = p.tenant_id AND i.id = p.invoice_id "
           "WHERE ";
}

}  // namespace

sdk::Result<Slice<SubscriptionRow>> Books::subscriptions(const sdk::CallContext& context,
                                                         const SubscriptionFilter& filter, const std::string& after,
                                                         int limit) {
    Conditions wanted;
    wanted.add("s.id < ?", after.empty() ? std::string("~") : after);
    wanted.add_text("s.state = ?", filter.state);
    wanted.add_text("s.plan = ?", filter.plan);
    wanted.add_text("s.overdue = ?", filter.overdue);
    wanted.add_text("s.tenant_id = ?", filter.tenant.text());
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.subscriptions.list"),
        kSubscriptionColumns + wanted.sql + " ORDER BY s.id DESC LIMIT " + std::to_string(of_list(limit) + 1),
        wanted.values);
    if (!rows) return rows.error();
    std::vector<SubscriptionRow> found;
    for (const auto& row : *rows) found.push_back(subscription_row(row));
    return slice_of(std::move(found), of_list(limit), [](const SubscriptionRow& row) { return row.id.text(); });
}

sdk::Result<std::optional<SubscriptionRow>> Books::subscription(const sdk::CallContext& context,
                                                                const SubscriptionId& id) {
    const auto row = host_.database().query_one(sdk::across_tenants(context, "billing.subscriptions.show"),
                                                std::string(kSubscriptionColumns) + "s.id = ?", {id.text()});
    if (!row) return row.error();
    return *row ? std::optional(subscription_row(**row)) : std::optional<SubscriptionRow>{};
}

sdk::Result<Slice<TrialRow>> Books::trials(const sdk::CallContext& context, const TrialFilter& filter,
                                           const std::string& after, int limit) {
    const std::string paid =
        "EXISTS (SELECT 1 FROM billing_invoices i WHERE i.tenant_id = s.tenant_id AND i.state = 'paid' AND i.total > "
        "0)";
    const auto soon = filter.today.plus_days(7);
    Conditions wanted;
    wanted.add("s.trial_end > 0 AND s.id < ?", after.empty() ? std::string("~") : after);
    wanted.add_text("s.plan = ?", filter.plan);
    if (filter.standing == TrialStanding::running) wanted.add("s.state = 'trialing' AND s.trial_end > ?", soon.days);
    if (filter.standing == TrialStanding::ending) wanted.add("s.state = 'trialing' AND s.trial_end <= ?", soon.days);
    if (filter.standing == TrialStanding::converted) wanted.sql += " AND s.state <> 'trialing' AND " + paid;
    if (filter.standing == TrialStanding::expired) wanted.sql += " AND s.state <> 'trialing' AND NOT " + paid;
    if (filter.tenants) {
        std::string marks = "''";
        for (const auto& tenant : *filter.tenants) {
            marks += ", ?";
            wanted.values.emplace_back(tenant.text());
        }
        wanted.sql += " AND s.tenant_id IN (" + marks + ")";
    }
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.trials.list"),
        "SELECT x.*, CASE WHEN EXISTS (SELECT 1 FROM billing_invoices i WHERE i.tenant_id = x.tenant_id AND i.state = "
        "'paid' AND i.total > 0) THEN 1 ELSE 0 END AS has_paid FROM (" +
            std::string(kSubscriptionColumns) + wanted.sql + " ORDER BY s.id DESC LIMIT " +
            std::to_string(of_list(limit) + 1) + ") x ORDER BY x.id DESC",
        wanted.values);
    if (!rows) return rows.error();
    std::vector<TrialRow> found;
    for (const auto& row : *rows) {
        TrialRow made{subscription_row(row), TrialStanding::running};
        if (made.subscription.state != SubscriptionState::trialing)
            made.standing = row.integer("has_paid") != 0 ? TrialStanding::converted : TrialStanding::expired;
        else if (made.subscription.trial_end && *made.subscription.trial_end <= soon)
            made.standing = TrialStanding::ending;
        found.push_back(std::move(made));
    }
    return slice_of(std::move(found), of_list(limit), [](const TrialRow& row) { return row.subscription.id.text(); });
}

sdk::Result<Slice<PaymentRow>> Books::payments(const sdk::CallContext& context, const PaymentFilter& filter,
                                               const std::string& after, int limit) {
    Conditions wanted;
    wanted.add("p.id < ?", after.empty() ? std::string("~") : after);
    wanted.add_text("p.status = ?", filter.status);
    wanted.add_text("p.kind = ?", filter.kind);
    wanted.add_text("p.provider = ?", filter.provider);
    wanted.add_text("p.tenant_id = ?", filter.tenant.text());
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.payments.list"),
        payments_sql() + wanted.sql + " ORDER BY p.id DESC LIMIT " + std::to_string(of_list(limit) + 1), wanted.values);
    if (!rows) return rows.error();
    std::vector<PaymentRow> found;
    for (const auto& row : *rows) found.push_back(payment_row(row));
    return slice_of(std::move(found), of_list(limit), [](const PaymentRow& row) { return row.id.text(); });
}

sdk::Result<std::optional<PaymentRow>> Books::payment(const sdk::CallContext& context, const PaymentId& id) {
    const auto row = host_.database().query_one(sdk::across_tenants(context, "billing.payments.show"),
                                                payments_sql() + "p.id = ?", {id.text()});
    if (!row) return row.error();
    return *row ? std::optional(payment_row(**row)) : std::optional<PaymentRow>{};
}

sdk::Result<Slice<InvoiceRow>> Books::invoices(const sdk::CallContext& context, const InvoiceFilter& filter,
                                               const std::string& after, int limit) {
    // What is searched for is found by the indexes of numbers and of tenants, and joined: each is a short list.
    std::string found_by;
    sdk::DbValues values;
    if (!filter.number.empty()) {
        found_by = "SELECT id AS found FROM billing_invoices WHERE number >= ? AND number < ?";
        values = {filter.number, filter.number + "\x7f"};
    }
    if (!filter.tenants.empty()) {
        std::string marks;
        for (const auto& tenant : filter.tenants) {
            marks += marks.empty() ? "?" : ", ?";
            values.emplace_back(tenant.text());
        }
        found_by += (found_by.empty() ? "" : " UNION ") +
                    ("SELECT id AS found FROM billing_invoices WHERE tenant_id IN (" + marks + ")");
    }
    Conditions wanted;
    wanted.add("id < ?", after.empty() ? std::string("~") : after);
    wanted.add_text("state = ?", filter.state);
    wanted.add_text("currency = ?", filter.currency);
    wanted.add_text("tenant_id = ?", filter.tenant.text());
    values.insert(values.end(), wanted.values.begin(), wanted.values.end());
    const auto rows =
        host_.database().query(sdk::across_tenants(context, "billing.invoices.list"),
                               std::string("SELECT ") + kInvoiceColumns + " FROM billing_invoices" +
                                   (found_by.empty() ? "" : " JOIN (" + found_by + ") f ON f.found = id") + " WHERE " +
                                   wanted.sql + " ORDER BY id DESC LIMIT " + std::to_string(of_list(limit) + 1),
                               values);
    if (!rows) return rows.error();
    std::vector<InvoiceRow> found;
    for (const auto& row : *rows) found.push_back(invoice_row(row));
    return slice_of(std::move(found), of_list(limit), [](const InvoiceRow& row) { return row.id.text(); });
}

sdk::Result<Slice<InvoiceRow>> Books::failed_payments(const sdk::CallContext& context, const std::string& after,
                                                      int limit) {
    // The cursor is `day.id`: days repeat.
    const auto dot = after.find('.');
    const auto number = after.substr(0, dot);
    const bool given = dot != std::string::npos && !number.empty() && number.size() < 8 &&
                       number.find_first_not_of("0123456789") == std::string::npos;
    const std::int64_t day = given ? std::stoll(number) : -1;
    const auto id = given ? after.substr(dot + 1) : std::string{};
    const auto rows = host_.database().query(sdk::across_tenants(context, "billing.failed_payments.list"),
                                             std::string("SELECT refused_on, ") + kInvoiceColumns +
                                                 " FROM billing_invoices WHERE refused_on IS NOT NULL AND (refused_on "
                                                 "> ? OR (refused_on = ? AND id > ?)) ORDER BY refused_on, id LIMIT " +
                                                 std::to_string(of_list(limit) + 1),
                                             {day, day, id});
    if (!rows) return rows.error();
    Slice<InvoiceRow> slice;
    for (const auto& row : *rows) {
        if (static_cast<int>(slice.rows.size()) == of_list(limit)) {
            const auto& last = (*rows)[slice.rows.size() - 1];
            slice.next = std::to_string(last.integer("refused_on")) + "." + last.text("id");
            break;
        }
        slice.rows.push_back(invoice_row(row));
    }
    return slice;
}

sdk::Result<Slice<ReferralRow>> Books::referrals(const sdk::CallContext& context, const std::string& state,
                                                 const std::string& after, int limit) {
    // The cursor is `moment.tenant`: of one moment there may be several.
    const auto dot = after.find('.');
    const auto number = after.substr(0, dot);
    const bool given = dot != std::string::npos && !number.empty() && number.size() < 19 &&
                       number.find_first_not_of("0123456789") == std::string::npos;
    const std::int64_t moment = given ? std::stoll(number) : std::numeric_limits<std::int64_t>::max();
    Conditions wanted;
    wanted.sql = "(began_at < ? OR (began_at = ? AND tenant_id < ?))";
    wanted.values = {moment, moment, given ? after.substr(dot + 1) : std::string{}};
    wanted.add_text("state = ?", state);
    const auto rows = host_.database().query(
        sdk::across_tenants(context, "billing.referrals.list"),
        "SELECT tenant_id, referrer_id, state, began_at, invoice_id, came_reward, came_currency, brought_reward, "
        "brought_currency, reason FROM billing_referrals WHERE " +
            wanted.sql + " ORDER BY began_at DESC, tenant_id DESC LIMIT " + std::to_string(of_list(limit) + 1),
        wanted.values);
    if (!rows) return rows.error();
    std::vector<ReferralRow> found;
    for (const auto& row : *rows)
        found.push_back({TenantId{row.text("tenant_id")},
                         TenantId{row.text("referrer_id")},
                         row.text("state"),
                         row.instant("began_at"),
                         InvoiceId{row.text("invoice_id")},
                         {row.integer("came_reward"), row.text("came_currency")},
                         {row.integer("brought_reward"), row.text("brought_currency")},
                         row.text("reason")});
    return slice_of(std::move(found), of_list(limit), [](const ReferralRow& row) {
        return std::to_string(sdk::to_micros(row.began_at)) + "." + row.came.text();
    });
}

sdk::Result<Slice<PostingRow>> Books::postings(const sdk::CallContext& context, const TenantId& tenant,
                                               const std::string& after, int limit) {
    Conditions wanted;
    wanted.add("id < ?", after.empty() ? std::string("~") : after);
    wanted.add_text("tenant_id = ?", tenant.text());
    const auto rows =
        host_.database().query(sdk::across_tenants(context, "billing.postings.list"),
                               "SELECT tenant_id, id, batch_id, account, currency, source, source_id, posted_on, "
                               "amount FROM billing_postings WHERE " +
                                   wanted.sql + " ORDER BY id DESC LIMIT " + std::to_string(of_list(limit) + 1),
                               wanted.values);
    if (!rows) return rows.error();
    Slice<PostingRow> slice;
    for (const auto& row : *rows) {
        if (static_cast<int>(slice.rows.size()) == of_list(limit)) {
            slice.next = (*rows)[slice.rows.size() - 1].text("id");
            break;
        }
        slice.rows.push_back({TenantId{row.text("tenant_id")}, row.text("batch_id"), row.text("account"),
                              row.text("currency"), row.text("source"), row.text("source_id"), day_in(row, "posted_on"),
                              row.integer("amount")});
    }
    return slice;
}

sdk::Result<Slice<MovementRow>> Books::movements(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                                 const std::string& after, int limit) {
    const auto rows =
        host_.database().query(sdk::across_tenants(context, "billing.movements.list"),
                               "SELECT tenant_id, id, kind, currency, moved_on, amount, rounded FROM billing_movements "
                               "WHERE moved_on >= ? AND moved_on < ? AND id < ? ORDER BY id DESC LIMIT " +
                                   std::to_string(of_list(limit) + 1),
                               {from.days, to.days, after.empty() ? std::string("~") : after});
    if (!rows) return rows.error();
    Slice<MovementRow> slice;
    for (const auto& row : *rows) {
        if (static_cast<int>(slice.rows.size()) == of_list(limit)) {
            slice.next = (*rows)[slice.rows.size() - 1].text("id");
            break;
        }
        slice.rows.push_back({TenantId{row.text("tenant_id")}, row.text("kind"), row.text("currency"),
                              day_in(row, "moved_on"), row.text("amount"), row.integer("rounded")});
    }
    return slice;
}

}  // namespace whatsflow::billing
