/// \file
/// Where jobs are done: one desk, some workers.
///
/// The desk thread is the only one that speaks to the database about jobs: in one transaction
/// it writes down what has ended and takes what can begin. So when a commit takes long, more
/// ends and begins with the next one. Kinds whose runs are short are taken a little ahead.
#pragma once

#include "background/bell.hpp"
#include "background/crew.hpp"
#include "background/guard.hpp"
#include "jobs/job_records.hpp"
#include "jobs/job_schedules.hpp"

#include <whatsflow/sdk/logger.hpp>

#include <memory>

namespace whatsflow::jobs {

struct Kind {
    std::string plugin;
    std::string name;
    sdk::JobHandler handler;
    sdk::JobOptions options{};
    background::Guard guard{};
};

struct WorkshopRoom {
    sdk::Database& database;
    const sdk::Clock& clock;
    sdk::Logger& log;
    JobRecords& records;
    JobSchedules& schedules;
    background::Steps steps{};
    /// For metrics, on a worker: how long a run took and whether it succeeded.
    std::function<void(const std::string& kind, sdk::Milliseconds took, bool succeeded)> ran{};
};

struct WorkshopOptions {
    unsigned workers = 4;
    sdk::Milliseconds poll{500};
    sdk::Milliseconds ahead{100};  ///< work a kind may have taken ahead
    int most_ahead = 64;
    sdk::Milliseconds stop_timeout{10'000};
    sdk::Milliseconds withdraw_timeout{1'000};
    sdk::Milliseconds purge_every{600'000};
};

/// [thread-safe]
class Workshop {
public:
    /// The room outlives it.
    Workshop(WorkshopRoom room, WorkshopOptions options);
    ~Workshop();
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    void start();
    /// False when a job did not come back in time; its thread is left alone.
    bool stop();

    /// Error `jobs.duplicate` when the kind has a handler already.
    sdk::Result<void> add(Kind kind);
    /// This process makes the jobs of that schedule.
    void add_schedule(const std::string& plugin, const std::string& name);
    /// Withdraws the plugin's kinds and schedules; gives back what has not begun and waits for
    /// what has.
    void remove(const std::string& plugin);
    void wake();

    /// Everything that is due now, on the calling thread; for when it is not started. Returns
    /// how many runs there were.
    int work_off();

private:
    struct Bench;
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::jobs
