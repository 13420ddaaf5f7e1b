/// \file
/// Brings one subscriber its events: a turn at a time, on one thread at a time.
///
///     lease → what is due again → new events, in order → cursor moved
///
/// A plain handler's progress is kept every so often, so after a crash it sees a few events
/// again. A transactional handler's writes commit together with the cursor, several events in
/// one transaction; when one of them fails, they go one by one, and it alone is put off.
#pragma once

#include "background/guard.hpp"
#include "outbox/cursors.hpp"
#include "outbox/event_log.hpp"
#include "outbox/retries.hpp"

#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/outbox.hpp>

#include <atomic>

namespace whatsflow::outbox {

struct Subscriber {
    std::string plugin;
    std::string name;
    std::string type;
    sdk::Outbox::Handler handler{};  ///< one of the two
    sdk::Outbox::TransactionalHandler transactional{};
    background::Guard guard{};
};

/// What deliveries share. All of it outlives them.
struct DeliveryRoom {
    sdk::Database& database;
    const sdk::Clock& clock;
    sdk::Logger& log;
    EventLog& events;
    Cursors& cursors;
    Retries& retries;
    background::Steps steps{};
    int batch = 200;                       ///< plain events in one turn
    int batch_in_transaction = 50;         ///< events in one transaction
    sdk::Milliseconds keep_progress{250};  ///< longest work that is repeated after a crash
};

class Delivery {
public:
    enum class Turn {
        idle,   ///< there is nothing more at the moment
        more,   ///< there may be
        later,  ///< another host serves it, or the database does not answer
    };

    Delivery(DeliveryRoom room, Subscriber subscriber);

    const Subscriber& subscriber() const noexcept { return subscriber_; }
    /// [one thread at a time]
    Turn take_turn();
    /// [one thread at a time] For the end: another host may go on at once.
    void hand_back();
    /// [any thread] A turn under way ends after the event it is at.
    void withdraw() noexcept { withdrawn_ = true; }
    /// [any thread] Something of this subscriber may be due again: replayed by staff, or its pause is over.
    void look_for_retries() noexcept { has_retries_ = true; }
    /// [any thread] Where its cursor was when last looked at.
    std::int64_t position() const noexcept { return position_; }

private:
    enum class Handled { done, failed, stopping };
    struct Progress;

    sdk::Result<bool> have_lease();
    sdk::Result<Turn> work();
    sdk::Result<bool> retry_due();
    sdk::Result<void> retry_one(const Retry& retry);
    sdk::Result<Turn> deliver_plainly(const std::vector<StoredEvent>& events, std::set<std::string> held_up);
    sdk::Result<Turn> deliver_in_transactions(const std::vector<StoredEvent>& events, std::set<std::string> held_up);
    /// Whether all took effect, and the cursor with them; nothing did unless the answer is done.
    sdk::Result<Handled> in_one_transaction(const std::vector<StoredEvent>& events,
                                            const std::set<std::string>& held_up, std::string& reason);
    sdk::Result<Handled> deliver_alone(const StoredEvent& event, std::set<std::string>& held_up);
    sdk::Result<bool> keep(const Progress& progress);
    sdk::Result<void> move_cursor(sdk::Transaction& tx, std::int64_t position);

    Handled handle(const StoredEvent& event, sdk::Transaction* tx, std::string& reason);
    void lost_lease();
    void note_failure(const StoredEvent& event, int attempt, const std::string& reason, bool parked);
    bool is_held_up(const StoredEvent& event, const std::set<std::string>& held_up) const;

    const DeliveryRoom room_;
    const Subscriber subscriber_;
    const sdk::CallContext context_;
    std::optional<Lease> lease_;
    std::atomic<bool> withdrawn_{false};
    std::atomic<std::int64_t> position_{0};
    std::atomic<bool> has_retries_{true};  ///< false: it has none, so the database is not asked
};

/// How many events led to what this thread records now; 0 outside of a delivery.
unsigned hops_here() noexcept;

}  // namespace whatsflow::outbox
