/// \file
/// Work that can wait, for the whole host: who asks for it, who does it, when it is due.
///
///     jobs::Jobs jobs(database, clock, log, {.workers = 4});
///     auto for_crm = jobs.for_plugin("crm", guard);   // what the plugin sees
///     jobs.start();                                             // jobs are run from now on
#pragma once

#include "jobs/workshop.hpp"

namespace whatsflow::jobs {

struct Options {
    WorkshopOptions workshop{};
    RecordOptions records{};
    background::Steps steps{};  ///< for tests of crashes
    std::function<void(const std::string& kind, sdk::Milliseconds took, bool succeeded)> ran{};
};

/// [thread-safe]
class Jobs {
public:
    /// All of it outlives the jobs, and the plugins' facades with it.
    Jobs(sdk::Database& database, const sdk::Clock& clock, sdk::Logger& log, Options options = {});
    ~Jobs();
    Jobs(const Jobs&) = delete;
    Jobs& operator=(const Jobs&) = delete;

    std::shared_ptr<sdk::Jobs> for_plugin(const std::string& plugin, background::Guard guard);
    /// Withdraws what the plugin handles; waits until none of it runs.
    void withdraw(const std::string& plugin) { workshop_.remove(plugin); }

    void start() { workshop_.start(); }
    bool stop() { return workshop_.stop(); }
    /// Something is due that this process did not enqueue itself.
    void wake() { workshop_.wake(); }
    /// For tests, on the calling thread: see Workshop.
    int work_off() { return workshop_.work_off(); }

    sdk::Result<std::string> run_schedule_now(const sdk::CallContext& context, const std::string& name);

private:
    class ForPlugin;

    JobRecords records_;
    JobSchedules schedules_;
    Workshop workshop_;
};

}  // namespace whatsflow::jobs
