// What one primary-key SELECT and one small write cost on SQLite: through this layer, and
// the same SELECT through POCO's reused Statement, the way not taken.
#include "data/database_server.hpp"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <benchmark/benchmark.h>

namespace whatsflow::data {
namespace {

constexpr int kRows = 10'000;
constexpr const char* kById = "SELECT id, name, n FROM t WHERE id = ?";

std::shared_ptr<DatabaseServer> filled() {
    const sdk::CallContext context;
    auto server = *open(*parse_database_url("sqlite::memory:"), {});
    (void)server->execute(context, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n BIGINT)");
    (void)server->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (int i = 0; i < kRows; ++i)
            if (auto done = tx.execute(context, "INSERT INTO t VALUES (?, ?, ?)", {i, "a name of usual length", i});
                !done)
                return done.error();
        return sdk::ok();
    });
    return server;
}

void SelectByPrimaryKey(benchmark::State& state) {
    static const auto server = filled();
    const sdk::CallContext context;
    int id = 0;
    for (auto _ : state) {
        id = (id + 7919) % kRows;
        auto rows = server->query(context, kById, {id});
        if (!rows || rows->size() != 1) state.SkipWithError("no row");
        benchmark::DoNotOptimize(rows);
    }
}
BENCHMARK(SelectByPrimaryKey)->Threads(1)->Threads(2);

/// What keeping tenants apart adds: `:tenant` is found by the statement's text and bound.
void SelectOfATenant(benchmark::State& state) {
    static const auto server = [] {
        auto made = filled();
        (void)made->execute(
            {},
            "CREATE TABLE notes (tenant_id VARCHAR(36), id INTEGER, name TEXT, n BIGINT, PRIMARY KEY (tenant_id, id))");
        (void)made->execute({}, "INSERT INTO notes SELECT ?, id, name, n FROM t",
                            {"0190a5c8-0000-7000-8000-000000000001"});
        (void)made->learn_tenant_tables({}, 1);
        return made;
    }();
    const sdk::CallContext context{.request_id = "r", .tenant = sdk::TenantId("0190a5c8-0000-7000-8000-000000000001")};
    int id = 0;
    for (auto _ : state) {
        id = (id + 7919) % kRows;
        auto rows = server->query(context, "SELECT id, name, n FROM notes WHERE tenant_id = :tenant AND id = ?", {id});
        if (!rows || rows->size() != 1) state.SkipWithError("no row");
        benchmark::DoNotOptimize(rows);
    }
}
BENCHMARK(SelectOfATenant)->Threads(1)->Threads(2);

/// The same with the statement as the driver wants it, past the scope's binding.
void SelectByTwoValues(benchmark::State& state) {
    static const auto server = [] {
        auto made = filled();
        (void)made->execute(
            {}, "CREATE TABLE notes (owner VARCHAR(36), id INTEGER, name TEXT, n BIGINT, PRIMARY KEY (owner, id))");
        (void)made->execute({}, "INSERT INTO notes SELECT ?, id, name, n FROM t",
                            {"0190a5c8-0000-7000-8000-000000000001"});
        return made;
    }();
    const sdk::CallContext context;
    int id = 0;
    for (auto _ : state) {
        id = (id + 7919) % kRows;
        auto rows = server->query(context, "SELECT id, name, n FROM notes WHERE owner = ? AND id = ?",
                                  {"0190a5c8-0000-7000-8000-000000000001", id});
        if (!rows || rows->size() != 1) state.SkipWithError("no row");
        benchmark::DoNotOptimize(rows);
    }
}
BENCHMARK(SelectByTwoValues)->Threads(1)->Threads(2);

/// What is asked before each statement: is it any business of tenants?
void AdmitAStatement(benchmark::State& state) {
    static TenantScope scope(nullptr);
    const sdk::CallContext context;
    const sdk::DbValues values{1};
    for (auto _ : state) {
        auto call = scope.admit(context, kById, values);
        benchmark::DoNotOptimize(call);
    }
}
BENCHMARK(AdmitAStatement)->Threads(1)->Threads(2);

void SelectWithPocosStatement(benchmark::State& state) {
    using namespace Poco::Data::Keywords;
    Poco::Data::SQLite::Connector::registerConnector();
    Poco::Data::Session session("SQLite", ":memory:");
    session << "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n BIGINT)", now;
    int id = 0;
    for (int i = 0; i < kRows; ++i)
        session << "INSERT INTO t VALUES (?, 'a name of usual length', ?)", use(i), use(i), now;
    Poco::Int64 found = 0;
    std::string name;
    Poco::Int64 n = 0;
    Poco::Data::Statement statement(session);
    statement << kById, into(found), into(name), into(n), use(id);
    for (auto _ : state) {
        id = (id + 7919) % kRows;
        if (statement.execute() != 1) state.SkipWithError("no row");
        benchmark::DoNotOptimize(name);
    }
}
BENCHMARK(SelectWithPocosStatement);

void SmallTransaction(benchmark::State& state) {
    static const auto server = filled();
    const sdk::CallContext context;
    for (auto _ : state) {
        auto done = server->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto changed = tx.execute(context, "UPDATE t SET n = n + 1 WHERE id = ?", {5});
            if (!changed) return changed.error();
            return sdk::ok();
        });
        if (!done) state.SkipWithError("refused");
    }
}
BENCHMARK(SmallTransaction);

}  // namespace
}  // namespace whatsflow::data
