// Reservations: what was held back is used or given back. Locks are always taken in the order of
// counters' ids, the reservation's own row last.
#include "meter_books.hpp"
#include "meter_lanes.hpp"

namespace whatsflow::billing {
namespace {

struct Held {
    std::string counter, meter;
    std::int64_t quantity = 0;
};

sdk::Result<std::optional<Held>> find_held(sdk::SqlExecutor& where, const sdk::CallContext& own,
                                           const std::string& id) {
    const auto row = where.query_one(
        own, "SELECT counter_id, meter, quantity FROM billing_reservations WHERE tenant_id = :tenant AND id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<Held>{};
    return std::optional{Held{(*row)->text("counter_id"), (*row)->text("meter"), (*row)->integer("quantity")}};
}

std::string event_of(const std::string& reservation) {
    return "reservation:" + reservation;
}

sdk::Error unknown() {
    return sdk::fail("entitlements.unknown_reservation", "The reservation has expired or was released.");
}

/// Takes the row away. False: somebody else did.
sdk::Result<bool> take(sdk::Transaction& tx, const sdk::CallContext& own, const std::string& id) {
    const auto gone = tx.execute(own, "DELETE FROM billing_reservations WHERE tenant_id = :tenant AND id = ?", {id});
    if (!gone) return gone.error();
    return *gone > 0;
}

}  // namespace

sdk::Result<sdk::Consumption> MeterLanes::commit(const sdk::CallContext& context, const TenantId& tenant,
                                                 const std::string& reservation, std::int64_t units) {
    auto& host = transitions_.host();
    const auto own = sdk::on_behalf_of(context, tenant);
    for (int tries = 0; tries < 6; ++tries) {
        const auto held = find_held(host.database(), own, reservation);
        if (!held) return held.error();
        if (*held && (units < 0 || units > (*held)->quantity))
            return sdk::fail("entitlements.bad_units", std::to_string((*held)->quantity) + " units are reserved.");
        const auto grant = tries == 0 ? grants_.get(own, tenant) : grants_.fresh(own, tenant);
        if (!grant) return grant.error();
        const auto* meter = *held ? (*grant)->catalogue->find_meter((*held)->meter) : nullptr;
        const auto today = local_date((*grant)->now(host.clock()), (*grant)->time_zone);
        const auto* current = meter == nullptr ? nullptr : (*grant)->open_counter(meter->code, today);
        if (*held && (meter == nullptr || !(*grant)->live)) return unknown();
        if (*held && current == nullptr) {
            if (tries > 0)
                if (auto opened = open(own, meter->code); !opened) return opened.error();
            continue;
        }
        // The meter was published anew since: what was held back does not add up to anything any more.
        if (*held && current->aggregation != Aggregation::sum) return unknown();
        sdk::Consumption answer;
        bool good = true;
        auto done = host.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            answer = {};
            good = true;
            if (!*held) {
                const auto seen = look_for_events(tx, own, {event_of(reservation)});
                if (!seen) return seen.error();
                if (seen->events.empty()) return unknown();
                answer.repeated = true;
                return sdk::ok();
            }
            // Held back in one period, used in the next: it counts where it is used.
            auto into = *current;
            UsageCounter from;
            from.id = CounterId{(*held)->counter};
            const bool same = from.id == into.id;
            for (auto* counter : from.id < into.id ? std::array{&from, &into} : std::array{&into, &from}) {
                if (counter == &from && same) continue;
                const auto open = lock_counter(tx, own, *counter);
                if (!open) return open.error();
                if (counter == &into && !*open) good = false;
            }
            if (!good) return sdk::ok();
            const auto taken = take(tx, own, reservation);
            if (!taken) return taken.error();
            if (!*taken) {
                good = false;
                return sdk::ok();
            }
            auto& giving = same ? into : from;
            giving.reserved -= std::min(giving.reserved, (*held)->quantity);
            into.limit = limit_of(*(*grant)->catalogue, *(*grant)->live, meter->code);
            const auto verdict = judge_usage(*meter, into, units);
            // It was promised: no limit is asked again.
            into.used += units;
            if (auto written = write_counter(tx, own, into); !written) return written;
            if (!same)
                if (auto written = write_counter(tx, own, from); !written) return written;
            if (auto kept = remember_events(tx, own, {event_of(reservation)}, host.clock().now()); !kept) return kept;
            answer.standing = standing_of(**grant, *meter, into);
            return warn(host, tx, own, into, verdict.crossed);
        });
        if (!done) return done.error();
        if (good) return answer;
    }
    return sdk::fail("database.busy", "The account changes too often at the moment; try again.");
}

sdk::Result<void> MeterLanes::release(const sdk::CallContext& context, const TenantId& tenant,
                                      const std::string& reservation) {
    auto& host = transitions_.host();
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto held = find_held(host.database(), own, reservation);
    if (!held) return held.error();
    if (!*held) return sdk::ok();
    return host.database().transaction(own, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        UsageCounter counter;
        counter.id = CounterId{(*held)->counter};
        if (const auto open = lock_counter(tx, own, counter); !open) return open.error();
        const auto taken = take(tx, own, reservation);
        if (!taken) return taken.error();
        if (!*taken) return sdk::ok();
        counter.reserved -= std::min(counter.reserved, (*held)->quantity);
        return write_counter(tx, own, counter);
    });
}

sdk::Result<int> MeterLanes::release_expired(const sdk::CallContext& context) {
    auto& host = transitions_.host();
    const auto rows = host.database().query(
        sdk::across_tenants(context, "billing.release_expired_reservations"),
        "SELECT tenant_id, id FROM billing_reservations WHERE expires_at <= ? ORDER BY expires_at LIMIT 500",
        {host.clock().now()});
    if (!rows) return rows.error();
    for (const auto& row : *rows)
        if (auto done = release(context, TenantId{row.text("tenant_id")}, row.text("id")); !done) return done.error();
    return static_cast<int>(rows->size());
}

}  // namespace whatsflow::billing
