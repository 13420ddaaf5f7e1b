/// \file
/// Work that can wait: kept in the database, claimed with a lease, retried with back-off,
/// visible to staff.
///
///     host.jobs().handle("accounts.erase_tenant", [this](JobRun& run) { return erase(run); });
///     host.jobs().schedule({.name = "accounts.retention", .kind = "accounts.purge", .every = 24h});
///     host.jobs().enqueue(tx, context, {.kind = "accounts.erase_tenant", .payload = {{"tenant", id}}});
///
/// A job runs at least once; between two runs lies its lease. A handler whose effect is in
/// the database calls run.complete_in(tx) in its own transaction: then the effect and the end
/// of the job commit together, and it takes effect exactly once.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::sdk {

struct JobRequest {
    std::string kind;  ///< `<plugin>.<verb_and_noun>`: who handles it
    nlohmann::json payload = nlohmann::json::object();  ///< at most 16 KiB as text
    std::optional<Instant> run_at{};  ///< not before; now when not set
    /// Not added again while a job of this kind and key waits or runs.
    std::string unique_key{};
    TenantId tenant{};  ///< on whose behalf; the handler's context carries it
    int most_attempts = 10;
    int priority = 0;  ///< higher goes first
};

/// One try of one job, as its handler sees it.
class JobRun {
public:
    virtual const std::string& id() const noexcept = 0;
    virtual const nlohmann::json& payload() const noexcept = 0;
    virtual int attempt() const noexcept = 0;  ///< 1 = first
    /// Its deadline is the end of the lease; its tenant the job's.
    virtual const CallContext& context() const noexcept = 0;
    /// Marks the job as done when `tx` commits. Error `jobs.lease_lost`: another worker took
    /// over meanwhile; return it, so that the transaction rolls back.
    virtual Result<void> complete_in(Transaction& tx) = 0;

protected:
    virtual ~JobRun();
};

/// [job-thread] Ok: done. Error: tried again after a growing pause, failed for good after the
/// last attempt.
using JobHandler = std::function<Result<void>(JobRun&)>;

struct JobOptions {
    Milliseconds lease{60'000};  ///< longest run; then another worker may take the job
    int at_once = 4;             ///< runs of this kind at the same time in this process
};

/// When a job comes into being by itself. Schedules are rows that staff can see and pause;
/// several hosts make one job between them.
struct Schedule {
    std::string name;  ///< unique: `accounts.retention`
    std::string kind;
    Milliseconds every{};
    nlohmann::json payload = nlohmann::json::object();
};

/// [thread-safe]
class Jobs {
public:
    /// [pool- or job-thread] The id of the job, also when its unique key was there already.
    /// `where` is the database or the caller's transaction: the job exists if it commits.
    virtual Result<std::string> enqueue(SqlExecutor& where, const CallContext& context, const JobRequest& request) = 0;
    /// [in start() only] Withdrawn by the host when the plugin stops; its jobs wait.
    virtual Result<void> handle(std::string_view kind, JobHandler handler, JobOptions options = {}) = 0;
    virtual Result<void> schedule(const Schedule& schedule) = 0;

protected:
    virtual ~Jobs();
};

}  // namespace whatsflow::sdk
