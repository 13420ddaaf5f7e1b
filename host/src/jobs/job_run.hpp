/// \file
/// One try of one job, as its handler sees it.
#pragma once

#include "jobs/job_records.hpp"

#include <atomic>

namespace whatsflow::jobs {

/// On the stack of the worker that runs it.
class Run final : public sdk::JobRun {
public:
    Run(JobRecords& records, const ClaimedJob& job, const sdk::Clock& clock)
        : records_(records), job_(job), payload_(nlohmann::json::parse(job.payload, nullptr, false)) {
        context_.request_id = "job-" + job.id;
        context_.tenant = sdk::TenantId{job.tenant};
        context_.deadline = std::chrono::steady_clock::now() + (job.lease_until - clock.now());
    }

    const std::string& id() const noexcept override { return job_.id; }
    const nlohmann::json& payload() const noexcept override { return payload_; }
    int attempt() const noexcept override { return job_.attempt; }
    const sdk::CallContext& context() const noexcept override { return context_; }

    sdk::Result<void> complete_in(sdk::Transaction& tx) override {
        auto done = records_.complete(tx, context_, job_);
        if (!done) return done.error();
        if (!*done)
            return sdk::fail("jobs.lease_lost", "Another worker took over job " + job_.id + "; nothing was changed.");
        tx.after_commit([this] { completed_ = true; });
        return sdk::ok();
    }
    /// The handler's own transaction ended the job.
    bool completed() const noexcept { return completed_; }

private:
    JobRecords& records_;
    const ClaimedJob& job_;
    const nlohmann::json payload_;
    sdk::CallContext context_;
    std::atomic<bool> completed_{false};
};

}  // namespace whatsflow::jobs
