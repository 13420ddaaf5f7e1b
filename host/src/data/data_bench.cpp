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
