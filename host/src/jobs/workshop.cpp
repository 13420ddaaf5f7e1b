#include "jobs/workshop.hpp"

#include "jobs/job_run.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

namespace whatsflow::jobs {

using std::chrono::steady_clock;

/// One kind in this process.
struct Workshop::Bench {
    Kind kind;
    int running = 0;
    int waiting = 0;  ///< claimed, not begun
    bool ended = false;
    sdk::Milliseconds usual{-1};  ///< how long its runs take; -1: not known
};

struct Workshop::State {
    struct Task {
        std::shared_ptr<Bench> bench;
        ClaimedJob job;
    };

    State(WorkshopRoom the_room, WorkshopOptions the_options)
        : room(std::move(the_room)),
          options(the_options),
          context(sdk::across_tenants({.request_id = "jobs", .tenant = {}}, "jobs.run")) {}

    const WorkshopRoom room;
    const WorkshopOptions options;
    const sdk::CallContext context;
    background::Bell bell;
    background::Crew desk_crew;
    background::Crew crew;
    bool started = false;  // control thread only

    std::mutex mutex;
    std::condition_variable tasks_changed;
    std::condition_variable bench_idle;
    std::map<std::string, std::shared_ptr<Bench>> benches;  // by kind
    std::multimap<std::string, std::string> schedules;      // plugin → name
    std::deque<Task> tasks;
    std::vector<Ending> endings;
    unsigned busy = 0;
    bool stopping = false;

    sdk::Instant purged_at{};  // of the desk

    void sit_at_the_desk();
    void look_after_the_clock();
    int exchange();
    std::vector<Wish> wishes(const std::vector<Head>& heads);
    int room_for(const Bench& bench) const;
    void hand_out(std::vector<ClaimedJob> claimed);
    std::optional<Task> next_task();
    void work();
    void perform(Task task);
    Ending run(Task& task);
};

/// How many more of this kind may be taken. [with the mutex]
int Workshop::State::room_for(const Bench& bench) const {
    const int at_once = std::max(1, bench.kind.options.at_once);
    int most = at_once - bench.running;
    if (bench.usual.count() >= 0) {
        const auto quick = options.ahead.count() / std::max<std::int64_t>(1, bench.usual.count());
        most = std::max(most, static_cast<int>(std::min<std::int64_t>(quick, options.most_ahead)));
    }
    return most - bench.waiting;
}

/// What to take, most urgent kind first.
std::vector<Wish> Workshop::State::wishes(const std::vector<Head>& heads) {
    auto ordered = heads;
    std::ranges::sort(ordered, [](const Head& a, const Head& b) {
        return std::tie(a.precedence, a.due_at) < std::tie(b.precedence, b.due_at);
    });
    std::lock_guard lock(mutex);
    int idle = static_cast<int>(options.workers) - static_cast<int>(busy) - static_cast<int>(tasks.size());
    std::vector<Wish> wishes;
    for (const auto& head : ordered) {
        const auto found = benches.find(head.kind);
        if (found == benches.end() || stopping) continue;
        const auto& bench = *found->second;
        const int slots = std::max(1, bench.kind.options.at_once) - bench.running - bench.waiting;
        const int now = std::clamp(std::min(slots, idle), 0, options.most_ahead);
        if (now > 0) wishes.push_back({head.kind, now, false, bench.kind.options.lease});
        idle -= now;
        const int more = room_for(bench) - now;
        if (more > 0 && bench.usual.count() >= 0) wishes.push_back({head.kind, more, true, bench.kind.options.lease});
    }
    return wishes;
}

/// Writes down what ended and takes what can begin. Returns how many jobs were taken.
int Workshop::State::exchange() {
    std::vector<Ending> ended;
    std::vector<std::string> kinds;
    {
        std::lock_guard lock(mutex);
        ended.swap(endings);
        if (!stopping)
            for (const auto& [name, bench] : benches) kinds.push_back(name);
    }
    const auto give_up = [&] {
        std::lock_guard lock(mutex);
        endings.insert(endings.begin(), ended.begin(), ended.end());
        return 0;
    };
    auto heads = room.records.heads(context, kinds);
    if (!heads) return give_up();
    const auto wanted = wishes(*heads);
    if (ended.empty() && wanted.empty()) return 0;
    auto claimed = room.records.settle_and_claim(context, ended, wanted);
    if (!claimed) return give_up();
    const int count = static_cast<int>(claimed->size());
    hand_out(std::move(*claimed));
    return count;
}

void Workshop::State::hand_out(std::vector<ClaimedJob> claimed) {
    std::lock_guard lock(mutex);
    for (auto& job : claimed) {
        const auto found = benches.find(job.kind);
        if (found == benches.end() || stopping) {
            endings.push_back({std::move(job), Ending::How::not_begun});
            continue;
        }
        ++found->second->waiting;
        tasks.push_back({found->second, std::move(job)});
    }
    tasks_changed.notify_all();
}

/// [with the mutex]
std::optional<Workshop::State::Task> Workshop::State::next_task() {
    for (auto task = tasks.begin(); task != tasks.end(); ++task) {
        if (task->bench->running >= std::max(1, task->bench->kind.options.at_once)) continue;
        auto taken = std::move(*task);
        tasks.erase(task);
        --taken.bench->waiting;
        ++taken.bench->running;
        ++busy;
        return taken;
    }
    return std::nullopt;
}

void Workshop::State::work() {
    std::unique_lock lock(mutex);
    for (;;) {
        std::optional<Task> task;
        tasks_changed.wait(lock, [&] { return stopping || (task = next_task()).has_value(); });
        if (!task) return;
        lock.unlock();
        perform(std::move(*task));
        lock.lock();
    }
}

void Workshop::State::perform(Task task) {
    const auto began = steady_clock::now();
    auto ending = run(task);
    const auto took = std::chrono::duration_cast<sdk::Milliseconds>(steady_clock::now() - began);
    const bool succeeded = ending.how == Ending::How::done || ending.how == Ending::How::by_handler;
    if (room.ran && ending.how != Ending::How::not_begun) room.ran(task.job.kind, took, succeeded);
    {
        std::lock_guard lock(mutex);
        auto& bench = *task.bench;
        bench.usual = bench.usual.count() < 0 ? took : (bench.usual * 3 + took) / 4;
        --bench.running;
        --busy;
        if (ending.how != Ending::How::by_handler) endings.push_back(std::move(ending));
        bench_idle.notify_all();
        tasks_changed.notify_one();
    }
    bell.ring();
}

Ending Workshop::State::run(Task& task) {
    auto& job = task.job;
    const auto lease = task.bench->kind.options.lease;
    // It waited here for long: a run needs the whole of its lease.
    if (job.lease_until - room.clock.now() < lease / 2) {
        auto mine = room.records.prolong(context, job, lease);
        if (!mine) return {job, Ending::How::not_begun};
        if (!*mine) return {job, Ending::How::by_handler};
    }
    background::passing(room.steps, "jobs.before_handler");
    Run run(room.records, job, room.clock);
    auto answer = sdk::ok();
    if (run.payload().is_discarded())
        answer = sdk::fail("jobs.unreadable", "The stored payload is not JSON.");
    else
        answer = task.bench->kind.guard("job " + job.kind, [&] { return task.bench->kind.handler(run); });
    background::passing(room.steps, "jobs.after_handler");
    if (run.completed()) return {job, Ending::How::by_handler};
    if (answer) return {job, Ending::How::done};
    if (background::is_stopping(answer)) return {job, Ending::How::not_begun};
    const auto reason = answer.error().code + ": " + answer.error().message;
    const sdk::LogFields fields{
        {"kind", job.kind}, {"job", job.id}, {"attempt", std::to_string(job.attempt)}, {"reason", reason}};
    if (job.attempt >= job.most_attempts)
        room.log.error("a job failed for good", fields);
    else
        room.log.warn("a job failed and is tried again", fields);
    return {job, Ending::How::failed, reason};
}

void Workshop::State::look_after_the_clock() {
    std::vector<std::string> names;
    {
        std::lock_guard lock(mutex);
        for (const auto& [plugin, name] : schedules) names.push_back(name);
    }
    (void)room.schedules.tick(context, names);
    (void)room.records.take_back(context);
    for (;;) {
        const auto promoted = room.records.promote(context);
        if (!promoted || *promoted == 0) break;
    }
    const auto now = room.clock.now();
    if (now - purged_at < options.purge_every) return;
    purged_at = now;
    for (;;) {
        const auto purged = room.records.purge(context);
        if (!purged || *purged == 0) break;
    }
}

void Workshop::State::sit_at_the_desk() {
    auto next_poll = steady_clock::now();
    for (;;) {
        const auto woken = bell.wait_until(next_poll);
        if (woken == background::Bell::Woken::to_stop) return;
        if (steady_clock::now() >= next_poll) {
            look_after_the_clock();
            next_poll = steady_clock::now() + options.poll;
        }
        (void)exchange();
    }
}

Workshop::Workshop(WorkshopRoom room, WorkshopOptions options)
    : state_(std::make_shared<State>(std::move(room), options)) {}

Workshop::~Workshop() {
    stop();
}

void Workshop::start() {
    if (std::exchange(state_->started, true)) return;
    state_->desk_crew.start(1, [state = state_] { state->sit_at_the_desk(); });
    state_->crew.start(std::max(1U, state_->options.workers), [state = state_] { state->work(); });
}

bool Workshop::stop() {
    {
        std::lock_guard lock(state_->mutex);
        if (std::exchange(state_->stopping, true)) return true;
        for (auto& task : state_->tasks) state_->endings.push_back({std::move(task.job), Ending::How::not_begun});
        state_->tasks.clear();
    }
    state_->tasks_changed.notify_all();
    bool all_back = true;
    if (state_->started) {
        all_back = state_->crew.join(state_->options.stop_timeout);
        state_->bell.stop();
        all_back = state_->desk_crew.join(state_->options.stop_timeout) && all_back;
    }
    state_->exchange();
    return all_back;
}

sdk::Result<void> Workshop::add(Kind kind) {
    {
        std::lock_guard lock(state_->mutex);
        const auto name = kind.name;
        if (state_->benches.contains(name))
            return sdk::fail("jobs.duplicate", "Jobs of kind " + name + " have a handler already.");
        auto bench = std::make_shared<Bench>();
        bench->kind = std::move(kind);
        state_->benches.emplace(name, std::move(bench));
    }
    wake();
    return sdk::ok();
}

void Workshop::add_schedule(const std::string& plugin, const std::string& name) {
    std::lock_guard lock(state_->mutex);
    state_->schedules.emplace(plugin, name);
}

void Workshop::remove(const std::string& plugin) {
    std::vector<std::shared_ptr<Bench>> gone;
    std::unique_lock lock(state_->mutex);
    state_->schedules.erase(plugin);
    std::erase_if(state_->benches, [&](const auto& entry) {
        if (entry.second->kind.plugin != plugin) return false;
        gone.push_back(entry.second);
        return true;
    });
    std::erase_if(state_->tasks, [&](State::Task& task) {
        if (task.bench->kind.plugin != plugin) return false;
        --task.bench->waiting;
        state_->endings.push_back({std::move(task.job), Ending::How::not_begun});
        return true;
    });
    state_->bench_idle.wait_for(lock, state_->options.withdraw_timeout, [&] {
        return std::ranges::none_of(gone, [](const auto& bench) { return bench->running > 0; });
    });
    lock.unlock();
    wake();
}

void Workshop::wake() {
    state_->bell.ring();
}

int Workshop::work_off() {
    int runs = 0;
    state_->look_after_the_clock();
    for (;;) {
        const int taken = state_->exchange();
        for (;;) {
            std::optional<State::Task> task;
            {
                std::lock_guard lock(state_->mutex);
                task = state_->next_task();
            }
            if (!task) break;
            state_->perform(std::move(*task));
            ++runs;
        }
        if (taken == 0) return runs;
    }
}

}  // namespace whatsflow::jobs
