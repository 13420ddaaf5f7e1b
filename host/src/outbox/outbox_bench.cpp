// Events a second from the commit of their publisher to the end of their subscriber's handler,
// recorded ten in a transaction by one and by four publishers. Held to: 5,000. SQLite in memory's file system, or the
// database named by WHATSFLOW_TEST_DATABASE_URL, which is left with what was recorded.
#include "data/database_server.hpp"
#include "data/migrator.hpp"
#include "outbox/outbox.hpp"
#include "time/system_clock.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <thread>

namespace whatsflow::outbox {
namespace {

constexpr int kInOneTransaction = 10;
constexpr int kEvents = 5'000;

class NoLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

struct Sent {
    static constexpr sdk::EventType kType{"bench.sent", 1};
    std::int64_t number = 0;
    std::string text = "a text of the usual length of a message";
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("number", &Sent::number), sdk::field("text", &Sent::text));
    }
};

std::shared_ptr<data::DatabaseServer> bench_database(const sdk::Clock& clock) {
    const char* chosen = std::getenv("WHATSFLOW_TEST_DATABASE_URL");
    auto server = *data::open(*data::parse_database_url(chosen ? chosen : "sqlite::memory:"), {.sessions = 8});
    data::Migrator migrator(*server, {{"core", "core_", std::filesystem::path(WF_SOURCE_DIR) / "migrations"}}, clock);
    if (auto done = migrator.apply({}); !done) throw std::runtime_error(done.error().message);
    return server;
}

background::Guard open_gate() {
    return [](const std::string&, const std::function<sdk::Result<void>()>& body) { return body(); };
}

void record_some(sdk::Database& database, sdk::Outbox& outbox, int events) {
    const sdk::CallContext context;
    for (int i = 0; i < events; i += kInOneTransaction)
        (void)database.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            for (int k = 0; k < kInOneTransaction; ++k)
                if (auto done = sdk::record(outbox, tx, context, Sent{i + k}); !done) return done;
            return sdk::ok();
        });
}

void record_all(sdk::Database& database, sdk::Outbox& outbox, int publishers) {
    std::vector<std::thread> threads;
    for (int i = 0; i < publishers; ++i)
        threads.emplace_back([&] { record_some(database, outbox, kEvents / publishers); });
    for (auto& thread : threads) thread.join();
}

/// Publishers record while the subscriber is served; the end is when it has had them all.
void end_to_end(benchmark::State& state, bool transactional) {
    NoLog log;
    time::SystemClock clock;
    const auto database = bench_database(clock);
    events::Bus bus(log, clock);
    Outbox outbox(*database, bus, clock, log);
    auto plugin = outbox.for_plugin("bench", open_gate());
    std::atomic<int> delivered{0};
    const auto made =
        transactional ? plugin->subscribe_in_transaction("bench.sums", "bench.sent/1",
                                                         [&](sdk::Transaction&, const sdk::Envelope& envelope) {
                                                             benchmark::DoNotOptimize(sdk::read_event<Sent>(envelope));
                                                             ++delivered;
                                                             return sdk::ok();
                                                         })
                      : plugin->subscribe("bench.sums", "bench.sent/1", [&](const sdk::Envelope& envelope) {
                            benchmark::DoNotOptimize(sdk::read_event<Sent>(envelope));
                            ++delivered;
                            return sdk::ok();
                        });
    if (!made) return state.SkipWithError(made.error().message.c_str());
    outbox.start();
    for (auto _ : state) {
        const int before = delivered;
        record_all(*database, *plugin, static_cast<int>(state.range(0)));
        while (delivered - before < kEvents) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    outbox.stop();
    state.counters["events/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * kEvents, benchmark::Counter::kIsRate);
}

void OutboxEndToEnd(benchmark::State& state) {
    end_to_end(state, false);
}
BENCHMARK(OutboxEndToEnd)->Arg(1)->Arg(4)->UseRealTime()->Unit(benchmark::kMillisecond);

void OutboxEndToEndInTransactions(benchmark::State& state) {
    end_to_end(state, true);
}
BENCHMARK(OutboxEndToEndInTransactions)->Arg(1)->Arg(4)->UseRealTime()->Unit(benchmark::kMillisecond);

/// The subscriber's side alone: everything is recorded before it is served.
void OutboxBacklog(benchmark::State& state) {
    NoLog log;
    time::SystemClock clock;
    const auto database = bench_database(clock);
    events::Bus bus(log, clock);
    for (auto _ : state) {
        state.PauseTiming();
        Outbox outbox(*database, bus, clock, log);
        auto plugin = outbox.for_plugin("bench", open_gate());
        std::atomic<int> delivered{0};
        (void)plugin->subscribe("bench.sums", "bench.sent/1", [&](const sdk::Envelope& envelope) {
            benchmark::DoNotOptimize(sdk::read_event<Sent>(envelope));
            ++delivered;
            return sdk::ok();
        });
        record_all(*database, *plugin, 4);
        state.ResumeTiming();
        outbox.start();
        while (delivered < kEvents) std::this_thread::sleep_for(std::chrono::microseconds(200));
        outbox.stop();
    }
    state.counters["events/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()) * kEvents, benchmark::Counter::kIsRate);
}
BENCHMARK(OutboxBacklog)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whatsflow::outbox
