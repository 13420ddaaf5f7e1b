/// \file
/// What a host keeps for a plugin, in memory: outbox, jobs, audit log, vault, files.
///
///     host.call(Method::post, "/team/invite", {…});
///     EXPECT_EQ(host.facilities().outbox.of<UserInvited>().size(), 1u);
///     EXPECT_EQ(host.facilities().audit.entries().front().action, "team.invited");
///     host.facilities().jobs.run_all();
///
/// Nothing runs by itself. Transactions are taken as they come: what a rolled-back body
/// appended stays recorded here, so test roll-backs on a real database.
#pragma once

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/file_storage.hpp>
#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/outbox.hpp>
#include <whatsflow/sdk/vault.hpp>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::sdk::testing {

class FakeOutbox final : public Outbox {
public:
    explicit FakeOutbox(const Clock& clock) : clock_(clock) {}

    Result<void> append(Transaction& tx, const CallContext& context, Envelope envelope) override;
    Result<void> subscribe(std::string_view subscriber, std::string_view event, Handler handler) override;
    Result<void> subscribe_in_transaction(std::string_view subscriber, std::string_view event,
                                          TransactionalHandler handler) override;

    std::vector<Envelope> all() const;
    template <class Event>
    std::vector<Event> of() const {
        std::vector<Event> found;
        for (const auto& envelope : all())
            if (envelope.type.text() == Event::kType.text()) found.push_back(read_event<Event>(envelope));
        return found;
    }
    /// Somebody else's event.
    void add(Envelope envelope);
    /// Hands each event that was not delivered yet to its subscribers; `database` runs the
    /// transactional ones. Returns the errors of handlers.
    std::vector<Error> deliver(Database& database);

private:
    struct Subscriber {
        std::string event;
        Handler plain;
        TransactionalHandler in_transaction;
    };
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<Envelope> events_;
    std::size_t delivered_ = 0;
    std::vector<Subscriber> subscribers_;
};

class FakeJobs final : public Jobs {
public:
    Result<std::string> enqueue(SqlExecutor& where, const CallContext& context, const JobRequest& request) override;
    Result<void> handle(std::string_view kind, JobHandler handler, JobOptions options) override;
    Result<void> schedule(const Schedule& schedule) override;

    std::vector<JobRequest> waiting() const;
    std::vector<Schedule> schedules() const;
    /// Runs everything that waits, once, whatever its time; what fails waits again. Returns
    /// the errors of handlers.
    std::vector<Error> run_all();

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, JobRequest>> waiting_;
    std::map<std::string, JobHandler, std::less<>> handlers_;
    std::vector<Schedule> schedules_;
};

class FakeAuditLog final : public AuditLog {
public:
    Result<void> append(SqlExecutor& where, const CallContext& context, const Actor& actor,
                        const AuditEntry& entry) override;
    std::vector<AuditEntry> entries() const;
    std::vector<Actor> actors() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<Actor, AuditEntry>> kept_;
};

/// Hides nothing, yet keeps purposes apart as the real one does.
class FakeVault final : public Vault {
public:
    Result<std::string> seal(std::string_view purpose, const Secret& secret) override;
    Result<Secret> open(std::string_view purpose, std::string_view sealed) override;
};

class FakeFileStorage final : public FileStorage {
public:
    explicit FakeFileStorage(const Clock& clock) : clock_(clock) {}

    Result<void> put(const CallContext& context, std::string_view key, std::string_view content,
                     std::string_view content_type) override;
    Result<std::string> get(const CallContext& context, std::string_view key) override;
    Result<StoredFile> describe(const CallContext& context, std::string_view key) override;
    Result<void> remove(const CallContext& context, std::string_view key) override;
    Result<std::vector<StoredFile>> list(const CallContext& context, std::string_view prefix,
                                         std::string_view after) override;

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, std::pair<StoredFile, std::string>, std::less<>> files_;
};

struct FakeFacilities {
    explicit FakeFacilities(const Clock& clock) : outbox(clock), files(clock) {}

    FakeOutbox outbox;
    FakeJobs jobs;
    FakeAuditLog audit;
    FakeVault vault;
    FakeFileStorage files;
};

}  // namespace whatsflow::sdk::testing
