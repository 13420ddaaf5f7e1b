#include "jobs/job_board.hpp"

#include "background/board_rows.hpp"

namespace whatsflow::jobs {
namespace {

using background::instant_json;

constexpr int kCountedAtMost = 100'000;

/// People know four states; `queued` is two in the table.
std::string shown_state(const std::string& state) {
    return state == "later" || state == "ready" ? "queued" : state;
}

nlohmann::json job_json(const sdk::Row& row) {
    return {{"id", row.text("id")},
            {"kind", row.text("kind")},
            {"state", shown_state(row.text("state"))},
            {"tenant", row.text("tenant")},
            {"attempts", row.integer("attempts")},
            {"most_attempts", row.integer("most_attempts")},
            {"run_at", instant_json(row, "run_at")},
            {"started_at", instant_json(row, "started_at")},
            {"finished_at", instant_json(row, "finished_at")},
            {"error", row.text("error")},
            {"payload", background::stored_json(row, "payload")},
            {"cursor", row.text("id")}};
}

}  // namespace

sdk::Result<sdk::ListPage> JobBoard::jobs(const sdk::CallContext& context, const std::string& state,
                                          const std::string& kind, const sdk::ListWindow& window) {
    std::string where = "id < ?";
    sdk::DbValues values{window.after.empty() ? std::string("~") : window.after};
    if (state == "queued") {
        where += " AND state IN ('later', 'ready')";
    } else if (!state.empty()) {
        where += " AND state = ?";
        values.emplace_back(state);
    }
    if (!kind.empty()) {
        where += " AND kind = ?";
        values.emplace_back(kind);
    }
    values.emplace_back(background::rows_to_read(window));
    auto rows = database_.query(context,
                                "SELECT id, kind, state, tenant, attempts, most_attempts, run_at, started_at, "
                                "finished_at, error, payload FROM core_jobs WHERE " +
                                    where + " ORDER BY id DESC LIMIT ?",
                                values);
    if (!rows) return rows.error();
    return background::page_of(*rows, window, job_json);
}

sdk::Result<nlohmann::json> JobBoard::counts(const sdk::CallContext& context) {
    nlohmann::json counts{{"queued", 0}, {"running", 0}, {"failed", 0}, {"done", 0}};
    for (const std::string state : {"later", "ready", "running", "failed", "done"}) {
        auto row = database_.query_one(
            context, "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM core_jobs WHERE state = ? LIMIT ?) counted",
            {state, kCountedAtMost});
        if (!row) return row.error();
        auto& count = counts[shown_state(state)];
        count = count.get<std::int64_t>() + (*row)->integer("n");
    }
    return counts;
}

sdk::Error JobBoard::refusal(const sdk::CallContext& context, const std::string& id, const std::string& needed) {
    auto row = database_.query_one(context, "SELECT state FROM core_jobs WHERE id = ?", {id});
    if (!row) return row.error();
    if (!*row) return sdk::fail("jobs.no_job", "There is no job " + id + "; it may have been deleted by age.");
    return sdk::fail("jobs.wrong_state",
                     "Job " + id + " is " + shown_state((*row)->text("state")) + "; only " + needed + ".");
}

sdk::Result<void> JobBoard::retry(const sdk::CallContext& context, const std::string& id) {
    const auto now = clock_.now();
    // One that waits for its next attempt goes at once; one that failed begins anew.
    auto changed =
        database_.execute(context,
                          "UPDATE core_jobs SET attempts = CASE state WHEN 'failed' THEN 0 ELSE attempts END, "
                          "state = 'ready', live_key = unique_key, run_at = ?, due_at = ?, finished_at = NULL "
                          "WHERE id = ? AND state IN ('failed', 'later')",
                          {now, now, id});
    if (!changed && changed.error().code == "database.duplicate")
        return sdk::fail("jobs.already_waiting", "Another job with the same unique key waits or runs already.");
    if (!changed) return changed.error();
    if (*changed == 0) return refusal(context, id, "failed and waiting jobs can be tried again");
    jobs_.wake();
    return sdk::ok();
}

sdk::Result<void> JobBoard::cancel(const sdk::CallContext& context, const std::string& id) {
    const auto now = clock_.now();
    // A run under way loses its lease: what it completes in a transaction is rolled back.
    auto changed = database_.execute(context,
                                     "UPDATE core_jobs SET state = 'failed', live_key = NULL, lease = NULL, "
                                     "error = 'jobs.cancelled: Cancelled by staff.', finished_at = ?, due_at = ? "
                                     "WHERE id = ? AND state IN ('later', 'ready', 'running')",
                                     {now, now + std::chrono::hours(24 * 90), id});
    if (!changed) return changed.error();
    if (*changed == 0) return refusal(context, id, "queued and running jobs can be cancelled");
    return sdk::ok();
}

sdk::Result<nlohmann::json> JobBoard::schedules(const sdk::CallContext& context) {
    auto rows = database_.query(
        context, "SELECT name, kind, every_ms, next_at, last_at, paused FROM core_schedules ORDER BY name");
    if (!rows) return rows.error();
    auto list = nlohmann::json::array();
    for (const auto& row : *rows)
        list.push_back({{"name", row.text("name")},
                        {"kind", row.text("kind")},
                        {"every_ms", row.integer("every_ms")},
                        {"next_at", instant_json(row, "next_at")},
                        {"last_at", instant_json(row, "last_at")},
                        {"paused", row.boolean("paused")}});
    return list;
}

sdk::Result<void> JobBoard::pause_schedule(const sdk::CallContext& context, const std::string& name, bool paused) {
    auto row = database_.query_one(context, "SELECT paused FROM core_schedules WHERE name = ?", {name});
    if (!row) return row.error();
    if (!*row) return sdk::fail("jobs.no_schedule", "There is no schedule named " + name + ".");
    auto changed = database_.execute(context, "UPDATE core_schedules SET paused = ? WHERE name = ?", {paused, name});
    return changed ? sdk::ok() : changed.error();
}

sdk::Result<void> JobBoard::run_schedule_now(const sdk::CallContext& context, const std::string& name) {
    auto id = jobs_.run_schedule_now(context, name);
    return id ? sdk::ok() : id.error();
}

}  // namespace whatsflow::jobs
