#include "meter_lanes.hpp"

#include "meter_books.hpp"

namespace whatsflow::billing {
namespace {

constexpr std::size_t kMostAtOnce = 256;
constexpr int kMostTries = 6;
constexpr std::chrono::seconds kPatience{10};

sdk::Error busy() {
    return sdk::fail("database.busy", "The account changes too often at the moment; try again.");
}

sdk::Error over_limit(const sdk::MeterStanding& standing, std::int64_t units) {
    return sdk::fail("entitlements.limit_reached",
                     "'" + standing.meter + "' has " + std::to_string(standing.used + standing.reserved) + " of " +
                         std::to_string(standing.limit.value_or(0)) + " used; " + std::to_string(units) +
                         " more are not in the plan" +
                         (standing.resets_on.empty() ? "." : " until " + standing.resets_on + "."));
}

/// What the demands of a batch add up to; decided in the order in which they came.
class Tally {
public:
    Tally(const Grant& grant, const Meter& meter, UsageCounter counter)
        : grant_(grant), meter_(meter), counter_(std::move(counter)) {
        counter_.limit = limit_of(*grant.catalogue, *grant.live, meter.code);
    }

    UsageCounter& counter() { return counter_; }
    sdk::MeterStanding standing() const { return standing_of(grant_, meter_, counter_); }

    bool fits(std::int64_t units) const {
        return judge_usage(meter_, counter_, units).allowed && counter_.used + units >= 0;
    }
    void use(std::int64_t units) {
        const auto verdict = judge_usage(meter_, counter_, units);
        crossed.insert(crossed.end(), verdict.crossed.begin(), verdict.crossed.end());
        counter_.used += units;
        moved = true;
    }
    void hold(std::int64_t units) {
        counter_.reserved += units;
        moved = true;
    }

    std::vector<int> crossed;
    bool moved = false;

private:
    const Grant& grant_;
    const Meter& meter_;
    UsageCounter counter_;
};

sdk::Result<void> keep_reservation(sdk::Transaction& tx, const sdk::CallContext& own, const UsageCounter& counter,
                                   const Demand& demand) {
    const auto done = tx.execute(own,
                                 "INSERT INTO billing_reservations (id, tenant_id, counter_id, meter, quantity, "
                                 "expires_at) VALUES (?, :tenant, ?, ?, ?, ?)",
                                 {demand.reservation, counter.id.text(), counter.meter, demand.units, demand.until});
    if (!done) return done.error();
    return sdk::ok();
}

}  // namespace

sdk::MeterStanding standing_of(const Grant& grant, const Meter& meter, const UsageCounter& counter) {
    sdk::MeterStanding standing;
    standing.meter = meter.code;
    standing.limit = grant.live ? limit_of(*grant.catalogue, *grant.live, meter.code) : std::optional<std::int64_t>{0};
    standing.used = counter.used;
    standing.reserved = counter.reserved;
    const bool billed = meter.overage && !counter.trial;
    standing.kind = !standing.limit || meter.policy.kind == LimitKind::unlimited ? sdk::MeterLimit::unlimited
                    : billed                                                     ? sdk::MeterLimit::soft
                    : counter.trial || meter.policy.kind == LimitKind::hard      ? sdk::MeterLimit::hard
                    : meter.policy.kind == LimitKind::grace                      ? sdk::MeterLimit::grace
                                                                                 : sdk::MeterLimit::soft;
    if (meter.reset == MeterReset::period) standing.resets_on = counter.period.to.text();
    return standing;
}

sdk::Result<void> may_count(const Grant& grant, const std::string& code, std::int64_t units) {
    const auto* meter = grant.catalogue->find_meter(code);
    if (meter == nullptr) return sdk::fail("entitlements.unknown_meter", "There is no meter '" + code + "'.");
    const bool gauge = meter->reset == MeterReset::never;
    if (units == 0 || units > 1'000'000'000'000 || units < -1'000'000'000'000 || (units < 0 && !gauge))
        return sdk::fail("entitlements.bad_units", "Units are at least 1, and negative for what goes away again only.");
    if (grant.live && units < 0) return sdk::ok();
    return may_use(grant);
}

sdk::Result<void> may_use(const Grant& grant) {
    if (!grant.live) return sdk::fail("entitlements.not_included", "There is no plan; choose one on the billing page.");
    switch (grant.access()) {
        case Access::full: return sdk::ok();
        case Access::limited:
        case Access::suspended:
            return sdk::fail("entitlements.not_included",
                             "An invoice is overdue; pay it on the billing page to go on.");
        case Access::none: break;
    }
    return sdk::fail("entitlements.not_included", "The plan is not active; see the billing page.");
}

std::shared_ptr<MeterLanes::Lane> MeterLanes::lane_of(const TenantId& tenant, const std::string& meter) {
    const std::lock_guard lock(mutex_);
    if (lanes_.size() > 4'096) std::erase_if(lanes_, [](const auto& each) { return each.second.expired(); });
    auto& known = lanes_[{tenant.text(), meter}];
    auto lane = known.lock();
    if (!lane) known = lane = std::make_shared<Lane>();
    return lane;
}

sdk::Result<sdk::Consumption> MeterLanes::serve(const sdk::CallContext& context, const TenantId& tenant,
                                                const std::string& meter, Demand demand) {
    const auto lane = lane_of(tenant, meter);
    auto own = sdk::on_behalf_of(context, tenant);
    // Whoever counts, counts for others too: not by the little time that is left to one.
    own.deadline = std::chrono::steady_clock::now() + kPatience;
    std::unique_lock lock(lane->mutex);
    lane->line.push_back(&demand);
    while (!demand.is_served) {
        if (lane->served) {
            lane->moved.wait(lock);
            continue;
        }
        lane->served = true;
        const auto count = std::min(lane->line.size(), kMostAtOnce);
        const Batch batch(lane->line.begin(), lane->line.begin() + static_cast<std::ptrdiff_t>(count));
        lane->line.erase(lane->line.begin(), lane->line.begin() + static_cast<std::ptrdiff_t>(count));
        lock.unlock();
        serve_batch(own, meter, batch);
        lock.lock();
        for (auto* each : batch) each->is_served = true;
        lane->served = false;
        lane->moved.notify_all();
    }
    return *std::move(demand.answer);
}

void MeterLanes::serve_batch(const sdk::CallContext& own, const std::string& meter, const Batch& batch) {
    const auto answer_all = [&](const sdk::Error& error) {
        for (auto* demand : batch)
            if (!demand->answer) demand->answer = error;
    };
    try {
        for (int tries = 0; tries < kMostTries; ++tries) {
            const auto grant = tries == 0 ? grants_.get(own, own.tenant) : grants_.fresh(own, own.tenant);
            if (!grant) return answer_all(grant.error());
            Batch fine;
            for (auto* demand : batch)
                if (auto may = may_count(**grant, meter, demand->units); may)
                    fine.push_back(demand);
                else
                    demand->answer = may.error();
            if (fine.empty()) return;
            const auto today = local_date((*grant)->now(transitions_.host().clock()), (*grant)->time_zone);
            const auto* counter = (*grant)->open_counter(meter, today);
            if (counter == nullptr) {
                if (tries == 0) continue;  // somebody else may have opened it
                if (auto opened = open(own, meter); !opened) return answer_all(opened.error());
                continue;
            }
            // Only what adds up is counted in place: see Gatekeeper::consume().
            if (counter->aggregation != Aggregation::sum) return answer_all(busy());
            const auto done = count(own, meter, **grant, *counter, fine);
            if (done && *done) return;
            if (!done && done.error().code != "database.duplicate" && done.error().code != "database.busy")
                return answer_all(done.error());
        }
        answer_all(busy());
    } catch (const std::exception& why) {
        answer_all(sdk::fail("entitlements.fault", why.what()));
    }
}

sdk::Result<void> MeterLanes::open(const sdk::CallContext& own, const std::string& meter) {
    const auto step = transitions_.run(own, own.tenant, {}, {}, [&](Account& account, const Surroundings& around) {
        return open_counter(account, meter, around);
    });
    if (step) return sdk::ok();
    if (step.error().code == "billing.not_subscribed")
        return sdk::fail("entitlements.not_included", "There is no plan; choose one on the billing page.");
    return step.error();
}

sdk::Result<bool> MeterLanes::count(const sdk::CallContext& own, const std::string& code, const Grant& grant,
                                    const UsageCounter& known, const Batch& batch) {
    auto& host = transitions_.host();
    const auto& meter = *grant.catalogue->find_meter(code);
    std::vector<std::string> asked;
    for (const auto* demand : batch)
        if (!demand->event.empty()) asked.push_back(demand->event);
    std::vector<sdk::Result<sdk::Consumption>> answers;
    bool current = true;
    auto done = host.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        answers.clear();
        auto locked = known;
        const auto open = lock_counter(tx, own, locked);
        if (!open) return open.error();
        auto seen = look_for_events(tx, own, asked);
        if (!seen) return seen.error();
        current = *open && seen->version == grant.version;
        if (!current) return sdk::ok();
        Tally tally(grant, meter, std::move(locked));
        std::vector<std::string> events;
        std::vector<const Demand*> held;
        bool swept = false;
        for (const auto* demand : batch) {
            if (!demand->event.empty() && seen->events.contains(demand->event)) {
                answers.emplace_back(sdk::Consumption{tally.standing(), true});
                continue;
            }
            if (!tally.fits(demand->units) && tally.counter().reserved > 0 && !std::exchange(swept, true)) {
                const auto before = tally.counter().reserved;
                if (auto dropped = drop_expired(tx, own, tally.counter(), host.clock().now()); !dropped) return dropped;
                tally.moved = tally.moved || tally.counter().reserved != before;
            }
            if (!tally.fits(demand->units)) {
                answers.emplace_back(over_limit(tally.standing(), demand->units));
                continue;
            }
            if (demand->reservation.empty()) {
                tally.use(demand->units);
            } else {
                tally.hold(demand->units);
                held.push_back(demand);
            }
            if (!demand->event.empty()) {
                events.push_back(demand->event);
                seen->events.insert(demand->event);
            }
            answers.emplace_back(sdk::Consumption{tally.standing(), false});
        }
        if (!tally.moved) return sdk::ok();
        if (auto kept = remember_events(tx, own, events, host.clock().now()); !kept) return kept;
        for (const auto* demand : held)
            if (auto kept = keep_reservation(tx, own, tally.counter(), *demand); !kept) return kept;
        if (auto written = write_counter(tx, own, tally.counter()); !written) return written;
        return warn(host, tx, own, tally.counter(), tally.crossed);
    });
    if (!done) return done.error();
    if (!current) return false;
    for (std::size_t at = 0; at < batch.size(); ++at) batch[at]->answer = std::move(answers[at]);
    return true;
}

sdk::Result<sdk::MeterStanding> MeterLanes::standing(const sdk::CallContext& context, const TenantId& tenant,
                                                     const std::string& code) {
    const auto grant = grants_.fresh(context, tenant);
    if (!grant) return grant.error();
    const auto* meter = (*grant)->catalogue->find_meter(code);
    if (meter == nullptr) return sdk::fail("entitlements.unknown_meter", "There is no meter '" + code + "'.");
    const auto today = local_date((*grant)->now(transitions_.host().clock()), (*grant)->time_zone);
    UsageCounter none;
    none.meter = code;
    if ((*grant)->live) none.period = (*grant)->live->period();
    const auto* counter = (*grant)->open_counter(code, today);
    return standing_of(**grant, *meter, counter == nullptr ? none : *counter);
}

}  // namespace whatsflow::billing
