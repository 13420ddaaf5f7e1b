/// \file
/// Decides when which subscriber has its turn, and lends the threads for it.
///
/// One thread numbers what was committed and looks who is behind: at once after a commit in
/// this process, every half second for what other hosts recorded. A few threads take turns.
#pragma once

#include "background/bell.hpp"
#include "background/crew.hpp"
#include "outbox/delivery.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace whatsflow::outbox {

struct DispatcherOptions {
    unsigned threads = 3;
    sdk::Milliseconds poll{500};
    sdk::Milliseconds stop_timeout{10'000};     ///< for handlers under way at the end
    sdk::Milliseconds withdraw_timeout{1'000};  ///< for those of a plugin whose gate is closed
    sdk::Milliseconds purge_every{600'000};
    sdk::Milliseconds keep_delivered{7LL * 24 * 3'600'000};
    sdk::Milliseconds forget_subscriber{30LL * 24 * 3'600'000};  ///< not seen for so long: nothing is kept for it
};

/// [thread-safe]
class Dispatcher {
public:
    /// The room outlives it.
    Dispatcher(DeliveryRoom room, DispatcherOptions options);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    void start();
    /// False when a handler did not come back in time; its thread is left alone.
    bool stop();

    /// Error `outbox.duplicate` when this process serves that subscriber already.
    sdk::Result<void> add(Subscriber subscriber);
    /// Withdraws the plugin's subscribers and waits until none of them runs.
    void remove(const std::string& plugin);
    /// Something was committed.
    void wake();

    /// Everything that can be delivered now, on the calling thread; for when it is not started.
    /// Returns how many turns were taken.
    int deliver_due();

private:
    struct Seat;
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::outbox
