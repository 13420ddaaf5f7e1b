// One flag evaluated in memory. Held to: under 1 µs for a flag with three constraints.
#include "evaluation.hpp"

#include <benchmark/benchmark.h>

namespace whatsflow::flags {
namespace {

class StandingClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(1'800'000'000'000'000); }
};

constexpr const char* kDefinitions =
    R"({"version": 2, "features": [{"name": "new-inbox", "enabled": true, "strategies": [
    {"name": "flexibleRollout", "parameters": {"rollout": "60", "stickiness": "default", "groupId": "new-inbox"},
     "constraints": [{"contextName": "country", "operator": "IN", "values": ["DE", "FR", "LK"]},
                     {"contextName": "version", "operator": "SEMVER_GTE", "value": "2.4.0"},
                     {"contextName": "email", "operator": "STR_ENDS_WITH", "values": ["@shop.example"]}]}],
    "variants": [{"name": "a", "weight": 500}, {"name": "b", "weight": 500}]}]})";

void three_constraints(benchmark::State& state) {
    const auto rules = RuleSet::parse(kDefinitions);
    const StandingClock clock;
    const auto context = context_from_json(
        {{"userId", "user-42"}, {"country", "LK"}, {"version", "2.5.1"}, {"email", "amara@shop.example"}});
    for (auto _ : state) benchmark::DoNotOptimize(evaluate(**rules, "new-inbox", context, {clock}));
}
BENCHMARK(three_constraints);

void ten_thousand_flags_compiled(benchmark::State& state) {
    auto document = nlohmann::json::parse(kDefinitions);
    const auto feature = document["features"][0];
    for (int i = 1; i < 10'000; ++i) {
        document["features"].push_back(feature);
        document["features"].back()["name"] = "flag-" + std::to_string(i);
    }
    for (auto _ : state) benchmark::DoNotOptimize(RuleSet::compile(document));
}
BENCHMARK(ten_thousand_flags_compiled)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whatsflow::flags
