#include "jobs/jobs.hpp"

namespace whatsflow::jobs {
namespace {

RecordOptions with_steps(RecordOptions options, const background::Steps& steps) {
    options.steps = steps;
    return options;
}

}  // namespace

/// The jobs as one plugin sees them.
class Jobs::ForPlugin final : public sdk::Jobs {
public:
    ForPlugin(jobs::Jobs& jobs, std::string plugin, background::Guard guard)
        : jobs_(jobs), plugin_(std::move(plugin)), guard_(std::move(guard)) {}

    sdk::Result<std::string> enqueue(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                     const sdk::JobRequest& request) override {
        auto id = jobs_.records_.add(where, context, request);
        if (!id) return id;
        if (auto* tx = dynamic_cast<sdk::Transaction*>(&where))
            tx->after_commit([&jobs = jobs_] { jobs.wake(); });
        else
            jobs_.wake();
        return id;
    }

    sdk::Result<void> handle(std::string_view kind, sdk::JobHandler handler, sdk::JobOptions options) override {
        if (auto named = is_ours("Kind", kind); !named) return named;
        return jobs_.workshop_.add({plugin_, std::string(kind), std::move(handler), options, guard_});
    }

    sdk::Result<void> schedule(const sdk::Schedule& schedule) override {
        if (auto named = is_ours("Schedule", schedule.name); !named) return named;
        auto kept = jobs_.schedules_.keep({.request_id = "schedule-" + schedule.name, .tenant = {}}, schedule);
        if (kept) jobs_.workshop_.add_schedule(plugin_, schedule.name);
        return kept;
    }

private:
    sdk::Result<void> is_ours(const std::string& what, std::string_view name) const {
        if (name.starts_with(plugin_ + ".") && name.size() <= 120) return sdk::ok();
        return sdk::fail("jobs.bad_name", what + " '" + std::string(name) + "' does not belong to " + plugin_ +
                                              ": its name is " + plugin_ + ".verb_and_noun, at most 120 characters.");
    }

    jobs::Jobs& jobs_;
    const std::string plugin_;
    const background::Guard guard_;
};

Jobs::Jobs(sdk::Database& database, const sdk::Clock& clock, sdk::Logger& log, Options options)
    : records_(database, clock, with_steps(options.records, options.steps)),
      schedules_(database, clock, records_, options.steps),
      workshop_({.database = database,
                 .clock = clock,
                 .log = log,
                 .records = records_,
                 .schedules = schedules_,
                 .steps = options.steps,
                 .ran = options.ran},
                options.workshop) {}

Jobs::~Jobs() {
    stop();
}

std::shared_ptr<sdk::Jobs> Jobs::for_plugin(const std::string& plugin, background::Guard guard) {
    return std::make_shared<ForPlugin>(*this, plugin, std::move(guard));
}

sdk::Result<std::string> Jobs::run_schedule_now(const sdk::CallContext& context, const std::string& name) {
    auto id = schedules_.run_now(context, name);
    if (id) wake();
    return id;
}

}  // namespace whatsflow::jobs
