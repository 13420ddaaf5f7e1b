#include "provider_runs.hpp"

#include "fresh_ids.hpp"
#include "open_offers.hpp"

namespace whatsflow::billing {
namespace {

using sdk::DbValue;

sdk::ProviderRecurrence::Interval unit_of(IntervalUnit unit) {
    using Interval = sdk::ProviderRecurrence::Interval;
    switch (unit) {
        case IntervalUnit::day: return Interval::day;
        case IntervalUnit::week: return Interval::week;
        case IntervalUnit::month: return Interval::month;
        case IntervalUnit::year: break;
    }
    return Interval::year;
}

/// How long after it is due a payment of the provider's may stay away. PayHere tries a week.
constexpr std::chrono::hours kPatience{24 * 9};

bool has_moved(const sdk::PaymentRecord& record) {
    using Status = sdk::PaymentStatus;
    return record.status == Status::succeeded || record.status == Status::refund_pending ||
           record.status == Status::refunded || record.status == Status::partially_refunded ||
           record.status == Status::disputed;
}

}  // namespace

std::string key_of_renewal(const std::string& provider, const std::string& payment_id) {
    return "renewed:" + provider + ":" + payment_id;
}

std::optional<sdk::ProviderRecurrence> ProviderRuns::recurrence(const sdk::CallContext& context,
                                                                const sdk::PaymentProviderInfo& provider,
                                                                const std::string& name, const Account& account,
                                                                const PaymentId& payment) {
    if (!providers_.contains(name) || !is_open(host_, kProviderRenewalsFlag, account.profile.tenant) ||
        !provider.capabilities.has(sdk::PaymentCapability::provider_subscriptions))
        return std::nullopt;
    const auto catalogue = transitions_.catalogue().get(context);
    if (!catalogue) return std::nullopt;
    FreshIds ids;
    const auto now = std::max(host_.clock().now(), account.profile.watermark);
    std::optional<Rhythm> rhythm;
    const auto settled = transitions_.taxes().settle(context, **catalogue, [&](KnownTaxes* taxes) {
        rhythm = rhythm_after(account, payment, {**catalogue, now, ids, taxes});
    });
    if (!settled || !rhythm) return std::nullopt;
    return sdk::ProviderRecurrence{unit_of(rhythm->interval.unit), rhythm->interval.count, std::nullopt};
}

sdk::Result<void> ProviderRuns::note_payment(const sdk::CallContext& context, const TenantId& tenant,
                                             const SubscriptionId& subscription, const std::string& provider,
                                             const sdk::PaymentEvent& event) {
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto& reference = event.subscription_id;
    const DbValue next = event.next_charge_at ? DbValue(*event.next_charge_at) : DbValue();
    const auto known = host_.database().query_one(
        own, "SELECT state FROM billing_provider_runs WHERE tenant_id = :tenant AND provider = ? AND reference = ?",
        {provider, reference});
    if (!known) return known.error();
    if (*known) {
        // One that was told to stop and goes on taking money is told again.
        const auto done = host_.database().execute(
            own,
            "UPDATE billing_provider_runs SET next_charge_at = COALESCE(?, next_charge_at), "
            "instalments = CASE WHEN instalments < ? THEN ? ELSE instalments END, "
            "state = CASE WHEN state = 'ended' THEN 'ending' ELSE state END "
            "WHERE tenant_id = :tenant AND provider = ? AND reference = ?",
            {next, event.instalment.value_or(1), event.instalment.value_or(1), provider, reference});
        if (!done) return done.error();
        return sdk::ok();
    }
    const auto insert = [&](sdk::SqlExecutor& where, const char* state) -> sdk::Result<void> {
        const auto done = where.execute(
            own,
            "INSERT INTO billing_provider_runs (provider, reference, tenant_id, subscription_id, state, "
            "instalments, next_charge_at, next_try_at, attempts, started_at) "
            "VALUES (?, ?, :tenant, ?, ?, ?, ?, 0, 0, ?)",
            {provider, reference, subscription.text(), state, event.instalment.value_or(1), next, host_.clock().now()});
        if (!done) return done.error();
        return sdk::ok();
    };
    Request request;
    request.command = BeginProviderRun{subscription, {provider, reference, event.amount ? event.amount->minor : 0}};
    const auto bound = transitions_.run(
        context, tenant, {}, {},
        [&](Account& account, const Surroundings& around) { return apply(account, request, around); }, std::nullopt,
        [&](sdk::Transaction& tx, const sdk::CallContext&, const Step&) { return insert(tx, "active"); });
    if (bound) return sdk::ok();
    if (bound.error().code != "billing.not_subscribed" && bound.error().code != "billing.run_exists")
        return bound.error();
    return insert(host_.database(), "ending");
}

sdk::Result<std::optional<std::int64_t>> ProviderRuns::instalments(const sdk::CallContext& context,
                                                                   const TenantId& tenant, const std::string& provider,
                                                                   const std::string& reference) {
    const auto row = host_.database().query_one(sdk::on_behalf_of(context, tenant),
                                                "SELECT instalments FROM billing_provider_runs WHERE tenant_id = "
                                                ":tenant AND provider = ? AND reference = ? AND state = 'active'",
                                                {provider, reference});
    if (!row) return row.error();
    if (!*row) return std::optional<std::int64_t>{};
    return std::optional{(*row)->integer("instalments")};
}

sdk::Result<void> ProviderRuns::stopped(const sdk::CallContext& context, const TenantId& tenant,
                                        const std::string& provider, const std::string& reference) {
    Request request;
    request.command = EndProviderRun{provider, reference};
    const auto done = transitions_.run(context, tenant, {}, {}, [&](Account& account, const Surroundings& around) {
        return apply(account, request, around);
    });
    if (!done) return done.error();
    const auto ended = host_.database().execute(
        sdk::on_behalf_of(context, tenant),
        "UPDATE billing_provider_runs SET state = 'ended' WHERE tenant_id = :tenant AND provider = ? AND reference = ?",
        {provider, reference});
    if (!ended) return ended.error();
    return sdk::ok();
}

sdk::Result<bool> ProviderRuns::tell_to_stop(const sdk::CallContext& context, const std::string& provider,
                                             const std::string& reference) {
    auto patient = context;
    patient.deadline = std::min(patient.deadline, std::chrono::steady_clock::now() + std::chrono::seconds{30});
    const auto told = sdk::find_service<sdk::PaymentProvider>(host_, {{"provider", provider}})
                          .call(&sdk::PaymentProvider::cancel_subscription, patient, reference);
    if (!told) return told.error();
    return told->outcome == sdk::PaymentOutcomeClass::succeeded;
}

sdk::Result<void> ProviderRuns::end_before(const sdk::CallContext& context, const TenantId& tenant,
                                           const store::Wanted& wanted, const Transitions::Work& work) {
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto running = host_.database().query_one(
        own, "SELECT 1 AS yes FROM billing_provider_runs WHERE tenant_id = :tenant AND state = 'active' LIMIT 1");
    if (!running) return running.error();
    if (!*running) return sdk::ok();
    auto found = transitions_.look(context, tenant, wanted);
    if (!found) return found.error();
    const auto catalogue = transitions_.catalogue().get(context);
    if (!catalogue) return catalogue.error();
    FreshIds ids;
    sdk::Result<Changes> would{Changes{}};
    const auto settled = transitions_.taxes().settle(own, **catalogue, [&](KnownTaxes* taxes) {
        auto copy = found->account;
        would = work(copy, {**catalogue, found->now, ids, taxes});
    });
    if (!settled) return settled;
    if (!would) return would.error();
    for (const auto& run : would->ended_runs) {
        const auto told = tell_to_stop(own, run.provider, run.reference);
        if (told && *told) continue;
        return sdk::fail("billing.provider_runs_on",
                         "The provider that takes the renewals cannot be told to stop right now, so nothing was "
                         "changed. Try again in a few minutes.");
    }
    return sdk::ok();
}

sdk::Result<int> ProviderRuns::end_waiting(const sdk::CallContext& context) {
    const auto all = sdk::across_tenants(context, "billing.end_provider_runs");
    const auto now = host_.clock().now();
    const auto waiting = host_.database().query(all,
                                                "SELECT provider, reference, tenant_id, attempts FROM "
                                                "billing_provider_runs WHERE state = 'ending' AND next_try_at <= ? "
                                                "ORDER BY next_try_at LIMIT 100",
                                                {now});
    if (!waiting) return waiting.error();
    int ended = 0;
    for (const auto& row : *waiting) {
        if (context.remaining() < std::chrono::seconds{35}) break;
        const auto attempts = row.integer("attempts");
        const auto pause =
            std::chrono::seconds{std::min<std::int64_t>(3'600, 60LL << std::min<std::int64_t>(attempts, 6))};
        const auto& provider = row.text("provider");
        const auto& reference = row.text("reference");
        // The pause is the claim as well: nobody else tells it meanwhile.
        const auto claimed = host_.database().execute(all,
                                                      "UPDATE billing_provider_runs SET attempts = attempts + 1, "
                                                      "next_try_at = ? WHERE provider = ? AND reference = ? AND state "
                                                      "= 'ending' AND attempts = ?",
                                                      {now + pause, provider, reference, attempts});
        if (!claimed) return claimed.error();
        if (*claimed == 0) continue;
        const auto told =
            tell_to_stop(sdk::on_behalf_of(context, TenantId{row.text("tenant_id")}), provider, reference);
        if (!told || !*told) {
            if (attempts >= 5)
                host_.log().error("a provider does not stop renewals that were taken back",
                                  {{"provider", provider}, {"run", reference}, {"tenant", row.text("tenant_id")}});
            continue;
        }
        if (auto done = host_.database().execute(all,
                                                 "UPDATE billing_provider_runs SET state = 'ended' WHERE provider = ? "
                                                 "AND reference = ? AND state = 'ending'",
                                                 {provider, reference});
            !done)
            return done.error();
        ++ended;
    }
    return ended;
}

sdk::Result<bool> ProviderRuns::is_counted(const sdk::CallContext& own, const std::string& provider,
                                           const std::string& payment_id) {
    const auto row = host_.database().query_one(
        own,
        "SELECT 1 AS yes FROM billing_payments WHERE tenant_id = :tenant AND reference = ? AND kind = 'charge' "
        "UNION ALL SELECT 1 FROM billing_seen_keys WHERE tenant_id = :tenant AND kind = 'command' AND seen_key = ? "
        "LIMIT "
        "1",
        {payment_id, key_of_renewal(provider, payment_id)});
    if (!row) return row.error();
    return row->has_value();
}

sdk::Result<ChargeAnswered> ProviderRuns::ask(const sdk::CallContext& context, const Account& account,
                                              const Payment& payment) {
    ChargeAnswered answered;
    answered.payment = payment.id;
    answered.result = ChargeResult::pending;
    const auto runs = host_.database().query(context,
                                             "SELECT provider, reference, state, next_charge_at FROM "
                                             "billing_provider_runs WHERE tenant_id = :tenant ORDER BY started_at DESC "
                                             "LIMIT 20");
    if (!runs) return runs.error();
    auto patient = context;
    patient.deadline = std::min(patient.deadline, std::chrono::steady_clock::now() + std::chrono::seconds{30});
    auto due = payment.started_at;
    bool runs_on = false;
    for (const auto& run : *runs) {
        runs_on = runs_on || run.text("state") != "ended";
        if (const auto next = run.maybe_integer("next_charge_at"); next && run.text("state") == "active")
            due = std::max(due, sdk::from_micros(*next));
        const auto& provider = run.text("provider");
        const auto records = sdk::find_service<sdk::PaymentProvider>(host_, {{"provider", provider}})
                                 .call(&sdk::PaymentProvider::list_payments, patient, run.text("reference"));
        if (!records) return answered;  // nobody knows: neither there nor not
        std::int64_t number = 0;
        for (auto record = records->rbegin(); record != records->rend(); ++record) {
            if (!has_moved(*record) || record->payment_id.empty() || !record->amount ||
                record->amount->currency != account.profile.currency)
                continue;
            ++number;
            const auto counted = is_counted(context, provider, record->payment_id);
            if (!counted) return counted.error();
            if (*counted) continue;
            if (auto done = host_.database().execute(
                    context, "UPDATE billing_payments SET provider = ? WHERE tenant_id = :tenant AND id = ?",
                    {provider, payment.id.text()});
                !done)
                return done.error();
            // A refusal of this period that is still on its way comes too late.
            if (auto done = host_.database().execute(
                    context,
                    "UPDATE billing_provider_runs SET instalments = CASE WHEN instalments < ? THEN ? ELSE instalments "
                    "END WHERE tenant_id = :tenant AND provider = ? AND reference = ?",
                    {number, number, provider, run.text("reference")});
                !done)
                return done.error();
            answered.result = ChargeResult::succeeded;
            answered.amount = record->amount->minor;
            answered.reference = record->payment_id;
            return answered;
        }
    }
    const auto now = std::max(host_.clock().now(), account.profile.watermark);
    if (now - due > (runs_on ? kPatience : std::chrono::hours{1})) {
        answered.result = ChargeResult::declined;
        answered.code = "not_taken";
    }
    return answered;
}

}  // namespace whatsflow::billing
