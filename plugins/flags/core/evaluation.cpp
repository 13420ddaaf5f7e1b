#include "evaluation.hpp"

#include "bucket.hpp"

#include <random>

namespace whatsflow::flags {
namespace {

std::uint32_t chance() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return static_cast<std::uint32_t>(generator());
}

bool passes_share(const Strategy& strategy, const Context& context) {
    if (!strategy.percentage || *strategy.percentage <= 0) return false;
    const auto percentage = static_cast<std::uint32_t>(*strategy.percentage);
    const std::string* id = nullptr;
    if (strategy.stickiness == "default") {
        id = not_empty(context.user_id);
        if (!id) id = not_empty(context.session_id);
    } else if (strategy.stickiness != "random") {
        id = context.find_filled(strategy.stickiness);
        if (!id) return false;
    }
    return (id ? rollout_bucket(*id, strategy.group) : chance() % 100 + 1) <= percentage;
}

bool has(const std::vector<std::string>& sorted, std::string_view value) {
    return std::ranges::binary_search(sorted, value, std::less<>{});
}

bool passes_own_rule(const Strategy& strategy, const Context& context, const Circumstances& around) {
    switch (strategy.kind) {
        case Strategy::Kind::always: return true;
        case Strategy::Kind::user_ids: return context.user_id && has(strategy.listed, *context.user_id);
        case Strategy::Kind::host_names: return has(strategy.listed, around.host_name);
        case Strategy::Kind::addresses: {
            if (!context.remote_address) return false;
            if (has(strategy.listed, *context.remote_address)) return true;
            const auto address = IpAddress::parse(*context.remote_address);
            return address &&
                   std::ranges::any_of(strategy.ranges, [&](const auto& each) { return each.contains(*address); });
        }
        case Strategy::Kind::old_random:
            return strategy.percentage && chance() % 100 + 1 <= static_cast<std::uint32_t>(*strategy.percentage);
        case Strategy::Kind::sticky_percentage:
        case Strategy::Kind::flexible: return passes_share(strategy, context);
        case Strategy::Kind::never: return false;
    }
    return false;
}

const Variant* overriding(const Variants& variants, const Context& context) {
    for (const auto& variant : variants.list)
        for (const auto& each : variant.overrides) {
            const auto* value = context.find(each.field);
            if (value && std::ranges::find(each.values, *value) != each.values.end()) return &variant;
        }
    return nullptr;
}

const Variant* pick(const Variants& variants, const Context& context) {
    if (variants.total == 0) return nullptr;
    if (const auto* variant = overriding(variants, context)) return variant;
    const std::string* id = nullptr;
    if (variants.stickiness == "default") {
        id = not_empty(context.user_id);
        if (!id) id = not_empty(context.session_id);
        if (!id) id = not_empty(context.remote_address);
    } else if (variants.stickiness != "random") {
        id = context.find_filled(variants.stickiness);
    }
    const auto target = id ? variant_bucket(*id, variants.group, variants.total) : chance() % variants.total + 1;
    std::uint32_t sum = 0;
    for (const auto& variant : variants.list) {
        sum += variant.weight;
        if (sum >= target) return &variant;  // one of weight 0 never gets there first
    }
    return nullptr;
}

Answer switched_on(const Feature& feature, const Context& context, const Strategy* strategy, std::size_t place) {
    Answer answer{true, &feature, nullptr, strategy ? Cause::strategy : Cause::no_strategies, place, false};
    const auto& variants = strategy && !strategy->variants.list.empty() ? strategy->variants : feature.variants;
    answer.variant = pick(variants, context);
    const auto weighted = std::ranges::count_if(variants.list, [](const auto& each) { return each.weight > 0; });
    answer.by_share = weighted > 1 || (strategy && strategy->percentage.value_or(100) < 100);
    return answer;
}

Answer evaluate_alone(const Feature& feature, const Context& context, const Circumstances& around) {
    if (!feature.enabled) return {false, &feature, nullptr, Cause::switched_off};
    if (feature.strategies.empty()) return switched_on(feature, context, nullptr, 0);
    for (std::size_t i = 0; i < feature.strategies.size(); ++i)
        if (passes(feature.strategies[i], context, around))
            return switched_on(feature, context, &feature.strategies[i], i);
    return {false, &feature, nullptr, Cause::no_strategy_passed};
}

}  // namespace

bool is_satisfied(const RuleSet& rules, const Dependency& dependency, const Context& context,
                  const Circumstances& around) {
    const auto* parent = rules.find(dependency.parent);
    // One level only, which also ends circles.
    if (!parent || !parent->dependencies.empty()) return false;
    const auto answer = evaluate_alone(*parent, context, around);
    if (!dependency.enabled) return !answer.enabled;
    if (!answer.enabled) return false;
    if (dependency.variants.empty()) return true;
    const std::string_view name = answer.variant ? std::string_view(answer.variant->name) : "disabled";
    return std::ranges::find(dependency.variants, name) != dependency.variants.end();
}

bool passes(const Strategy& strategy, const Context& context, const Circumstances& around) {
    return std::ranges::all_of(strategy.constraints,
                               [&](const auto& each) { return each.holds(context, around.clock); }) &&
           passes_own_rule(strategy, context, around);
}

Answer evaluate(const RuleSet& rules, const Feature& feature, const Context& context, const Circumstances& around) {
    for (const auto& dependency : feature.dependencies)
        if (!is_satisfied(rules, dependency, context, around)) return {false, &feature, nullptr, Cause::dependency};
    return evaluate_alone(feature, context, around);
}

Answer evaluate(const RuleSet& rules, std::string_view flag, const Context& context, const Circumstances& around) {
    const auto* feature = rules.find(flag);
    return feature ? evaluate(rules, *feature, context, around) : Answer{};
}

nlohmann::json variant_json(const Answer& answer) {
    nlohmann::json json{{"name", answer.variant ? answer.variant->name : "disabled"},
                        {"enabled", answer.variant != nullptr},
                        {"feature_enabled", answer.enabled},
                        {"featureEnabled", answer.enabled}};
    if (answer.variant && !answer.variant->payload.is_null()) json["payload"] = answer.variant->payload;
    return json;
}

}  // namespace whatsflow::flags
