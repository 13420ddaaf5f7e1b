// What finding the session of a request costs: out of memory, and out of the database.
#include "data/migrator.hpp"
#include "sessions/session_store.hpp"

#include <benchmark/benchmark.h>

namespace whatsflow::sessions {
namespace {

struct BenchClock final : sdk::Clock {
    sdk::Instant now() const override { return sdk::from_micros(1'800'000'000'000'000); }
};
struct NoLog final : sdk::Logger {
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

struct Bench {
    Bench() {
        (void)data::Migrator(*database, {{"core", "core_", std::string(WF_SOURCE_DIR) + "/migrations"}}, clock)
            .apply({});
        for (int i = 0; i < 1000; ++i)
            tokens.push_back(store
                                 .start({}, {.site = sdk::Site::app,
                                             .subject = "0190a5c8-0000-7000-8000-000000000001",
                                             .tenant = sdk::TenantId("0190a5c8-0000-7000-8000-000000000002"),
                                             .address = "203.0.113.7",
                                             .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
                                             .facts = {{"second_factor", true}}})
                                 ->token.reveal());
    }
    BenchClock clock;
    NoLog log;
    std::shared_ptr<data::DatabaseServer> database = *data::open(*data::parse_database_url("sqlite::memory:"), {});
    SessionStore store{*database, clock, log};
    std::vector<std::string> tokens;
};

Bench& bench() {
    static Bench made;
    return made;
}

void FindInMemory(benchmark::State& state) {
    auto& made = bench();
    std::size_t number = 0;
    for (auto _ : state) {
        auto found = made.store.find({}, sdk::Site::app, made.tokens[number++ % made.tokens.size()]);
        if (!found || !*found) state.SkipWithError("not found");
    }
}
BENCHMARK(FindInMemory)->Threads(1)->Threads(2);

void FindInTheDatabase(benchmark::State& state) {
    auto& made = bench();
    std::size_t number = 0;
    for (auto _ : state) {
        made.store.invalidate_all();
        auto found = made.store.find({}, sdk::Site::app, made.tokens[number++ % made.tokens.size()]);
        if (!found || !*found) state.SkipWithError("not found");
    }
}
BENCHMARK(FindInTheDatabase);

}  // namespace
}  // namespace whatsflow::sessions
