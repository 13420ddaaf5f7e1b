/// \file
/// Is a flag on for somebody, and with which variant? Unleash's rules to the letter.
///
/// Dependencies and the switch first; then without strategies on, else the first strategy that
/// passes decides. A pure function of rules, context, clock, except where chance is asked for.
#pragma once

#include "rule_set.hpp"

namespace whatsflow::flags {

/// What made the answer.
enum class Cause { unknown_flag, dependency, switched_off, no_strategies, strategy, no_strategy_passed };

struct Answer {
    bool enabled = false;
    const Feature* feature = nullptr;
    const Variant* variant = nullptr;  ///< null: none, which clients call `disabled`
    Cause cause = Cause::unknown_flag;
    std::size_t strategy = 0;  ///< its place, where it was the cause
    bool by_share = false;     ///< a percentage below 100, or weights, had a say
};

struct Circumstances {
    const sdk::Clock& clock;
    std::string_view host_name{};  ///< lowered; for the strategy applicationHostname
};

Answer evaluate(const RuleSet& rules, const Feature& feature, const Context& context, const Circumstances& around);
Answer evaluate(const RuleSet& rules, std::string_view flag, const Context& context, const Circumstances& around);

/// Whether what a flag depends on is as it wants it.
bool is_satisfied(const RuleSet& rules, const Dependency& dependency, const Context& context,
                  const Circumstances& around);

/// Whether one strategy passes, rules and constraints.
bool passes(const Strategy& strategy, const Context& context, const Circumstances& around);

/// `{"name", "enabled", "payload"?, "feature_enabled", "featureEnabled"}` as Unleash clients know it.
nlohmann::json variant_json(const Answer& answer);

}  // namespace whatsflow::flags
