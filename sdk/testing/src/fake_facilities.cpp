#include <whatsflow/sdk/testing/fake_facilities.hpp>

#include <algorithm>

namespace whatsflow::sdk::testing {

Result<void> FakeOutbox::append(Transaction&, const CallContext&, Envelope envelope) {
    add(std::move(envelope));
    return ok();
}

void FakeOutbox::add(Envelope envelope) {
    std::lock_guard lock(mutex_);
    if (envelope.id.empty()) envelope.id = make_uuid();
    if (envelope.occurred_at == Instant{}) envelope.occurred_at = clock_.now();
    events_.push_back(std::move(envelope));
}

Result<void> FakeOutbox::subscribe(std::string_view, std::string_view event, Handler handler) {
    std::lock_guard lock(mutex_);
    subscribers_.push_back({std::string(event), std::move(handler), {}});
    return ok();
}

Result<void> FakeOutbox::subscribe_in_transaction(std::string_view, std::string_view event,
                                                  TransactionalHandler handler) {
    std::lock_guard lock(mutex_);
    subscribers_.push_back({std::string(event), {}, std::move(handler)});
    return ok();
}

std::vector<Envelope> FakeOutbox::all() const {
    std::lock_guard lock(mutex_);
    return events_;
}

std::vector<Error> FakeOutbox::deliver(Database& database) {
    std::vector<Error> errors;
    for (;;) {
        std::vector<Subscriber> subscribers;
        Envelope event;
        {
            std::lock_guard lock(mutex_);
            if (delivered_ == events_.size()) return errors;
            event = events_[delivered_++];
            subscribers = subscribers_;
        }
        CallContext context;
        context.tenant = event.tenant;
        for (const auto& subscriber : subscribers) {
            if (subscriber.event != event.type.text()) continue;
            const auto handled =
                subscriber.plain ? subscriber.plain(event)
                                 : database.transaction(context, [&](Transaction& tx) {
                                       return subscriber.in_transaction(tx, event);
                                   });
            if (!handled) errors.push_back(handled.error());
        }
    }
}

namespace {

class FakeJobRun final : public JobRun {
public:
    FakeJobRun(std::string id, JobRequest request) : id_(std::move(id)), request_(std::move(request)) {
        context_.request_id = "job-" + id_;
        context_.tenant = request_.tenant;
    }
    const std::string& id() const noexcept override { return id_; }
    const nlohmann::json& payload() const noexcept override { return request_.payload; }
    int attempt() const noexcept override { return 1; }
    const CallContext& context() const noexcept override { return context_; }
    Result<void> complete_in(Transaction&) override { return ok(); }

private:
    std::string id_;
    JobRequest request_;
    CallContext context_;
};

}  // namespace

Result<std::string> FakeJobs::enqueue(SqlExecutor&, const CallContext&, const JobRequest& request) {
    std::lock_guard lock(mutex_);
    if (!request.unique_key.empty())
        for (const auto& [id, other] : waiting_)
            if (other.kind == request.kind && other.unique_key == request.unique_key) return id;
    waiting_.emplace_back(make_uuid(), request);
    return waiting_.back().first;
}

Result<void> FakeJobs::handle(std::string_view kind, JobHandler handler, JobOptions) {
    std::lock_guard lock(mutex_);
    handlers_[std::string(kind)] = std::move(handler);
    return ok();
}

Result<void> FakeJobs::schedule(const Schedule& schedule) {
    std::lock_guard lock(mutex_);
    schedules_.push_back(schedule);
    return ok();
}

std::vector<JobRequest> FakeJobs::waiting() const {
    std::lock_guard lock(mutex_);
    std::vector<JobRequest> requests;
    for (const auto& [id, request] : waiting_) requests.push_back(request);
    return requests;
}

std::vector<Schedule> FakeJobs::schedules() const {
    std::lock_guard lock(mutex_);
    return schedules_;
}

std::vector<Error> FakeJobs::run_all() {
    std::vector<std::pair<std::string, JobRequest>> due;
    {
        std::lock_guard lock(mutex_);
        due.swap(waiting_);
    }
    std::vector<Error> errors;
    for (auto& [id, request] : due) {
        JobHandler handler;
        {
            std::lock_guard lock(mutex_);
            const auto found = handlers_.find(request.kind);
            if (found != handlers_.end()) handler = found->second;
        }
        Result<void> done = fail("jobs.no_handler", "Nobody handles " + request.kind + ".");
        if (handler) {
            FakeJobRun run(id, request);
            done = handler(run);
        }
        if (done) continue;
        errors.push_back(done.error());
        std::lock_guard lock(mutex_);
        waiting_.emplace_back(id, request);
    }
    return errors;
}

Result<void> FakeAuditLog::append(SqlExecutor&, const CallContext&, const Actor& actor, const AuditEntry& entry) {
    std::lock_guard lock(mutex_);
    kept_.emplace_back(actor, entry);
    return ok();
}

std::vector<AuditEntry> FakeAuditLog::entries() const {
    std::lock_guard lock(mutex_);
    std::vector<AuditEntry> entries;
    for (const auto& [actor, entry] : kept_) entries.push_back(entry);
    return entries;
}

std::vector<Actor> FakeAuditLog::actors() const {
    std::lock_guard lock(mutex_);
    std::vector<Actor> actors;
    for (const auto& [actor, entry] : kept_) actors.push_back(actor);
    return actors;
}

Result<std::string> FakeVault::seal(std::string_view purpose, const Secret& secret) {
    return "sealed:" + std::string(purpose) + ":" + secret.reveal();
}

Result<Secret> FakeVault::open(std::string_view purpose, std::string_view sealed) {
    const auto prefix = "sealed:" + std::string(purpose) + ":";
    if (!sealed.starts_with(prefix)) return fail("vault.not_ours", "This was not sealed here for this purpose.");
    return Secret{std::string(sealed.substr(prefix.size()))};
}

Result<void> FakeFileStorage::put(const CallContext&, std::string_view key, std::string_view content,
                                  std::string_view content_type) {
    std::lock_guard lock(mutex_);
    files_[std::string(key)] = {
        StoredFile{std::string(key), content.size(), std::string(content_type), clock_.now()}, std::string(content)};
    return ok();
}

Result<std::string> FakeFileStorage::get(const CallContext&, std::string_view key) {
    std::lock_guard lock(mutex_);
    const auto found = files_.find(key);
    if (found == files_.end()) return fail("files.not_found", "There is no file " + std::string(key) + ".");
    return found->second.second;
}

Result<StoredFile> FakeFileStorage::describe(const CallContext&, std::string_view key) {
    std::lock_guard lock(mutex_);
    const auto found = files_.find(key);
    if (found == files_.end()) return fail("files.not_found", "There is no file " + std::string(key) + ".");
    return found->second.first;
}

Result<void> FakeFileStorage::remove(const CallContext&, std::string_view key) {
    std::lock_guard lock(mutex_);
    const auto found = files_.find(key);
    if (found != files_.end()) files_.erase(found);
    return ok();
}

Result<std::vector<StoredFile>> FakeFileStorage::list(const CallContext&, std::string_view prefix,
                                                      std::string_view after) {
    std::lock_guard lock(mutex_);
    std::vector<StoredFile> found;
    for (const auto& [key, file] : files_)
        if (key.starts_with(prefix) && key > after) found.push_back(file.first);
    return found;
}

}  // namespace whatsflow::sdk::testing
