#include "reminders.hpp"

#include "letters.hpp"

#include <functional>

namespace whatsflow::billing {

using nlohmann::json;

namespace {

constexpr int kRowsAtOnce = 200;

/// Walks over rows by their id, a page at a time: `sql` ends before `AND id > ? ORDER BY`.
sdk::Result<void> each_row(sdk::Host& host, const sdk::CallContext& context, const std::string& sql,
                           const sdk::DbValues& values, const std::string& id,
                           const std::function<sdk::Result<void>(const sdk::Row&)>& use) {
    std::string after;
    for (;;) {
        auto all = values;
        all.emplace_back(after);
        const auto rows = host.database().query(
            sdk::across_tenants(context, "billing.reminders"),
            sql + " AND " + id + " > ? ORDER BY " + id + " LIMIT " + std::to_string(kRowsAtOnce), all);
        if (!rows) return rows.error();
        for (const auto& row : *rows)
            if (auto done = use(row); !done) return done;
        if (static_cast<int>(rows->size()) < kRowsAtOnce) return sdk::ok();
        after = rows->back().text("id");
    }
}

struct Reminding {
    sdk::Host& host;
    Desk& desk;
    const sdk::CallContext& context;
    LocalDate today;

    sdk::Result<void> write(const sdk::Row& row, const char* letter, const std::string& cause, const char* path,
                            json fields) const {
        return write_to_owners(host, desk, context, TenantId{row.text("tenant_id")},
                               {letter, row.text("id") + "." + cause, path}, std::move(fields));
    }
};

LocalDate day_of(const sdk::Row& row, const char* column) {
    return {static_cast<std::int32_t>(row.integer(column))};
}

sdk::Result<void> remind_of_trials(const Reminding& reminding, int days) {
    return each_row(reminding.host, reminding.context,
                    "SELECT id, tenant_id, plan, trial_end FROM billing_subscriptions WHERE state = 'trialing' AND "
                    "cancel_on IS NULL AND trial_end > ? AND trial_end <= ?",
                    {reminding.today.days, reminding.today.plus_days(days).days}, "id", [&](const sdk::Row& row) {
                        const auto end = day_of(row, "trial_end");
                        return reminding.write(row, "trial_ending", end.text(), "/billing",
                                               {{"plan", row.text("plan")}, {"on", end.text()}});
                    });
}

/// What is paid by the year is forgotten in between; by the month nobody wants a letter.
sdk::Result<void> remind_of_renewals(const Reminding& reminding, int days) {
    return each_row(
        reminding.host, reminding.context,
        "SELECT id, tenant_id, plan, period_to FROM billing_subscriptions WHERE period_unit = 'year' AND state = "
        "'active' AND cancel_on IS NULL AND period_to > ? AND period_to <= ?",
        {reminding.today.days, reminding.today.plus_days(days).days}, "id",
        [&](const sdk::Row& row) -> sdk::Result<void> {
            const TenantId tenant{row.text("tenant_id")};
            // What it will cost is what the engine would bill: credit, coupons and planned changes included.
            const auto account = reminding.desk.account(reminding.context, tenant);
            if (!account) return account.error();
            const Request nothing{SetTimeZone{account->profile.time_zone}, {}, {}, std::nullopt, false};
            const auto shown = reminding.desk.preview(reminding.context, tenant, nothing);
            if (!shown) return shown.error();
            if (!shown->next_renewal) return sdk::ok();
            const auto end = day_of(row, "period_to");
            return reminding.write(row, "renewal_upcoming", end.text(), "/billing",
                                   {{"plan", row.text("plan")},
                                    {"on", end.text()},
                                    {"amount", shown->next_renewal->amount_due()},
                                    {"currency", shown->next_renewal->currency}});
        });
}

/// A card is good until the end of its month.
sdk::Result<void> remind_of_cards(const Reminding& reminding, int days) {
    const auto month = [](LocalDate day) { return day.year() * 12 + day.month(); };
    return each_row(reminding.host, reminding.context,
                    "SELECT id, tenant_id, kind, brand, last4, exp_month, exp_year FROM billing_methods WHERE "
                    "is_default = 1 AND exp_year > 0 AND exp_year * 12 + exp_month >= ? AND exp_year * 12 + "
                    "exp_month <= ? AND EXISTS (SELECT 1 FROM billing_subscriptions s WHERE s.tenant_id = "
                    "billing_methods.tenant_id AND s.state IN ('trialing', 'active', 'past_due'))",
                    {month(reminding.today), month(reminding.today.plus_days(days))}, "id",
                    [&](const sdk::Row& row) -> sdk::Result<void> {
                        const auto year = static_cast<int>(row.integer("exp_year"));
                        const auto of_year = static_cast<int>(row.integer("exp_month"));
                        const auto last = LocalDate::of(year, of_year, 31);
                        if (days_between(reminding.today, last) > days) return sdk::ok();
                        const auto& brand = row.text("brand").empty() ? row.text("kind") : row.text("brand");
                        return reminding.write(row, "card_expiring", last.text(), "/billing/methods",
                                               {{"method", brand + " •••• " + row.text("last4")}, {"on", last.text()}});
                    });
}

sdk::Result<void> remind_of_price(const Reminding& reminding, const Plan& plan, const Price& price,
                                  const PriceVersion& version) {
    return each_row(
        reminding.host, reminding.context,
        "SELECT s.id AS id, s.tenant_id AS tenant_id FROM billing_subscriptions s JOIN billing_accounts a ON "
        "a.tenant_id = s.tenant_id WHERE s.plan = ? AND s.period_unit = ? AND a.currency = ? AND s.cancel_on IS NULL "
        "AND s.state IN ('trialing', 'active', 'past_due', 'paused')",
        {plan.code, price.interval.text(), price.currency}, "s.id", [&](const sdk::Row& row) -> sdk::Result<void> {
            const auto account = reminding.desk.account(reminding.context, TenantId{row.text("tenant_id")});
            if (!account) return account.error();
            const auto* live = account->live_subscription();
            if (live == nullptr || live->base().custom_price || live->base().price_version >= version.version ||
                live->base().unit_price == version.amount)
                return sdk::ok();
            const auto first = std::max(live->period().to, *version.existing_from);
            return reminding.write(row, "price_change", price.currency + "." + std::to_string(version.version),
                                   "/billing",
                                   {{"plan", plan.code},
                                    {"on", first.text()},
                                    {"old_amount", live->base().unit_price},
                                    {"amount", version.amount},
                                    {"currency", price.currency}});
        });
}

sdk::Result<void> remind_of_prices(const Reminding& reminding, int days) {
    const auto catalogue = reminding.desk.catalogue(reminding.context);
    if (!catalogue) return catalogue.error();
    for (const auto& plan : (*catalogue)->plans)
        for (const auto& price : plan.prices)
            for (const auto& version : price.versions) {
                if (!version.existing_from || *version.existing_from <= reminding.today ||
                    days_between(reminding.today, *version.existing_from) > days)
                    continue;
                if (auto done = remind_of_price(reminding, plan, price, version); !done) return done;
            }
    return sdk::ok();
}

}  // namespace

sdk::Result<void> write_reminders(sdk::Host& host, Desk& desk, const sdk::CallContext& context, LocalDate today,
                                  const ReminderDays& days) {
    const Reminding reminding{host, desk, context, today};
    if (auto done = remind_of_trials(reminding, days.trial); !done) return done;
    if (auto done = remind_of_renewals(reminding, days.renewal); !done) return done;
    if (auto done = remind_of_cards(reminding, days.card); !done) return done;
    return remind_of_prices(reminding, days.price);
}

sdk::Result<void> register_reminders(sdk::Host& host, Desk& desk) {
    auto done =
        host.jobs().handle("billing.write_reminders",
                           [&host, &desk](sdk::JobRun& run) {
                               return write_reminders(host, desk, run.context(), local_date(host.clock().now(), "UTC"));
                           },
                           {.lease = std::chrono::minutes{10}, .at_once = 1});
    if (!done) return done;
    return host.jobs().schedule(
        {.name = "billing.write_reminders", .kind = "billing.write_reminders", .every = std::chrono::hours{1}});
}

}  // namespace whatsflow::billing
