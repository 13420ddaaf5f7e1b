#include "outbox/cursors.hpp"

namespace whatsflow::outbox {

sdk::Result<void> Cursors::ensure(const sdk::CallContext& context, EventLog& log, const std::string& subscriber,
                                  const std::string& type) {
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto row = tx.query_one(context, "SELECT type FROM core_outbox_cursors WHERE subscriber = ?", {subscriber});
        if (!row) return row.error();
        if (*row) {
            // Another version of the event: what it has heard stays heard.
            auto changed =
                tx.execute(context, "UPDATE core_outbox_cursors SET type = ?, seen_at = ? WHERE subscriber = ?",
                           {type, clock_.now(), subscriber});
            return changed ? sdk::ok() : changed.error();
        }
        auto last = log.number_all(tx, context);
        if (!last) return last.error();
        auto made = tx.execute(context,
                               "INSERT INTO core_outbox_cursors "
                               "(subscriber, type, position, lease, owner, leased_until_at, seen_at) "
                               "VALUES (?, ?, ?, 0, NULL, 0, ?)",
                               {subscriber, type, *last, clock_.now()});
        return made ? sdk::ok() : made.error();
    });
    // Another host made it at the same moment.
    if (!done && done.error().code == "database.duplicate") return sdk::ok();
    return done;
}

sdk::Result<std::optional<Lease>> Cursors::take(const sdk::CallContext& context, const std::string& subscriber) {
    const auto now = clock_.now();
    std::optional<Lease> lease;
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        lease.reset();
        auto taken =
            tx.execute(context,
                       "UPDATE core_outbox_cursors SET owner = ?, lease = lease + 1, leased_until_at = ?, "
                       "seen_at = ? WHERE subscriber = ? AND (owner IS NULL OR owner = ? OR leased_until_at < ?)",
                       {owner_, now + lease_, now, subscriber, owner_, now});
        if (!taken) return taken.error();
        if (*taken == 0) return sdk::ok();
        auto row =
            tx.query_one(context, "SELECT position, lease FROM core_outbox_cursors WHERE subscriber = ?", {subscriber});
        if (!row) return row.error();
        lease = Lease{subscriber, (*row)->integer("lease"), (*row)->integer("position"), now + lease_};
        return sdk::ok();
    });
    if (!done) return done.error();
    return lease;
}

sdk::Result<bool> Cursors::move(sdk::SqlExecutor& where, const sdk::CallContext& context, const Lease& lease,
                                std::int64_t position) {
    auto moved = where.execute(
        context, "UPDATE core_outbox_cursors SET position = ? WHERE subscriber = ? AND lease = ? AND position = ?",
        {position, lease.subscriber, lease.number, lease.position});
    if (!moved) return moved.error();
    return *moved == 1;
}

sdk::Result<void> Cursors::hand_back(const sdk::CallContext& context, const Lease& lease) {
    auto done = database_.execute(context,
                                  "UPDATE core_outbox_cursors SET owner = NULL, leased_until_at = 0 "
                                  "WHERE subscriber = ? AND lease = ?",
                                  {lease.subscriber, lease.number});
    return done ? sdk::ok() : done.error();
}

}  // namespace whatsflow::outbox
