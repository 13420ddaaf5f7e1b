// What publishing one event to one subscriber costs the publisher. Held to: under 500 ns.
#include "events/bus.hpp"

#include <benchmark/benchmark.h>

namespace whatsflow::events {
namespace {

class SystemClock final : public sdk::Clock {
public:
    sdk::Instant now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

class NoLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

struct Happened {
    static constexpr sdk::EventType kType{"bench.happened", 1};
    int number = 0;
    static constexpr auto fields() { return std::make_tuple(sdk::field("number", &Happened::number)); }
};

void publish_to_one_subscriber(benchmark::State& state) {
    NoLog log;
    SystemClock clock;
    Bus bus(log, clock);
    std::atomic<std::uint64_t> sum{0};
    auto ear = sdk::subscribe<Happened>(
        bus, [&](const Happened& event, const sdk::Envelope&) { sum += static_cast<std::uint64_t>(event.number); },
        {4096, sdk::Overflow::drop_oldest});
    for (auto _ : state) benchmark::DoNotOptimize(sdk::publish(bus, Happened{1}));
    bus.drain(std::chrono::seconds(10));
    state.counters["dropped"] = static_cast<double>(bus.dropped());
}
BENCHMARK(publish_to_one_subscriber)->UseRealTime();

void publish_without_subscribers(benchmark::State& state) {
    NoLog log;
    SystemClock clock;
    Bus bus(log, clock);
    for (auto _ : state) benchmark::DoNotOptimize(sdk::publish(bus, Happened{1}));
}
BENCHMARK(publish_without_subscribers);

}  // namespace
}  // namespace whatsflow::events
