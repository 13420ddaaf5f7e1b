/// \file
/// When jobs come into being by themselves: table core_schedules.
///
/// The row says when next. A host moves that time on by comparing it with what it read, and
/// adds the job in the same transaction, so several hosts make one job between them. Times
/// that were missed make one job together. While its job still waits or runs, none is added.
#pragma once

#include "jobs/job_records.hpp"

namespace whatsflow::jobs {

/// [thread-safe]
class JobSchedules {
public:
    JobSchedules(sdk::Database& database, const sdk::Clock& clock, JobRecords& records, background::Steps steps)
        : database_(database), clock_(clock), records_(records), steps_(std::move(steps)) {}

    /// Makes the row or takes over what changed. A new one is due after one period.
    sdk::Result<void> keep(const sdk::CallContext& context, const sdk::Schedule& schedule);
    /// Adds the jobs of those of `names` that are due. Returns how many.
    sdk::Result<int> tick(const sdk::CallContext& context, const std::vector<std::string>& names);
    /// A job now, whatever the time; the row's own time stays.
    sdk::Result<std::string> run_now(const sdk::CallContext& context, const std::string& name);

private:
    sdk::Result<bool> tick_one(const sdk::CallContext& context, const sdk::Row& row);

    sdk::Database& database_;
    const sdk::Clock& clock_;
    JobRecords& records_;
    const background::Steps steps_;
};

}  // namespace whatsflow::jobs
