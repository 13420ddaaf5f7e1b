#include "outbox/dispatcher.hpp"

#include <algorithm>
#include <vector>

namespace whatsflow::outbox {

using std::chrono::steady_clock;

/// A subscriber between its turns.
struct Dispatcher::Seat {
    Seat(const DeliveryRoom& room, Subscriber subscriber) : delivery(room, std::move(subscriber)) {}

    Delivery delivery;
    bool queued = false;
    bool running = false;
    bool again = false;  ///< something came while it ran
    bool ended = false;
    steady_clock::time_point not_before{};
};

struct Dispatcher::State {
    State(DeliveryRoom the_room, DispatcherOptions the_options)
        : room(std::move(the_room)),
          options(the_options),
          context(sdk::across_tenants({.request_id = "outbox", .tenant = {}}, "outbox.deliver")) {}

    const DeliveryRoom room;
    const DispatcherOptions options;
    const sdk::CallContext context;
    background::Bell bell;
    background::Crew crew;
    bool started = false;  // control thread only

    std::mutex mutex;
    std::condition_variable ready_changed;
    std::condition_variable seat_idle;
    std::vector<std::shared_ptr<Seat>> seats;
    std::deque<std::shared_ptr<Seat>> ready;
    bool stopping = false;

    // Of the one that looks around.
    std::int64_t looked_up_to = 0;
    std::map<std::string, std::int64_t> newest;
    sdk::Instant purged_at{};

    void look_around(bool thoroughly);
    void look_in_turns();
    void purge();
    void call(const std::shared_ptr<Seat>& seat);
    void take_turns();
    Delivery::Turn turn_of(Seat& seat);
};

/// [with the mutex]
void Dispatcher::State::call(const std::shared_ptr<Seat>& seat) {
    if (seat->ended || seat->queued) return;
    if (seat->running) {
        seat->again = true;
        return;
    }
    if (seat->not_before > steady_clock::now()) return;
    seat->queued = true;
    ready.push_back(seat);
    ready_changed.notify_one();
}

void Dispatcher::State::look_around(bool thoroughly) {
    for (;;) {
        auto given = room.events.give_positions(context);
        if (!given || *given == 0) break;
    }
    if (auto fresh = room.events.newest_after(context, looked_up_to)) {
        for (const auto& [type, position] : *fresh) {
            newest[type] = position;
            looked_up_to = std::max(looked_up_to, position);
        }
    }
    std::set<std::string> due;
    if (thoroughly)
        if (auto subscribers = room.retries.subscribers_due(context)) due = std::move(*subscribers);
    std::lock_guard lock(mutex);
    for (const auto& seat : seats) {
        const auto& subscriber = seat->delivery.subscriber();
        const auto last = newest.find(subscriber.type);
        const bool behind = last != newest.end() && last->second > seat->delivery.position();
        const bool is_due = due.contains(subscriber.name);
        if (is_due) seat->delivery.look_for_retries();
        if (behind || is_due) call(seat);
    }
}

void Dispatcher::State::look_in_turns() {
    auto next_poll = steady_clock::now();
    for (;;) {
        const auto woken = bell.wait_until(next_poll);
        if (woken == background::Bell::Woken::to_stop) return;
        const bool thoroughly = steady_clock::now() >= next_poll;
        look_around(thoroughly);
        if (!thoroughly) continue;
        purge();
        next_poll = steady_clock::now() + options.poll;
    }
}

void Dispatcher::State::purge() {
    const auto now = room.clock.now();
    if (now - purged_at < options.purge_every) return;
    purged_at = now;
    for (;;) {
        auto purged = room.events.purge(context, now - options.keep_delivered, now - options.forget_subscriber);
        if (!purged || *purged == 0) return;
    }
}

Delivery::Turn Dispatcher::State::turn_of(Seat& seat) {
    try {
        return seat.delivery.take_turn();
    } catch (const std::exception& exception) {
        room.log.error("a delivery failed",
                       {{"subscriber", seat.delivery.subscriber().name}, {"what", exception.what()}});
    }
    return Delivery::Turn::later;
}

void Dispatcher::State::take_turns() {
    std::unique_lock lock(mutex);
    for (;;) {
        ready_changed.wait(lock, [&] { return stopping || !ready.empty(); });
        if (stopping) return;
        const auto seat = ready.front();
        ready.pop_front();
        seat->queued = false;
        if (seat->ended) continue;
        seat->running = true;
        seat->again = false;
        lock.unlock();
        const auto turn = turn_of(*seat);
        lock.lock();
        seat->running = false;
        if (turn == Delivery::Turn::later) seat->not_before = steady_clock::now() + options.poll * 2;
        if (turn == Delivery::Turn::more || seat->again) call(seat);
        seat_idle.notify_all();
    }
}

Dispatcher::Dispatcher(DeliveryRoom room, DispatcherOptions options)
    : state_(std::make_shared<State>(std::move(room), options)) {}

Dispatcher::~Dispatcher() {
    stop();
}

void Dispatcher::start() {
    if (std::exchange(state_->started, true)) return;
    state_->crew.start(1, [state = state_] { state->look_in_turns(); });
    state_->crew.start(state_->options.threads, [state = state_] { state->take_turns(); });
}

bool Dispatcher::stop() {
    state_->bell.stop();
    std::vector<std::shared_ptr<Seat>> seats;
    {
        std::lock_guard lock(state_->mutex);
        if (std::exchange(state_->stopping, true)) return true;
        seats = state_->seats;
        state_->ready.clear();
    }
    for (const auto& seat : seats) seat->delivery.withdraw();
    state_->ready_changed.notify_all();
    const bool all_back = !state_->started || state_->crew.join(state_->options.stop_timeout);
    if (all_back)
        for (const auto& seat : seats) seat->delivery.hand_back();
    return all_back;
}

sdk::Result<void> Dispatcher::add(Subscriber subscriber) {
    {
        std::lock_guard lock(state_->mutex);
        for (const auto& seat : state_->seats)
            if (seat->delivery.subscriber().name == subscriber.name)
                return sdk::fail("outbox.duplicate",
                                 "Subscriber " + subscriber.name + " is there already; a cursor has one name.");
        state_->seats.push_back(std::make_shared<Seat>(state_->room, std::move(subscriber)));
    }
    wake();
    return sdk::ok();
}

void Dispatcher::remove(const std::string& plugin) {
    std::vector<std::shared_ptr<Seat>> gone;
    std::unique_lock lock(state_->mutex);
    std::erase_if(state_->seats, [&](const auto& seat) {
        if (seat->delivery.subscriber().plugin != plugin) return false;
        seat->ended = true;
        seat->delivery.withdraw();
        gone.push_back(seat);
        return true;
    });
    const auto nobody_runs = [&] { return std::ranges::none_of(gone, [](const auto& seat) { return seat->running; }); };
    const bool idle = state_->seat_idle.wait_for(lock, state_->options.withdraw_timeout, nobody_runs);
    lock.unlock();
    if (!idle) return;
    for (const auto& seat : gone) seat->delivery.hand_back();
}

void Dispatcher::wake() {
    state_->bell.ring();
}

int Dispatcher::deliver_due() {
    state_->look_around(true);
    std::vector<std::shared_ptr<Seat>> seats;
    {
        std::lock_guard lock(state_->mutex);
        seats = state_->seats;
        for (const auto& seat : seats) seat->queued = false;
        state_->ready.clear();
    }
    int turns = 0;
    for (const auto& seat : seats)
        for (auto turn = Delivery::Turn::more; turn == Delivery::Turn::more; ++turns) turn = state_->turn_of(*seat);
    return turns;
}

}  // namespace whatsflow::outbox
