#include "runner.hpp"

#include "store/envelopes.hpp"

#include <atomic>
#include <thread>

namespace whatsflow::billing {
namespace {

constexpr std::chrono::minutes kClaim{5};
constexpr std::size_t kAtOnce = 64;

bool passes(const sdk::Error& error) {
    return error.code.starts_with("database.") || error.code == "billing.raced" || error.code == "plugin.unavailable" ||
           error.code == "billing.tax_unavailable";
}

}  // namespace

sdk::Result<int> Runner::drain(const sdk::CallContext& context, const TenantId& tenant,
                               std::optional<sdk::Instant> to) {
    int jobs = 0;
    try {
        for (; jobs < most_steps_; ++jobs) {
            bool ran = false;
            std::optional<sdk::Instant> at;
            if (to) {
                // A test clock stands at the instant of what it does.
                const auto found = transitions_.look(context, tenant, {});
                if (!found) return found.error();
                const auto catalogue = transitions_.catalogue().get(context);
                if (!catalogue) return catalogue.error();
                const auto due = next_due(found->account, **catalogue);
                if (!due || due->at > *to) return jobs;
                at = std::max(due->at, found->account.profile.watermark);
            }
            auto step = transitions_.run(
                context, tenant, {}, {},
                [&](Account& account, const Surroundings& around) {
                    auto changes = run_due(account, around);
                    ran = changes && !changes->empty();
                    return changes;
                },
                at);
            if (!step) return step.error();
            if (!ran) {
                // The column was late: without this the account would be claimed again and again.
                if (jobs == 0)
                    if (auto done = transitions_.host().database().execute(
                            sdk::on_behalf_of(context, tenant),
                            "UPDATE billing_accounts SET next_due_at = ? WHERE tenant_id = :tenant", {step->next_due});
                        !done)
                        return done.error();
                return jobs;
            }
            if (at)
                if (auto moved = transitions_.host().database().execute(
                        sdk::on_behalf_of(context, tenant),
                        "UPDATE billing_accounts SET test_now_at = ? WHERE tenant_id = :tenant", {*at});
                    !moved)
                    return moved.error();
            Outcome outcome;
            outcome.account = std::move(step->account);
            if (auto done = calls_.serve(context, tenant, step->changes, {}, outcome); !done) return done.error();
        }
        return sdk::fail("billing.bound", "More than " + std::to_string(most_steps_) + " steps were due at once.");
    } catch (const std::exception& why) {
        return sdk::fail("billing.fault", why.what());
    }
}

sdk::Result<void> Runner::park(const sdk::CallContext& context, const TenantId& tenant, const sdk::Error& why) {
    auto& host = transitions_.host();
    host.log().error("billing of an account was stopped",
                     {{"tenant", tenant.text()}, {"code", why.code}, {"reason", why.message}});
    const auto own = sdk::on_behalf_of(context, tenant);
    return host.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto done =
            tx.execute(own, "UPDATE billing_accounts SET parked_at = ?, parked_reason = ? WHERE tenant_id = :tenant",
                       {host.clock().now(), (why.code + ": " + why.message).substr(0, 480)});
        if (!done) return done.error();
        return host.outbox().append(
            tx, own,
            store::envelope_of("billing.account_parked/1",
                               {{"tenant", tenant.text()}, {"code", why.code}, {"reason", why.message}}, tenant));
    });
}

sdk::Result<std::vector<sdk::Row>> Runner::find_due(const sdk::CallContext& all, sdk::Instant now,
                                                    const Reached& reached) {
    // In two ranges of one index, each begun behind the last account that was seen: a server that has
    // not yet removed the entries of those who are done would walk over them with every claim.
    const std::string due =
        "SELECT tenant_id, next_due_at FROM billing_accounts WHERE parked_at IS NULL AND test_now_at IS NULL AND "
        "claimed_until_at < ? AND ";
    auto& database = transitions_.host().database();
    auto found = database.query(
        all, due + "next_due_at = ? AND tenant_id > ? ORDER BY tenant_id LIMIT " + std::to_string(kAtOnce),
        {now, reached.due_at, reached.tenant});
    if (!found) return found;
    if (found->size() == kAtOnce) return found;
    auto later = database.query(all,
                                due + "next_due_at > ? AND next_due_at <= ? ORDER BY next_due_at, tenant_id LIMIT " +
                                    std::to_string(kAtOnce - found->size()),
                                {now, reached.due_at, now});
    if (!later) return later;
    for (auto& row : *later) found->push_back(std::move(row));
    return found;
}

sdk::Result<std::vector<TenantId>> Runner::claim(const sdk::CallContext& context, const std::string& token,
                                                 Reached& reached) {
    auto& database = transitions_.host().database();
    const auto all = sdk::across_tenants(context, "billing.claim_due_accounts");
    const auto now = transitions_.host().clock().now();
    const auto due = find_due(all, now, reached);
    if (!due) return due.error();
    std::vector<TenantId> claimed;
    if (due->empty()) {
        reached = {};  // who was missed on the way is found from the beginning
        return claimed;
    }
    reached = {due->back().instant("next_due_at"), due->back().text("tenant_id")};
    sdk::DbValues values{token, now + kClaim, now};
    std::string marks;
    for (const auto& row : *due) {
        marks += marks.empty() ? "?" : ", ?";
        values.emplace_back(row.text("tenant_id"));
    }
    if (auto done = database.execute(all,
                                     "UPDATE billing_accounts SET claimed_by = ?, claimed_until_at = ? WHERE "
                                     "claimed_until_at < ? AND tenant_id IN (" +
                                         marks + ")",
                                     values);
        !done)
        return done.error();
    const auto mine = database.query(all,
                                     "SELECT tenant_id FROM billing_accounts WHERE claimed_by = ? AND claimed_until_at "
                                     ">= ? ORDER BY tenant_id LIMIT 128",
                                     {token, now});
    if (!mine) return mine.error();
    for (const auto& row : *mine) claimed.emplace_back(row.text("tenant_id"));
    return claimed;
}

std::set<std::string> Runner::run_together(const sdk::CallContext& context, const std::vector<TenantId>& tenants) {
    std::set<std::string> settled;
    if (tenants.empty()) return settled;
    const auto steps = transitions_.run_many(
        context, tenants, [](Account& account, const Surroundings& around) { return run_due(account, around); });
    if (!steps) return settled;
    const auto due = calls_.serve_many(context, *steps);
    if (!due) {
        transitions_.host().log().warn("accounts go on one by one", {{"reason", due.error().message}});
        return settled;
    }
    const auto now = transitions_.host().clock().now();
    for (const auto& [tenant, at] : *due)
        if (!at || *at > now) settled.insert(tenant);
    return settled;
}

sdk::Result<RunReport> Runner::run_all(const sdk::CallContext& context, int workers) {
    std::atomic<std::int64_t> accounts{0}, jobs{0}, parked{0};
    std::mutex mutex;
    std::optional<sdk::Error> broken;
    const auto work = [&] {
        Reached reached;
        for (int idle = 0; context.remaining() > std::chrono::seconds{10};) {
            // A token a batch: a claim that was used up is not seen again.
            const auto token = sdk::make_uuid();
            const auto batch = claim(context, token, reached);
            if (!batch && batch.error().code == "database.busy") continue;
            if (!batch) {
                const std::lock_guard lock(mutex);
                broken = batch.error();
                return;
            }
            // Another worker may have been faster with the same rows: look twice before leaving.
            if (batch->empty() && ++idle > 2) return;
            if (!batch->empty()) idle = 0;
            const auto settled = run_together(context, *batch);
            for (const auto& tenant : *batch) {
                if (settled.contains(tenant.text())) {
                    ++accounts;
                    ++jobs;
                    continue;
                }
                const auto ran = drain(context, tenant, std::nullopt);
                ++accounts;
                if (ran) jobs += *ran;
                if (!ran && passes(ran.error())) {
                    // Its claim stays until it runs out, so that nobody hammers on it.
                    if (auto done = transitions_.host().database().execute(
                            sdk::on_behalf_of(context, tenant),
                            "UPDATE billing_accounts SET claimed_by = '' WHERE tenant_id = :tenant");
                        !done)
                        break;
                } else if (!ran) {
                    ++parked;
                    if (auto done = park(context, tenant, ran.error()); !done)
                        transitions_.host().log().error("an account could not be parked",
                                                        {{"tenant", tenant.text()}, {"reason", done.error().message}});
                }
            }
            if (batch->empty()) continue;
            if (auto done = transitions_.host().database().execute(
                    sdk::across_tenants(context, "billing.release_due_accounts"),
                    "UPDATE billing_accounts SET claimed_by = '', claimed_until_at = 0 WHERE claimed_by = ?", {token});
                !done)
                transitions_.host().log().warn("claims were not released; they run out",
                                               {{"reason", done.error().message}});
        }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < workers; ++i) others.emplace_back(work);
    work();
    for (auto& each : others) each.join();
    if (broken) return *broken;
    return RunReport{accounts, jobs, parked};
}

sdk::Result<RunReport> Runner::run_one(const sdk::CallContext& context, const TenantId& tenant) {
    const auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    const auto ran = drain(context, tenant, found->test_now);
    if (!ran) return ran.error();
    return RunReport{1, *ran, 0};
}

sdk::Result<RunReport> Runner::advance(const sdk::CallContext& context, const TenantId& tenant, sdk::Instant to) {
    const auto found = transitions_.look(context, tenant, {});
    if (!found) return found.error();
    if (!found->test_now && found->account.profile.invoices_finalised > 0)
        return sdk::fail("billing.not_a_test",
                         "This account has documents of the real clock: only a new account can have a test clock.");
    if (found->test_now && to < *found->test_now)
        return sdk::fail("billing.clock_back",
                         "A test clock goes forward only; it stands at " + sdk::to_rfc3339(*found->test_now) + ".");
    const auto set = [&](sdk::Instant at) {
        return transitions_.host().database().execute(
            sdk::on_behalf_of(context, tenant), "UPDATE billing_accounts SET test_now_at = ? WHERE tenant_id = :tenant",
            {at});
    };
    if (!found->test_now)
        if (auto done = set(to); !done) return done.error();
    const auto ran = drain(context, tenant, to);
    if (!ran) return ran.error();
    if (auto done = set(to); !done) return done.error();
    return RunReport{1, *ran, 0};
}

}  // namespace whatsflow::billing
