#include "schedules.hpp"

#include "core/edits.hpp"

#include <whatsflow/sdk/flag_outcomes.hpp>
#include <whatsflow/sdk/id.hpp>

#include <chrono>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr const char* kRunStep = "flags.run_step";
constexpr const char* kWatch = "flags.watch_roll_outs";

json json_of(const std::vector<Step>& steps) {
    json list = json::array();
    for (const auto& step : steps) {
        json each{{"at", sdk::to_micros(step.at)}};
        if (step.enabled) each["enabled"] = *step.enabled;
        if (step.share) each["share"] = *step.share;
        list.push_back(std::move(each));
    }
    return list;
}

std::vector<Step> steps_of(const json& list) {
    std::vector<Step> steps;
    for (const auto& each : list) {
        Step step{sdk::from_micros(each.at("at").get<std::int64_t>()), {}, {}};
        if (each.contains("enabled")) step.enabled = each["enabled"].get<bool>();
        if (each.contains("share")) step.share = each["share"].get<int>();
        steps.push_back(step);
    }
    return steps;
}

json json_of(const Guard& guard) {
    return {{"goal", guard.goal}, {"rises", guard.harm == Harm::rises}, {"rolls_back", guard.rolls_back}};
}

Guard guard_of(const json& object) {
    return {object.value("goal", ""), object.value("rises", false) ? Harm::rises : Harm::falls,
            object.value("rolls_back", false)};
}

const sdk::Actor& the_schedule() {
    static const sdk::Actor actor{.kind = "system", .id = {}, .label = "schedule", .impersonator = {}, .address = {}};
    return actor;
}

json told_of(const Step& step) {
    json told = json::object();
    if (step.enabled) told["enabled"] = *step.enabled;
    if (step.share) told["share"] = *step.share;
    return told;
}

sdk::Result<void> check_no_other(sdk::Transaction& tx, const sdk::CallContext& context, const ScheduledChange& change) {
    const auto other = tx.query_one(context,
                                    "SELECT id FROM flags_schedules WHERE environment = ? AND project = ? AND name = ? "
                                    "AND state = 'waiting' AND rule_mark <> '' LIMIT 1",
                                    {change.environment, change.project, change.name});
    if (!other) return other.error();
    if (*other) return sdk::fail("flags.rolling_out", "A roll-out is under way already: cancel it first.");
    return sdk::ok();
}

Edit edit_of(const ScheduledChange& change, const Step& step) {
    Edit edit;
    edit.environment = change.environment;
    edit.project = change.project;
    edit.name = change.name;
    edit.told = told_of(step);
    edit.told["schedule"] = change.id;
    edit.amend = [step, change](const json& now) { return after_step(now, change, step); };
    return edit;
}

}  // namespace

json json_of(const ScheduledChange& change) {
    return {{"environment", change.environment}, {"project", change.project},      {"name", change.name},
            {"steps", json_of(change.steps)},    {"guard", json_of(change.guard)}, {"rule_mark", change.rule_mark}};
}

ScheduledChange scheduled_change_of(const json& object) {
    ScheduledChange change;
    change.environment = object.at("environment").get<std::string>();
    change.project = object.at("project").get<std::string>();
    change.name = object.at("name").get<std::string>();
    change.steps = steps_of(object.at("steps"));
    change.guard = guard_of(object.at("guard"));
    change.rule_mark = object.at("rule_mark").get<std::string>();
    return change;
}

sdk::Result<json> after_step(json definition, const ScheduledChange& change, const Step& step) {
    if (step.enabled) definition["enabled"] = *step.enabled;
    if (!step.share) return definition;
    return with_share(std::move(definition), change.rule_mark, *step.share);
}

sdk::Result<void> Schedules::register_jobs() {
    if (auto done = host_.jobs().handle(kRunStep, [this](sdk::JobRun& run) { return run_step(run); }); !done)
        return done;
    if (auto done = host_.jobs().handle(kWatch, [this](sdk::JobRun& run) { return watch(run.context()); }); !done)
        return done;
    return host_.jobs().schedule({.name = kWatch, .kind = kWatch, .every = std::chrono::minutes{5}});
}

sdk::Result<void> Schedules::add(const sdk::CallContext& context, const sdk::Actor& actor, ScheduledChange change) {
    return host_.database().transaction(
        context, [&](sdk::Transaction& tx) { return add_in(tx, context, actor, std::move(change)); });
}

sdk::Result<void> Schedules::add_in(sdk::Transaction& tx, const sdk::CallContext& context, const sdk::Actor& actor,
                                    ScheduledChange change) {
    if (!change.rule_mark.empty())
        if (auto alone = check_no_other(tx, context, change); !alone) return alone;
    change.id = sdk::make_uuid();
    const auto stored = tx.execute(
        context,
        "INSERT INTO flags_schedules (id, environment, project, name, state, steps, guard, rule_mark, next_step, "
        "outcome, actor_id, actor_label, created_at) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, 0, '', ?, ?, ?)",
        {change.id, change.environment, change.project, change.name, json_of(change.steps).dump(),
         json_of(change.guard).dump(), change.rule_mark, actor.id, actor.label, host_.clock().now()});
    if (!stored) return stored.error();
    sdk::AuditEntry entry{.action = "flag.scheduled", .subject = {"flag", change.name, change.name}};
    entry.after = {{"environment", change.environment}, {"steps", json_of(change.steps)}};
    if (!change.guard.goal.empty()) entry.after["guard"] = json_of(change.guard);
    if (auto kept = host_.audit().append(tx, context, actor, entry); !kept) return kept;
    return enqueue(tx, context, change, 0);
}

sdk::Result<std::vector<ScheduledChange>> Schedules::read(const sdk::CallContext& context, const std::string& where,
                                                          const sdk::DbValues& values) const {
    const auto rows = host_.database().query(
        context,
        "SELECT id, environment, project, name, state, steps, guard, rule_mark, next_step, outcome, actor_label, "
        "created_at FROM flags_schedules " +
            where,
        values);
    if (!rows) return rows.error();
    std::vector<ScheduledChange> all;
    for (const auto& row : *rows) {
        ScheduledChange change;
        change.id = row.text("id");
        change.environment = row.text("environment");
        change.project = row.text("project");
        change.name = row.text("name");
        change.state = row.text("state");
        change.steps = steps_of(json::parse(row.text("steps")));
        change.guard = guard_of(json::parse(row.text("guard")));
        change.rule_mark = row.text("rule_mark");
        change.next_step = static_cast<std::size_t>(row.integer("next_step"));
        change.outcome = finding_in(row.text("outcome"));
        change.who = row.text("actor_label");
        change.created_at = row.integer("created_at");
        all.push_back(std::move(change));
    }
    return all;
}

sdk::Result<std::vector<ScheduledChange>> Schedules::of_flag(const sdk::CallContext& context,
                                                             const std::string& environment, const std::string& project,
                                                             const std::string& name) const {
    return read(context,
                "WHERE environment = ? AND project = ? AND name = ? ORDER BY created_at DESC, id DESC LIMIT 20",
                {environment, project, name});
}

sdk::Result<void> Schedules::cancel(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id) {
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto ended = tx.execute(
            context, "UPDATE flags_schedules SET state = 'canceled', ended_at = ? WHERE id = ? AND state = 'waiting'",
            {host_.clock().now(), id});
        if (!ended) return ended.error();
        if (*ended == 0) return sdk::fail("flags.not_found", "There is nothing any more to be canceled.");
        const auto row = tx.query_one(context, "SELECT name, environment FROM flags_schedules WHERE id = ?", {id});
        if (!row) return row.error();
        const auto name = (*row)->text("name");
        sdk::AuditEntry entry{.action = "flag.schedule_canceled", .subject = {"flag", name, name}};
        entry.after = {{"environment", (*row)->text("environment")}, {"schedule", id}};
        return host_.audit().append(tx, context, actor, entry);
    });
}

sdk::Result<void> Schedules::enqueue(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                     const ScheduledChange& change, std::size_t step) {
    sdk::JobRequest request;
    request.kind = kRunStep;
    request.payload = {{"schedule", change.id}, {"step", step}};
    request.run_at = change.steps.at(step).at;
    const auto job = host_.jobs().enqueue(where, context, request);
    return job ? sdk::ok() : sdk::Result<void>(job.error());
}

sdk::Result<void> Schedules::run_step(sdk::JobRun& run) {
    const auto id = run.payload().value("schedule", "");
    const auto step = run.payload().value("step", std::size_t{0});
    const auto found = read(run.context(), "WHERE id = ?", {id});
    if (!found) return found.error();
    // Canceled, or done by the run before this one.
    if (found->empty() || found->front().state != "waiting" || found->front().next_step != step) return sdk::ok();
    const auto& change = found->front();
    if (host_.clock().now() < change.steps.at(step).at)
        return host_.database().transaction(run.context(), [&](sdk::Transaction& tx) -> sdk::Result<void> {
            if (auto done = enqueue(tx, run.context(), change, step); !done) return done;
            return run.complete_in(tx);
        });
    Finding seen;
    if (step > 0 && !change.guard.goal.empty()) {
        const auto looked = end_if_harmful(run.context(), change);
        if (!looked) return looked.error();
        if (looked->ended) return sdk::ok();
        seen = looked->seen;
    }
    const auto done = host_.database().transaction(
        run.context(), [&](sdk::Transaction& tx) { return take_step(tx, run, change, seen); });
    // What cannot be done any more is said and over; a database that is away is tried again.
    if (done || !done.error().code.starts_with("flags.")) return done;
    seen.trouble = done.error().code;
    return host_.database().transaction(run.context(), [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto ended = end(tx, run.context(), change, "stopped", seen); !ended) return ended.error();
        return run.complete_in(tx);
    });
}

sdk::Result<void> Schedules::take_step(sdk::Transaction& tx, sdk::JobRun& run, const ScheduledChange& change,
                                       const Finding& seen) {
    const auto& context = run.context();
    const auto next = change.next_step + 1;
    const bool is_last = next == change.steps.size();
    // The row first: who comes second finds nothing to change.
    const auto taken = tx.execute(
        context,
        "UPDATE flags_schedules SET next_step = ?, state = ?, outcome = ?, ended_at = ? WHERE id = ? AND state = "
        "'waiting' AND next_step = ?",
        {static_cast<std::int64_t>(next), is_last ? "done" : "waiting", is_last ? kept_text(seen) : std::string(),
         is_last ? sdk::DbValue(host_.clock().now()) : sdk::DbValue(), change.id,
         static_cast<std::int64_t>(change.next_step)});
    if (!taken) return taken.error();
    if (*taken == 0) return run.complete_in(tx);
    const auto& step = change.steps[change.next_step];
    if (!step.only_watches())
        if (auto done =
                store_.apply_in(tx, context, the_schedule(), {edit_of(change, step)}, "flag.changed_by_schedule");
            !done)
            return done;
    if (!is_last)
        if (auto done = enqueue(tx, context, change, next); !done) return done;
    return run.complete_in(tx);
}

sdk::Result<void> Schedules::watch(const sdk::CallContext& context) {
    const auto under_way = read(context, "WHERE state = 'waiting' AND next_step > 0 ORDER BY created_at LIMIT 500", {});
    if (!under_way) return under_way.error();
    sdk::Result<void> outcome;
    for (const auto& change : *under_way) {
        if (change.guard.goal.empty()) continue;
        // One that nobody can count keeps none of the others from being looked at.
        if (const auto looked = end_if_harmful(context, change); !looked) outcome = looked.error();
    }
    return outcome;
}

sdk::Result<Schedules::Look> Schedules::end_if_harmful(const sdk::CallContext& context, const ScheduledChange& change) {
    const auto since = change.steps.front().at;
    const auto outcomes = sdk::find_service<sdk::FlagOutcomes>(host_).call(
        &sdk::FlagOutcomes::outcomes, context, change.environment, change.name, change.guard.goal, since);
    Finding seen;
    if (outcomes) {
        Group with, without;
        for (const auto& each : *outcomes) {
            auto& group = each.variant == "off" || each.variant == "disabled" ? without : with;
            group.people += each.people;
            group.converted += each.converted;
        }
        seen = finding_of(without, with, change.guard.harm);
        if (seen.verdict != Finding::Verdict::worse) return Look{false, seen};
    } else {
        // Away for a moment: the next look will tell. Nobody measures at all: a watched roll-out goes no further.
        if (sdk::find_service<sdk::FlagOutcomes>(host_)) return outcomes.error();
        seen.verdict = Finding::Verdict::unmeasured;
    }
    const bool rolls_back = outcomes && change.guard.rolls_back;
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        // The row first: whoever canceled it in the meantime has decided otherwise.
        const auto ended = end(tx, context, change, rolls_back ? "rolled-back" : "stopped", seen);
        if (!ended) return ended.error();
        if (!*ended || !rolls_back) return sdk::ok();
        auto edit = edit_of(change, Step{{}, {}, 0});
        edit.told["goal"] = change.guard.goal;
        edit.told["outcome"] = json_of(seen);
        return store_.apply_in(tx, context, the_schedule(), {edit}, "flag.rolled_back");
    });
    if (!done && done.error().code.starts_with("flags.")) {
        // Its rule is gone: nothing is left to be rolled back.
        seen.trouble = done.error().code;
        const auto stopped = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            const auto ended = end(tx, context, change, "stopped", seen);
            return ended ? sdk::ok() : sdk::Result<void>(ended.error());
        });
        if (!stopped) return stopped.error();
    } else if (!done) {
        return done.error();
    }
    host_.log().warn("a roll-out was ended", {{"flag", change.name},
                                              {"environment", change.environment},
                                              {"goal", change.guard.goal},
                                              {"why", json_of(seen).dump()}});
    return Look{true, seen};
}

sdk::Result<bool> Schedules::end(sdk::Transaction& tx, const sdk::CallContext& context, const ScheduledChange& change,
                                 const std::string& state, const Finding& why) {
    const auto ended = tx.execute(
        context, "UPDATE flags_schedules SET state = ?, outcome = ?, ended_at = ? WHERE id = ? AND state = 'waiting'",
        {state, kept_text(why), host_.clock().now(), change.id});
    if (!ended) return ended.error();
    if (*ended == 0) return false;
    sdk::AuditEntry entry{.action = "flag.schedule_ended", .subject = {"flag", change.name, change.name}};
    entry.after = {{"environment", change.environment}, {"state", state}, {"outcome", json_of(why)}};
    if (!change.guard.goal.empty()) entry.after["goal"] = change.guard.goal;
    if (auto kept = host_.audit().append(tx, context, the_schedule(), entry); !kept) return kept.error();
    return true;
}

}  // namespace whatsflow::flags
