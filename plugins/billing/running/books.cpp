// The platform's own affairs: catalogue, gift codes, parked accounts, sums.
#include "books.hpp"

#include <algorithm>
#include <map>

namespace whatsflow::billing {
namespace {

sdk::Result<void> note(sdk::Host& host, sdk::SqlExecutor& where, const sdk::CallContext& context, const By& by,
                       sdk::AuditEntry entry) {
    if (by.actor.kind.empty()) return sdk::ok();
    entry.reason = by.reason;
    return host.audit().append(where, context, by.actor, entry);
}

/// What a program could not sell or the engine could not bill.
sdk::Result<void> check_entry(const CatalogueEntry& entry) {
    const auto code = store::code_of(entry);
    if (code.empty() || code.size() > 80) return sdk::fail("billing.bad_code", "A code has 1 to 80 characters.");
    if (const auto* coupon = std::get_if<Coupon>(&entry);
        coupon != nullptr && coupon->percent.has_value() == coupon->amount.has_value())
        return sdk::fail("billing.bad_coupon", "A coupon takes either a percentage or an amount off.");
    if (const auto* plan = std::get_if<Plan>(&entry))
        for (const auto& price : plan->prices)
            for (const auto& version : price.versions)
                if (version.amount < 0 || version.amount > kLargestAmount)
                    return sdk::fail("billing.bad_amount", "A price is not negative.");
    return sdk::ok();
}

}  // namespace

sdk::Result<std::vector<ParkedRow>> Books::parked(const sdk::CallContext& context) {
    const auto rows = host_.database().query(sdk::across_tenants(context, "billing.parked.list"),
                                             "SELECT tenant_id, parked_at, parked_reason FROM billing_accounts WHERE "
                                             "parked_at IS NOT NULL ORDER BY parked_at DESC LIMIT 500");
    if (!rows) return rows.error();
    std::vector<ParkedRow> found;
    for (const auto& row : *rows)
        found.push_back({TenantId{row.text("tenant_id")}, row.instant("parked_at"), row.text("parked_reason")});
    return found;
}

sdk::Result<void> Books::unpark(const sdk::CallContext& context, const TenantId& tenant, const By& by) {
    const auto own = sdk::on_behalf_of(context, tenant);
    return host_.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto done = tx.execute(own,
                                     "UPDATE billing_accounts SET parked_at = NULL, parked_reason = '', claimed_by = "
                                     "'', claimed_until_at = 0 WHERE tenant_id = :tenant");
        if (!done) return done.error();
        return note(host_, tx, own, by,
                    {.action = "billing.account_unparked", .subject = {"tenant", tenant.text()}, .tenant = tenant});
    });
}

sdk::Result<CatalogueVersion> Books::publish(const sdk::CallContext& context, const CatalogueEntry& entry,
                                             const By& by) {
    if (auto fine = check_entry(entry); !fine) return fine.error();
    CatalogueVersion published;
    auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto made = store::publish(tx, context, entry, by.actor.label, host_.clock().now());
        if (!made) return made.error();
        published = *std::move(made);
        return note(host_, tx, context, by,
                    {.action = "billing.catalogue_published",
                     .subject = {published.kind, published.code},
                     .after = {{"version", published.version}}});
    });
    if (!done) return done.error();
    transitions_.catalogue().forget();
    return published;
}

sdk::Result<std::vector<CatalogueVersion>> Books::catalogue_history(const sdk::CallContext& context,
                                                                    const std::string& kind, const std::string& code) {
    return store::history(host_.database(), context, kind, code);
}

sdk::Result<std::int64_t> Books::coupon_redemptions(const sdk::CallContext& context, const std::string& coupon) {
    const auto row =
        host_.database().query_one(context, "SELECT redeemed FROM billing_coupon_counts WHERE coupon = ?", {coupon});
    if (!row) return row.error();
    return *row ? (*row)->integer("redeemed") : 0;
}

sdk::Result<std::vector<std::string>> Books::sell_gifts(const sdk::CallContext& context, Amount value,
                                                        const std::string& currency, int count,
                                                        std::optional<LocalDate> expires_on, const By& by) {
    if (value < 1 || value > kLargestAmount || currency.size() != 3 || count < 1 || count > 1'000)
        return sdk::fail("billing.bad_gift", "Give a value above nothing, a currency, and 1 to 1,000 codes.");
    std::vector<std::string> codes;
    auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        codes.clear();
        for (int i = 0; i < count; ++i) {
            // Two UUIDs hold some 148 random bits; the code keeps 96 of their digest.
            codes.push_back("WF-" + digest_of(sdk::make_uuid() + sdk::make_uuid()).substr(0, 24));
            const auto made =
                tx.execute(context,
                           "INSERT INTO billing_gift_codes (code_hash, value, currency, state, expires_on, made_at) "
                           "VALUES (?, ?, ?, 'sold', ?, ?)",
                           {digest_of(codes.back()), value, currency,
                            expires_on ? sdk::DbValue(expires_on->days) : sdk::DbValue(), host_.clock().now()});
            if (!made) return made.error();
        }
        return note(host_, tx, context, by,
                    {.action = "billing.gifts_sold",
                     .subject = {"gift_codes", currency},
                     .after = {{"value", value}, {"currency", currency}, {"count", count}}});
    });
    if (!done) return done.error();
    return codes;
}

sdk::Result<TrialBalance> Books::trial_balance(const sdk::CallContext& context) {
    const auto rows = host_.database().query(sdk::across_tenants(context, "billing.trial_balance"),
                                             "SELECT currency, account, SUM(amount) AS balance FROM billing_postings "
                                             "GROUP BY currency, account ORDER BY currency, account");
    if (!rows) return rows.error();
    TrialBalance balance;
    std::map<std::string, Amount> currencies;
    for (const auto& row : *rows) {
        const auto account = read_ledger_account(row.text("account"));
        if (!account) return sdk::fail("billing.unreadable", "The ledger names an account that is not known.");
        balance.balances[{row.text("currency"), *account}] = row.integer("balance");
        currencies[row.text("currency")] += row.integer("balance");
    }
    balance.balanced = std::ranges::all_of(currencies, [](const auto& each) { return each.second == 0; });
    return balance;
}

sdk::Result<std::vector<RevenueDay>> Books::revenue(const sdk::CallContext& context, LocalDate from, LocalDate to) {
    const auto all = sdk::across_tenants(context, "billing.revenue");
    std::map<std::pair<std::int64_t, std::string>, RevenueDay> days;
    const auto day = [&](const sdk::Row& row, const char* column) -> RevenueDay& {
        auto& found = days[{row.integer(column), row.text("currency")}];
        found.currency = row.text("currency");
        found.on = {static_cast<std::int32_t>(row.integer(column))};
        return found;
    };
    const auto moved =
        host_.database().query(all,
                               "SELECT moved_on, currency, kind, SUM(rounded) AS amount FROM billing_movements WHERE "
                               "moved_on >= ? AND moved_on < ? GROUP BY moved_on, currency, kind",
                               {from.days, to.days});
    if (!moved) return moved.error();
    for (const auto& row : *moved) {
        auto& into = day(row, "moved_on");
        const auto& kind = row.text("kind");
        (kind == to_text(MrrMovementKind::new_business)   ? into.new_business
         : kind == to_text(MrrMovementKind::reactivation) ? into.reactivation
         : kind == to_text(MrrMovementKind::expansion)    ? into.expansion
         : kind == to_text(MrrMovementKind::contraction)  ? into.contraction
                                                          : into.churn) += row.integer("amount");
    }
    // Money at the provider: in by debits of clearing, out by credits.
    const auto cash =
        host_.database().query(all,
                               "SELECT posted_on, currency, SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS "
                               "money_in, SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS money_out "
                               "FROM billing_postings WHERE account = 'clearing' AND posted_on >= ? AND posted_on < ? "
                               "GROUP BY posted_on, currency",
                               {from.days, to.days});
    if (!cash) return cash.error();
    for (const auto& row : *cash) {
        auto& into = day(row, "posted_on");
        into.collected = row.integer("money_in");
        into.refunded = row.integer("money_out");
    }
    std::vector<RevenueDay> found;
    for (auto& [key, each] : days) found.push_back(std::move(each));
    return found;
}

sdk::Result<Slice<NoticeRow>> Books::notices(const sdk::CallContext& context, const std::string& provider,
                                             const std::string& after, int limit) {
    return inbox_.list(context, provider, after, limit);
}

sdk::Result<void> Books::replay_notice(const sdk::CallContext& context, const std::string& id, const By& by) {
    if (auto done = inbox_.replay(context, id); !done) return done;
    return note(host_, host_.database(), context, by, {.action = "billing.notice_replayed", .subject = {"notice", id}});
}

}  // namespace whatsflow::billing
