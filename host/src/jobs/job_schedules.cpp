#include "jobs/job_schedules.hpp"

#include "background/sql_list.hpp"

namespace whatsflow::jobs {
namespace {

sdk::JobRequest job_of(const sdk::Row& row) {
    sdk::JobRequest request;
    request.kind = row.text("kind");
    request.payload = nlohmann::json::parse(row.text("payload"), nullptr, false);
    if (request.payload.is_discarded()) request.payload = nlohmann::json::object();
    request.unique_key = "schedule:" + row.text("name");
    return request;
}

}  // namespace

sdk::Result<void> JobSchedules::keep(const sdk::CallContext& context, const sdk::Schedule& schedule) {
    if (schedule.every.count() <= 0)
        return sdk::fail("jobs.bad_schedule", "Schedule " + schedule.name + " needs a period longer than nothing.");
    const auto payload = schedule.payload.dump();
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto next = clock_.now() + schedule.every;
        auto row = tx.query_one(context, "SELECT every_ms FROM core_schedules WHERE name = ?", {schedule.name});
        if (!row) return row.error();
        if (!*row) {
            auto made =
                tx.execute(context,
                           "INSERT INTO core_schedules (name, kind, payload, every_ms, next_at, last_at, paused) "
                           "VALUES (?, ?, ?, ?, ?, NULL, 0)",
                           {schedule.name, schedule.kind, payload, schedule.every.count(), next});
            return made ? sdk::ok() : made.error();
        }
        const bool same_period = (*row)->integer("every_ms") == schedule.every.count();
        auto changed = same_period
                           ? tx.execute(context, "UPDATE core_schedules SET kind = ?, payload = ? WHERE name = ?",
                                        {schedule.kind, payload, schedule.name})
                           : tx.execute(context,
                                        "UPDATE core_schedules SET kind = ?, payload = ?, every_ms = ?, "
                                        "next_at = ? WHERE name = ?",
                                        {schedule.kind, payload, schedule.every.count(), next, schedule.name});
        return changed ? sdk::ok() : changed.error();
    });
    if (!done && done.error().code == "database.duplicate") return sdk::ok();
    return done;
}

sdk::Result<int> JobSchedules::tick(const sdk::CallContext& context, const std::vector<std::string>& names) {
    if (names.empty()) return 0;
    auto wanted = names;
    const auto list = background::in_list(wanted);
    sdk::DbValues values{clock_.now()};
    background::append(values, wanted);
    auto rows = database_.query(context,
                                "SELECT name, kind, payload, every_ms, next_at FROM core_schedules "
                                "WHERE paused = 0 AND next_at <= ? AND name IN " +
                                    list,
                                values);
    if (!rows) return rows.error();
    int made = 0;
    for (const auto& row : *rows) {
        auto ticked = tick_one(context, row);
        if (!ticked) return ticked.error();
        if (*ticked) ++made;
    }
    return made;
}

sdk::Result<bool> JobSchedules::tick_one(const sdk::CallContext& context, const sdk::Row& row) {
    const auto now = clock_.now();
    const auto due = row.instant("next_at");
    const auto every = std::chrono::microseconds(sdk::Milliseconds(row.integer("every_ms")));
    const auto missed = (now - due) / every;  // they become one; the rhythm stays
    bool mine = false;
    background::passing(steps_, "jobs.schedule_due");
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto moved = tx.execute(context,
                                "UPDATE core_schedules SET next_at = ?, last_at = ? "
                                "WHERE name = ? AND next_at = ? AND paused = 0",
                                {due + (missed + 1) * every, now, row.text("name"), due});
        if (!moved) return moved.error();
        mine = *moved == 1;
        if (!mine) return sdk::ok();
        auto added = records_.add(tx, context, job_of(row));
        background::passing(steps_, "jobs.scheduling");
        return added ? sdk::ok() : added.error();
    });
    if (!done) return done.error();
    if (mine) background::passing(steps_, "jobs.scheduled");
    return mine;
}

sdk::Result<std::string> JobSchedules::run_now(const sdk::CallContext& context, const std::string& name) {
    auto row = database_.query_one(context, "SELECT name, kind, payload FROM core_schedules WHERE name = ?", {name});
    if (!row) return row.error();
    if (!*row) return sdk::fail("jobs.no_schedule", "There is no schedule named " + name + ".");
    return records_.add(database_, context, job_of(**row));
}

}  // namespace whatsflow::jobs
