/// \file
/// The jobs as rows: table core_jobs.
///
///     enqueue → later → ready → running → done
///                 ▲       ▲         │ └──→ failed ── retried by staff ──→ ready
///                 └───────┴─────────┘ failed attempt, or its lease ended
///
/// A running job carries the token of its lease. Whoever ends it names the token in the same
/// statement, so of two workers that believe they have a job only one can end it.
#pragma once

#include "background/back_off.hpp"
#include "background/steps.hpp"

#include <whatsflow/sdk/jobs.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace whatsflow::jobs {

struct ClaimedJob {
    std::string id;
    std::string kind;
    std::string lease;
    sdk::Instant lease_until{};
    std::string tenant;
    std::string payload;
    int attempt = 0;
    int most_attempts = 0;
};

/// How a run ended.
struct Ending {
    enum class How {
        done,
        failed,      ///< an attempt is used up
        not_begun,   ///< given back as it was
        by_handler,  ///< complete_in() did it: nothing to write
    };
    ClaimedJob job;
    How how = How::done;
    std::string reason{};
};

/// A kind and how many of it could be begun now.
struct Wish {
    std::string kind;
    int most = 0;
    bool ahead = false;  ///< more than can run at once: only jobs that have attempts to spare
    sdk::Milliseconds lease{60'000};
};

struct Head {
    std::string kind;
    std::int64_t precedence = 0;
    std::int64_t due_at = 0;
};

struct RecordOptions {
    background::BackOff pause{.first = sdk::Milliseconds{5'000}};
    sdk::Milliseconds keep_done{14LL * 24 * 3'600'000};
    sdk::Milliseconds keep_failed{90LL * 24 * 3'600'000};
    background::Steps steps{};
};

/// [thread-safe]
class JobRecords {
public:
    static constexpr std::size_t kLongestPayload = 16 * 1024;

    JobRecords(sdk::Database& database, const sdk::Clock& clock, RecordOptions options)
        : database_(database), clock_(clock), options_(std::move(options)) {}

    /// The id of the new job, or of the one that has its unique key.
    sdk::Result<std::string> add(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                 const sdk::JobRequest& request);

    /// The first ready job of each of `kinds`, if it has one.
    sdk::Result<std::vector<Head>> heads(const sdk::CallContext& context, const std::vector<std::string>& kinds);
    /// In one transaction: ends what has ended, begins what is wished for.
    sdk::Result<std::vector<ClaimedJob>> settle_and_claim(const sdk::CallContext& context,
                                                          const std::vector<Ending>& endings,
                                                          const std::vector<Wish>& wishes);
    /// False when another worker took over.
    sdk::Result<bool> prolong(const sdk::CallContext& context, ClaimedJob& job, sdk::Milliseconds lease);
    /// False when the lease was lost.
    sdk::Result<bool> complete(sdk::SqlExecutor& where, const sdk::CallContext& context, const ClaimedJob& job);

    /// What is due becomes ready. Returns how many.
    sdk::Result<std::int64_t> promote(const sdk::CallContext& context);
    /// Jobs whose worker did not come back in time: ready again, or failed after the last attempt.
    sdk::Result<std::int64_t> take_back(const sdk::CallContext& context);
    sdk::Result<std::int64_t> purge(const sdk::CallContext& context);

private:
    sdk::Result<void> settle(sdk::Transaction& tx, const sdk::CallContext& context, const std::vector<Ending>& endings);
    sdk::Result<void> settle_done(sdk::Transaction& tx, const sdk::CallContext& context,
                                  const std::vector<Ending>& endings);
    sdk::Result<void> settle_failed(sdk::SqlExecutor& where, const sdk::CallContext& context, const ClaimedJob& job,
                                    const std::string& reason);
    sdk::Result<void> claim(sdk::Transaction& tx, const sdk::CallContext& context, const Wish& wish,
                            std::vector<ClaimedJob>& claimed);

    sdk::Database& database_;
    const sdk::Clock& clock_;
    const RecordOptions options_;
};

}  // namespace whatsflow::jobs
