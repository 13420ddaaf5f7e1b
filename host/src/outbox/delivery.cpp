#include "outbox/delivery.hpp"

namespace whatsflow::outbox {
namespace {

constexpr int kRetriesInOneTurn = 20;

thread_local unsigned hops_on_this_thread = 0;

/// The database let us down, or another host took over: nothing the handler could help.
sdk::Error not_ours_any_more() {
    return sdk::fail("outbox.lease_lost", "Another host has taken over this subscriber.");
}

}  // namespace

/// What one turn of a plain handler has got through but not written down yet.
struct Delivery::Progress {
    std::int64_t position = 0;
    std::vector<std::pair<const StoredEvent*, std::string>> failed;
    std::vector<const StoredEvent*> waiting;
};

unsigned hops_here() noexcept {
    return hops_on_this_thread;
}

Delivery::Delivery(DeliveryRoom room, Subscriber subscriber)
    : room_(std::move(room)),
      subscriber_(std::move(subscriber)),
      context_(sdk::across_tenants({.request_id = "outbox-" + subscriber_.name, .tenant = {}}, "outbox.deliver")) {}

Delivery::Turn Delivery::take_turn() {
    if (withdrawn_) return Turn::idle;
    auto mine = have_lease();
    if (!mine || !*mine) return Turn::later;
    auto turn = work();
    if (turn) return *turn;
    // The cursor in the database is the truth; ours is read again with the next lease.
    lost_lease();
    if (turn.error().code != "outbox.lease_lost")
        room_.log.warn("a delivery was broken off and is tried again",
                       {{"subscriber", subscriber_.name}, {"reason", turn.error().code}});
    return Turn::later;
}

void Delivery::hand_back() {
    if (!lease_) return;
    (void)room_.cursors.hand_back(context_, *lease_);
    lost_lease();
}

void Delivery::lost_lease() {
    lease_.reset();
}

sdk::Result<bool> Delivery::have_lease() {
    if (lease_ && lease_->until - room_.clock.now() > room_.cursors.lease_time() / 2) return true;
    auto taken = room_.cursors.take(context_, subscriber_.name);
    if (!taken) return taken.error();
    lease_ = std::move(*taken);
    if (!lease_) return false;
    position_ = lease_->position;
    has_retries_ = true;  // the host before us may have left some
    background::passing(room_.steps, "outbox.leased");
    return true;
}

sdk::Result<Delivery::Turn> Delivery::work() {
    bool retried = false;
    std::set<std::string> held_up;
    if (has_retries_.exchange(false)) {
        auto due = retry_due();
        if (!due) return due.error();
        retried = *due;
        auto tenants = room_.retries.held_up(context_, subscriber_.name);
        if (!tenants) return tenants.error();
        held_up = std::move(*tenants);
        if (retried || !held_up.empty()) has_retries_ = true;
    }
    const int most = subscriber_.transactional ? room_.batch_in_transaction : room_.batch;
    auto events = room_.events.read(room_.database, context_, subscriber_.type, lease_->position, most);
    if (!events) return events.error();
    background::passing(room_.steps, "outbox.read");
    if (events->empty()) return retried ? Turn::more : Turn::idle;
    return subscriber_.transactional ? deliver_in_transactions(*events, std::move(held_up))
                                     : deliver_plainly(*events, std::move(held_up));
}

Delivery::Handled Delivery::handle(const StoredEvent& event, sdk::Transaction* tx, std::string& reason) {
    auto envelope = to_envelope(event);
    if (!envelope) {
        reason = envelope.error().message;
        return Handled::failed;
    }
    background::passing(room_.steps, "outbox.before_handler");
    hops_on_this_thread = event.hop + 1;
    const auto answer = subscriber_.guard("outbox " + subscriber_.name, [&] {
        return tx ? subscriber_.transactional(*tx, *envelope) : subscriber_.handler(*envelope);
    });
    hops_on_this_thread = 0;
    background::passing(room_.steps, "outbox.after_handler");
    if (answer) return Handled::done;
    if (background::is_stopping(answer)) return Handled::stopping;
    reason = answer.error().code + ": " + answer.error().message;
    return Handled::failed;
}

bool Delivery::is_held_up(const StoredEvent& event, const std::set<std::string>& held_up) const {
    return !event.tenant.empty() && held_up.contains(event.tenant);
}

sdk::Result<Delivery::Turn> Delivery::deliver_plainly(const std::vector<StoredEvent>& events,
                                                      std::set<std::string> held_up) {
    Progress progress;
    auto kept_at = room_.clock.now();
    bool stopping = false;
    for (const auto& event : events) {
        if (withdrawn_) break;
        if (is_held_up(event, held_up)) {
            progress.waiting.push_back(&event);
        } else {
            std::string reason;
            const auto handled = handle(event, nullptr, reason);
            stopping = handled == Handled::stopping;
            if (stopping) break;
            if (handled == Handled::failed) {
                progress.failed.emplace_back(&event, reason);
                held_up.insert(event.tenant);
            }
        }
        progress.position = event.position;
        if (room_.clock.now() - kept_at < room_.keep_progress) continue;
        if (auto kept = keep(progress); !kept) return kept.error();
        progress = {};
        kept_at = room_.clock.now();
    }
    if (progress.position != 0)
        if (auto kept = keep(progress); !kept) return kept.error();
    return stopping || withdrawn_ ? Turn::later : Turn::more;
}

sdk::Result<bool> Delivery::keep(const Progress& progress) {
    background::passing(room_.steps, "outbox.before_progress");
    auto done = room_.database.transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (const auto& [event, reason] : progress.failed)
            if (auto added = room_.retries.add_failed(tx, context_, subscriber_.name, *event, reason); !added)
                return added;
        for (const auto* event : progress.waiting)
            if (auto added = room_.retries.add_waiting(tx, context_, subscriber_.name, *event); !added) return added;
        if (auto moved = move_cursor(tx, progress.position); !moved) return moved;
        background::passing(room_.steps, "outbox.before_commit");
        return sdk::ok();
    });
    if (!done) return done.error();
    if (!progress.failed.empty() || !progress.waiting.empty()) has_retries_ = true;
    lease_->position = progress.position;
    position_ = progress.position;
    for (const auto& [event, reason] : progress.failed) note_failure(*event, 1, reason, false);
    background::passing(room_.steps, "outbox.after_progress");
    return true;
}

sdk::Result<void> Delivery::move_cursor(sdk::Transaction& tx, std::int64_t position) {
    auto moved = room_.cursors.move(tx, context_, *lease_, position);
    if (!moved) return moved.error();
    return *moved ? sdk::ok() : not_ours_any_more();
}

sdk::Result<Delivery::Turn> Delivery::deliver_in_transactions(const std::vector<StoredEvent>& events,
                                                              std::set<std::string> held_up) {
    std::string reason;
    auto together = in_one_transaction(events, held_up, reason);
    if (!together) return together.error();
    if (*together == Handled::stopping) return Turn::later;
    if (*together == Handled::done) return Turn::more;
    for (const auto& event : events) {
        if (withdrawn_) return Turn::later;
        auto alone = deliver_alone(event, held_up);
        if (!alone) return alone.error();
        if (*alone == Handled::stopping) return Turn::later;
    }
    return Turn::more;
}

sdk::Result<Delivery::Handled> Delivery::deliver_alone(const StoredEvent& event, std::set<std::string>& held_up) {
    std::string reason;
    auto handled = in_one_transaction({event}, held_up, reason);
    if (!handled || *handled != Handled::failed) return handled;
    Progress progress;
    progress.position = event.position;
    progress.failed.emplace_back(&event, reason);
    if (auto kept = keep(progress); !kept) return kept.error();
    held_up.insert(event.tenant);
    return Handled::failed;
}

sdk::Result<Delivery::Handled> Delivery::in_one_transaction(const std::vector<StoredEvent>& events,
                                                            const std::set<std::string>& held_up, std::string& reason) {
    auto handled = Handled::done;
    auto done = room_.database.transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        handled = Handled::done;
        // First, because it also keeps everybody else off the cursor until the commit.
        if (auto moved = move_cursor(tx, events.back().position); !moved) return moved;
        for (const auto& event : events) {
            if (is_held_up(event, held_up)) {
                if (auto added = room_.retries.add_waiting(tx, context_, subscriber_.name, event); !added) return added;
                continue;
            }
            handled = withdrawn_ ? Handled::stopping : handle(event, &tx, reason);
            if (handled != Handled::done) return sdk::fail("outbox.not_handled", reason);
        }
        background::passing(room_.steps, "outbox.before_commit");
        return sdk::ok();
    });
    if (handled != Handled::done) return handled;
    if (!done) return done.error();
    lease_->position = events.back().position;
    position_ = lease_->position;
    background::passing(room_.steps, "outbox.committed");
    return Handled::done;
}

sdk::Result<bool> Delivery::retry_due() {
    auto due = room_.retries.due(context_, subscriber_.name, kRetriesInOneTurn);
    if (!due) return due.error();
    for (const auto& retry : *due) {
        if (withdrawn_) return false;
        if (auto done = retry_one(retry); !done) {
            if (background::is_stopping(done)) return false;
            return done.error();
        }
    }
    return !due->empty();
}

sdk::Result<void> Delivery::retry_one(const Retry& retry) {
    std::string reason;
    auto handled = Handled::done;
    if (subscriber_.handler) {
        handled = handle(retry.event, nullptr, reason);
        if (handled == Handled::stopping) return sdk::fail("plugin.unavailable", "The plugin is stopping.");
    }
    bool gone = false;
    auto done = sdk::ok();
    if (handled == Handled::done) {
        done = room_.database.transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            handled = Handled::done;
            gone = false;
            auto removed = room_.retries.remove(tx, context_, subscriber_.name, retry);
            if (!removed) return removed.error();
            gone = !*removed;
            if (gone || !subscriber_.transactional) return sdk::ok();
            handled = handle(retry.event, &tx, reason);
            if (handled == Handled::done) return sdk::ok();
            return handled == Handled::stopping ? sdk::fail("plugin.unavailable", "The plugin is stopping.")
                                                : sdk::fail("outbox.not_handled", reason);
        });
        if (done) background::passing(room_.steps, "outbox.retried");
    }
    if (gone) return not_ours_any_more();
    if (handled != Handled::failed) return done;
    auto parked = room_.retries.put_off(context_, subscriber_.name, retry, reason);
    if (!parked) return parked.error();
    note_failure(retry.event, retry.attempts + 1, reason, *parked);
    return sdk::ok();
}

void Delivery::note_failure(const StoredEvent& event, int attempt, const std::string& reason, bool parked) {
    const sdk::LogFields fields{{"subscriber", subscriber_.name},
                                {"event", event.type},
                                {"event_id", event.id},
                                {"attempt", std::to_string(attempt)},
                                {"reason", reason}};
    if (parked)
        room_.log.error("an event could not be delivered and is a dead letter now", fields);
    else
        room_.log.warn("an event was not handled and comes again", fields);
}

}  // namespace whatsflow::outbox
