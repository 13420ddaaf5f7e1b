#include "jobs/job_records.hpp"

#include "background/sql_list.hpp"

namespace whatsflow::jobs {
namespace {

using background::append;
using background::in_list;

constexpr int kInOneGo = 256;

/// Null when the text is empty.
sdk::DbValue maybe(const std::string& text) {
    return text.empty() ? sdk::DbValue() : sdk::DbValue(text);
}

}  // namespace

sdk::Result<std::string> JobRecords::add(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                         const sdk::JobRequest& request) {
    if (request.kind.empty() || request.kind.size() > 120 || request.unique_key.size() > 190)
        return sdk::fail("jobs.bad_request",
                         "A job has a kind of 1 to 120 and a unique key of at most 190 characters.");
    const auto payload = request.payload.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (payload.size() > kLongestPayload)
        return sdk::fail("jobs.payload_too_large", "The payload of a job of kind " + request.kind + " is larger than " +
                                                       std::to_string(kLongestPayload) +
                                                       " bytes; keep the large part elsewhere and name it.");
    const auto now = clock_.now();
    const auto run_at = request.run_at.value_or(now);
    const auto id = sdk::make_uuid();
    const sdk::DbValues values{id,
                               request.kind,
                               run_at <= now ? "ready" : "later",
                               request.tenant.text(),
                               payload,
                               -request.priority,
                               std::max(1, request.most_attempts),
                               maybe(request.unique_key),
                               maybe(request.unique_key),
                               run_at,
                               run_at,
                               now};
    // The one in the way may end between the two looks; then there is room.
    for (int tries = 0; tries < 3; ++tries) {
        auto added = where.execute(context,
                                   "INSERT INTO core_jobs (id, kind, state, tenant, payload, precedence, attempts, "
                                   "most_attempts, unique_key, live_key, lease, run_at, due_at, created_at, error) "
                                   "VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, NULL, ?, ?, ?, '')",
                                   values);
        if (added) {
            background::passing(options_.steps, "jobs.enqueued");
            return id;
        }
        if (added.error().code != "database.duplicate" || request.unique_key.empty()) return added.error();
        auto there = where.query_one(context, "SELECT id FROM core_jobs WHERE kind = ? AND live_key = ?",
                                     {request.kind, request.unique_key});
        if (!there) return there.error();
        if (*there) return (*there)->text("id");
    }
    return sdk::fail("database.busy", "Another change to the same job was under way; try again.");
}

sdk::Result<std::vector<Head>> JobRecords::heads(const sdk::CallContext& context,
                                                 const std::vector<std::string>& kinds) {
    std::vector<Head> heads;
    if (kinds.empty()) return heads;
    std::string sql;
    for (std::size_t i = 0; i < kinds.size(); ++i)
        sql += std::string(i == 0 ? "" : " UNION ALL ") +
               "SELECT * FROM (SELECT kind, precedence, due_at FROM core_jobs WHERE state = 'ready' AND kind = ? "
               "ORDER BY precedence, due_at LIMIT 1) k" +
               std::to_string(i);
    sdk::DbValues values;
    append(values, kinds);
    auto rows = database_.query(context, sql, values);
    if (!rows) return rows.error();
    for (const auto& row : *rows) heads.push_back({row.text("kind"), row.integer("precedence"), row.integer("due_at")});
    return heads;
}

sdk::Result<std::vector<ClaimedJob>> JobRecords::settle_and_claim(const sdk::CallContext& context,
                                                                  const std::vector<Ending>& endings,
                                                                  const std::vector<Wish>& wishes) {
    std::vector<ClaimedJob> claimed;
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        claimed.clear();
        if (auto settled = settle(tx, context, endings); !settled) return settled;
        for (const auto& wish : wishes)
            if (auto taken = claim(tx, context, wish, claimed); !taken) return taken;
        background::passing(options_.steps, "jobs.before_commit");
        return sdk::ok();
    });
    if (!done) return done.error();
    background::passing(options_.steps, endings.empty() ? "jobs.claimed" : "jobs.settled");
    return claimed;
}

sdk::Result<void> JobRecords::settle(sdk::Transaction& tx, const sdk::CallContext& context,
                                     const std::vector<Ending>& endings) {
    if (auto done = settle_done(tx, context, endings); !done) return done;
    for (const auto& ending : endings) {
        if (ending.how == Ending::How::failed) {
            if (auto done = settle_failed(tx, context, ending.job, ending.reason); !done) return done;
        } else if (ending.how == Ending::How::not_begun) {
            auto done = tx.execute(context,
                                   "UPDATE core_jobs SET state = 'ready', due_at = run_at, lease = NULL, "
                                   "attempts = attempts - 1 WHERE id = ? AND lease = ?",
                                   {ending.job.id, ending.job.lease});
            if (!done) return done.error();
        }
    }
    return sdk::ok();
}

sdk::Result<void> JobRecords::settle_done(sdk::Transaction& tx, const sdk::CallContext& context,
                                          const std::vector<Ending>& endings) {
    std::vector<std::string> ids;
    std::vector<std::string> leases;
    for (const auto& ending : endings) {
        if (ending.how != Ending::How::done) continue;
        ids.push_back(ending.job.id);
        if (std::find(leases.begin(), leases.end(), ending.job.lease) == leases.end())
            leases.push_back(ending.job.lease);
    }
    if (ids.empty()) return sdk::ok();
    const auto now = clock_.now();
    const auto id_list = in_list(ids);
    const auto lease_list = in_list(leases);
    sdk::DbValues values{now, now + options_.keep_done};
    append(values, ids);
    append(values, leases);
    auto done = tx.execute(context,
                           "UPDATE core_jobs SET state = 'done', live_key = NULL, lease = NULL, error = '', "
                           "finished_at = ?, due_at = ? WHERE id IN " +
                               id_list + " AND lease IN " + lease_list,
                           values);
    return done ? sdk::ok() : done.error();
}

sdk::Result<void> JobRecords::settle_failed(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                            const ClaimedJob& job, const std::string& reason) {
    const auto now = clock_.now();
    const auto error = background::shortened(reason);
    if (job.attempt >= job.most_attempts) {
        auto done = where.execute(context,
                                  "UPDATE core_jobs SET state = 'failed', live_key = NULL, lease = NULL, error = ?, "
                                  "finished_at = ?, due_at = ? WHERE id = ? AND lease = ?",
                                  {error, now, now + options_.keep_failed, job.id, job.lease});
        return done ? sdk::ok() : done.error();
    }
    const auto again = now + background::pause_after(job.attempt, options_.pause);
    auto done = where.execute(context,
                              "UPDATE core_jobs SET state = 'later', lease = NULL, error = ?, run_at = ?, due_at = ? "
                              "WHERE id = ? AND lease = ?",
                              {error, again, again, job.id, job.lease});
    return done ? sdk::ok() : done.error();
}

sdk::Result<void> JobRecords::claim(sdk::Transaction& tx, const sdk::CallContext& context, const Wish& wish,
                                    std::vector<ClaimedJob>& claimed) {
    const bool sqlite = tx.dialect() == sdk::Dialect::sqlite;
    const auto select = std::string("SELECT id, kind, tenant, payload, attempts, most_attempts FROM core_jobs ") +
                        "WHERE state = 'ready' AND kind = ? " + (wish.ahead ? "AND most_attempts > 2 " : "") +
                        "ORDER BY precedence, due_at, id LIMIT ?" + (sqlite ? "" : " FOR UPDATE SKIP LOCKED");
    auto rows = tx.query(context, select, {wish.kind, wish.most});
    if (!rows) return rows.error();
    if (rows->empty()) return sdk::ok();
    const auto now = clock_.now();
    const auto until = now + wish.lease;
    const auto lease = sdk::make_uuid();
    std::vector<std::string> ids;
    for (const auto& row : *rows) {
        ids.push_back(row.text("id"));
        claimed.push_back({row.text("id"), row.text("kind"), lease, until, row.text("tenant"), row.text("payload"),
                           static_cast<int>(row.integer("attempts")) + 1,
                           static_cast<int>(row.integer("most_attempts"))});
    }
    const auto list = in_list(ids);
    sdk::DbValues values{lease, until, now};
    append(values, ids);
    auto taken = tx.execute(context,
                            "UPDATE core_jobs SET state = 'running', lease = ?, due_at = ?, started_at = ?, "
                            "attempts = attempts + 1 WHERE state = 'ready' AND id IN " +
                                list,
                            values);
    if (!taken) return taken.error();
    if (static_cast<std::size_t>(*taken) != rows->size())
        return sdk::fail("database.busy", "Another host took the same jobs; try again.");
    return sdk::ok();
}

sdk::Result<bool> JobRecords::prolong(const sdk::CallContext& context, ClaimedJob& job, sdk::Milliseconds lease) {
    const auto until = clock_.now() + lease;
    auto done = database_.execute(context, "UPDATE core_jobs SET due_at = ? WHERE id = ? AND lease = ?",
                                  {until, job.id, job.lease});
    if (!done) return done.error();
    job.lease_until = until;
    return *done == 1;
}

sdk::Result<bool> JobRecords::complete(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                       const ClaimedJob& job) {
    const auto now = clock_.now();
    auto done = where.execute(context,
                              "UPDATE core_jobs SET state = 'done', live_key = NULL, lease = NULL, error = '', "
                              "finished_at = ?, due_at = ? WHERE id = ? AND lease = ? AND state = 'running'",
                              {now, now + options_.keep_done, job.id, job.lease});
    if (!done) return done.error();
    background::passing(options_.steps, "jobs.completed_in");
    return *done == 1;
}

sdk::Result<std::int64_t> JobRecords::promote(const sdk::CallContext& context) {
    auto rows = database_.query(
        context, "SELECT id FROM core_jobs WHERE state = 'later' AND due_at <= ? ORDER BY due_at LIMIT ?",
        {clock_.now(), kInOneGo});
    if (!rows) return rows.error();
    if (rows->empty()) return std::int64_t{0};
    std::vector<std::string> ids;
    for (const auto& row : *rows) ids.push_back(row.text("id"));
    const auto list = in_list(ids);
    sdk::DbValues values;
    append(values, ids);
    return database_.execute(context, "UPDATE core_jobs SET state = 'ready' WHERE state = 'later' AND id IN " + list,
                             values);
}

sdk::Result<std::int64_t> JobRecords::take_back(const sdk::CallContext& context) {
    auto rows = database_.query(context,
                                "SELECT id, lease, attempts, most_attempts FROM core_jobs "
                                "WHERE state = 'running' AND due_at < ? ORDER BY due_at LIMIT ?",
                                {clock_.now(), kInOneGo});
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        ClaimedJob job;
        job.id = row.text("id");
        job.lease = row.text("lease");
        job.attempt = static_cast<int>(row.integer("attempts"));
        job.most_attempts = static_cast<int>(row.integer("most_attempts"));
        auto done = sdk::ok();
        if (job.attempt >= job.most_attempts) {
            done =
                settle_failed(database_, context, job, "jobs.lease_ended: Its last run did not end within its lease.");
        } else {
            auto freed =
                database_.execute(context,
                                  "UPDATE core_jobs SET state = 'ready', lease = NULL, due_at = run_at, "
                                  "error = ? WHERE id = ? AND lease = ?",
                                  {"jobs.lease_ended: A run did not end within its lease.", job.id, job.lease});
            if (!freed) done = freed.error();
        }
        if (!done) return done.error();
    }
    return static_cast<std::int64_t>(rows->size());
}

sdk::Result<std::int64_t> JobRecords::purge(const sdk::CallContext& context) {
    auto rows =
        database_.query(context, "SELECT id FROM core_jobs WHERE state IN ('done', 'failed') AND due_at < ? LIMIT ?",
                        {clock_.now(), kInOneGo});
    if (!rows) return rows.error();
    if (rows->empty()) return std::int64_t{0};
    std::vector<std::string> ids;
    for (const auto& row : *rows) ids.push_back(row.text("id"));
    const auto list = in_list(ids);
    sdk::DbValues values{clock_.now()};
    append(values, ids);
    return database_.execute(
        context, "DELETE FROM core_jobs WHERE state IN ('done', 'failed') AND due_at < ? AND id IN " + list, values);
}

}  // namespace whatsflow::jobs
