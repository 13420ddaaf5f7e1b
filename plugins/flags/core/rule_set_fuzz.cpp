// Any bytes as definitions: no crash; what compiles can be asked, explained, spelled, and changed by staff
// into something that compiles again.
#include "edits.hpp"
#include "explanation.hpp"
#include "spelling.hpp"

class FuzzClock final : public whatsflow::sdk::Clock {
public:
    whatsflow::sdk::Instant now() const override { return {}; }
};

namespace {

using whatsflow::flags::RuleSet;

bool compiles(const nlohmann::json& definition, const RuleSet& rules) {
    return static_cast<bool>(
        RuleSet::compile({{"features", nlohmann::json::array({definition})}, {"segments", rules.segments()}}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace whatsflow::flags;
    const auto rules = RuleSet::parse({reinterpret_cast<const char*>(bytes), size});
    if (!rules) return 0;
    const FuzzClock clock;
    const auto context = context_from_json({{"userId", "7"}, {"remoteAddress", "10.0.0.1"}, {"version", "1.2.3"}});
    for (const auto& feature : (*rules)->features()) {
        const auto answer = evaluate(**rules, feature, context, {clock});
        if (variant_json(answer)["feature_enabled"] != answer.enabled) __builtin_trap();
        std::string text;
        append_evaluation(text, answer);
        if (nlohmann::json::parse(text)["key"] != feature.name) __builtin_trap();
        if (explain(**rules, feature.name, context, {clock}).sentence.empty()) __builtin_trap();
        const auto definition = feature.definition();
        auto overrides = overrides_of(definition);
        overrides.set("t1", "on");
        overrides.set("t2", "off");
        const auto changed = with_overrides(definition, overrides);
        if (!compiles(changed, **rules)) __builtin_trap();
        if (overrides_of(changed).state_of("t1") != "on") __builtin_trap();
        if (!compiles(without_strategy(definition, 0), **rules)) __builtin_trap();
        for (const auto& each : list_in(definition, "strategies"))
            if (is_share(each))
                if (const auto grown = with_share(definition, mark_of_share(each), 10))
                    if (!compiles(*grown, **rules)) __builtin_trap();
        differences(definition, changed);
    }
    return 0;
}
