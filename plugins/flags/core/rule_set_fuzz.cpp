// Any bytes as definitions: no crash, and what compiles can be asked.
#include "evaluation.hpp"

class FuzzClock final : public whatsflow::sdk::Clock {
public:
    whatsflow::sdk::Instant now() const override { return {}; }
};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace whatsflow::flags;
    const auto rules = RuleSet::parse({reinterpret_cast<const char*>(bytes), size});
    if (!rules) return 0;
    const FuzzClock clock;
    const auto context = context_from_json({{"userId", "7"}, {"remoteAddress", "10.0.0.1"}, {"version", "1.2.3"}});
    for (const auto& feature : (*rules)->features()) {
        const auto answer = evaluate(**rules, feature, context, {clock});
        if (variant_json(answer)["feature_enabled"] != answer.enabled) __builtin_trap();
    }
    return 0;
}
