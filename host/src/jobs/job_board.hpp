/// \file
/// Jobs and schedules as the staff see and change them.
#pragma once

#include "jobs/jobs.hpp"

#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::jobs {

/// [thread-safe] Errors: `jobs.no_job`, `jobs.no_schedule`, `jobs.wrong_state` with a sentence.
class JobBoard final : public sdk::JobBoard {
public:
    /// All of it outlives the board.
    JobBoard(Jobs& jobs, sdk::Database& database, const sdk::Clock& clock)
        : jobs_(jobs), database_(database), clock_(clock) {}

    sdk::Result<sdk::ListPage> jobs(const sdk::CallContext& context, const std::string& state, const std::string& kind,
                                    const sdk::ListWindow& window) override;
    sdk::Result<nlohmann::json> counts(const sdk::CallContext& context) override;
    sdk::Result<void> retry(const sdk::CallContext& context, const std::string& id) override;
    sdk::Result<void> cancel(const sdk::CallContext& context, const std::string& id) override;
    sdk::Result<nlohmann::json> schedules(const sdk::CallContext& context) override;
    sdk::Result<void> pause_schedule(const sdk::CallContext& context, const std::string& name, bool paused) override;
    sdk::Result<void> run_schedule_now(const sdk::CallContext& context, const std::string& name) override;

private:
    /// What to answer when a change hit no row.
    sdk::Error refusal(const sdk::CallContext& context, const std::string& id, const std::string& needed);

    Jobs& jobs_;
    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::jobs
