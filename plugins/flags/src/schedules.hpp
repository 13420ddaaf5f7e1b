/// \file
/// Changes that happen later: a switch at a time, or a share that grows step by step, watched or not.
///
/// Each step is a job, made when the one before it is done, so that the way survives a restart. A step and
/// its flag, its audit entry and the job of the next step are one transaction: it happens once, whichever
/// host runs it. A step changes only what it is about; the rest of the flag stays as it is at that moment.
#pragma once

#include "finding.hpp"
#include "store.hpp"

namespace whatsflow::flags {

/// One that sets nothing is the end of watching: the goal is looked at a last time, then all is done.
struct Step {
    sdk::Instant at{};
    std::optional<bool> enabled;  ///< switches the flag
    std::optional<int> share;     ///< sets the percentage of the rule

    bool only_watches() const { return !enabled && !share; }
};

/// A measured goal that ends a roll-out when it gets worse.
struct Guard {
    std::string goal;  ///< the name of an event; empty: nobody watches
    Harm harm = Harm::falls;
    bool rolls_back = false;  ///< to nobody; otherwise it stays where it is
};

struct ScheduledChange {
    std::string id;
    std::string environment;
    std::string project;
    std::string name;
    std::vector<Step> steps;
    Guard guard;
    std::string rule_mark;          ///< of the rule whose share grows: see core/edits.hpp
    std::string state = "waiting";  ///< `waiting`, `done`, `canceled`, `stopped`, `rolled-back`
    std::size_t next_step = 0;
    Finding outcome;  ///< why it was stopped, or what was seen of a watched one
    std::string who;
    std::int64_t created_at = 0;
};

/// As it is kept where it waits for a second person; without what only a running one has.
nlohmann::json json_of(const ScheduledChange& change);
ScheduledChange scheduled_change_of(const nlohmann::json& object);
/// The definition after one step. Error `flags.rule_changed`.
sdk::Result<nlohmann::json> after_step(nlohmann::json definition, const ScheduledChange& change, const Step& step);

class Schedules {
public:
    Schedules(sdk::Host& host, Store& store) : host_(host), store_(store) {}

    /// [in start() only]
    sdk::Result<void> register_jobs();

    /// Error `flags.rolling_out`: a roll-out of the flag is under way; two at once would pull at one rule.
    sdk::Result<void> add(const sdk::CallContext& context, const sdk::Actor& actor, ScheduledChange change);
    /// The same in a transaction of the caller.
    sdk::Result<void> add_in(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                             ScheduledChange change);
    /// Of one flag, newest first, the last twenty.
    sdk::Result<std::vector<ScheduledChange>> of_flag(const sdk::CallContext& context, const std::string& environment,
                                                      const std::string& project, const std::string& name) const;
    /// What is done stays done. Error `flags.not_found`: it does not wait any more.
    sdk::Result<void> cancel(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id);

private:
    sdk::Result<std::vector<ScheduledChange>> read(const sdk::CallContext& context, const std::string& where,
                                                   const sdk::DbValues& values) const;
    sdk::Result<void> run_step(sdk::JobRun& run);
    /// `seen` is what the last look said: kept with the end.
    sdk::Result<void> take_step(sdk::Transaction& tx, sdk::JobRun& run, const ScheduledChange& change,
                                const Finding& seen);
    sdk::Result<void> enqueue(sdk::SqlExecutor& where, const sdk::CallContext& context, const ScheduledChange& change,
                              std::size_t step);
    /// Looks at every roll-out under way that somebody wants watched.
    sdk::Result<void> watch(const sdk::CallContext& context);
    struct Look {
        bool ended = false;
        Finding seen{};
    };
    sdk::Result<Look> end_if_harmful(const sdk::CallContext& context, const ScheduledChange& change);
    /// False: it did not wait any more.
    sdk::Result<bool> end(sdk::Transaction& tx, const sdk::CallContext& context, const ScheduledChange& change,
                          const std::string& state, const Finding& why);

    sdk::Host& host_;
    Store& store_;
};

}  // namespace whatsflow::flags
