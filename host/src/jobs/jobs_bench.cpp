// Jobs a second that four workers claim, run (doing nothing) and end. Held to: 2,000. SQLite in
// memory's file system, or the database named by WHATSFLOW_TEST_DATABASE_URL.
#include "data/database_server.hpp"
#include "data/migrator.hpp"
#include "jobs/jobs.hpp"
#include "time/system_clock.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <thread>

namespace whatsflow::jobs {
namespace {

constexpr int kJobs = 4'000;

class NoLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

std::shared_ptr<data::DatabaseServer> bench_database(const sdk::Clock& clock) {
    const char* chosen = std::getenv("WHATSFLOW_TEST_DATABASE_URL");
    auto server = *data::open(*data::parse_database_url(chosen ? chosen : "sqlite::memory:"), {.sessions = 8});
    data::Migrator migrator(*server, {{"core", "core_", std::filesystem::path(WF_SOURCE_DIR) / "migrations"}}, clock);
    if (auto done = migrator.apply({}); !done) throw std::runtime_error(done.error().message);
    return server;
}

void enqueue_all(sdk::Database& database, sdk::Jobs& jobs) {
    const sdk::CallContext context;
    for (int i = 0; i < kJobs; i += 100)
        (void)database.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            for (int k = 0; k < 100; ++k)
                if (auto id = jobs.enqueue(tx, context, {.kind = "bench.nothing"}); !id) return id.error();
            return sdk::ok();
        });
}

void ClaimRunAndEnd(benchmark::State& state) {
    NoLog log;
    time::SystemClock clock;
    const auto database = bench_database(clock);
    for (auto _ : state) {
        state.PauseTiming();
        Jobs jobs(*database, clock, log, {.workshop = {.workers = 4}});
        auto plugin = jobs.for_plugin("bench", [](const auto&, const auto& body) { return body(); });
        std::atomic<int> ran{0};
        enqueue_all(*database, *plugin);
        (void)plugin->handle("bench.nothing", [&](sdk::JobRun&) {
            ++ran;
            return sdk::ok();
        });
        state.ResumeTiming();
        jobs.start();
        while (ran < kJobs) std::this_thread::sleep_for(std::chrono::microseconds(200));
        jobs.stop();
    }
    state.counters["jobs/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * kJobs, benchmark::Counter::kIsRate);
}
BENCHMARK(ClaimRunAndEnd)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whatsflow::jobs
