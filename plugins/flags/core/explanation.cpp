#include "explanation.hpp"

#include "bucket.hpp"
#include "dependencies.hpp"

namespace whatsflow::flags {
namespace {

using Verdict = ExplainedStep::Verdict;

Verdict verdict_of(bool passed) {
    return passed ? Verdict::passed : Verdict::failed;
}

std::string in_quotes(std::string_view text) {
    return "“" + std::string(text) + "”";
}

std::string listed(const std::vector<std::string>& values) {
    constexpr std::size_t kMost = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(values.size(), kMost); ++i) text += (i ? ", " : "") + values[i];
    return values.size() > kMost ? text + " and " + std::to_string(values.size() - kMost) + " more" : text;
}

std::string who_sticks(const std::string& stickiness) {
    if (stickiness == "default") return "user, else session";
    return stickiness;
}

/// Which id a share goes by, and its name; null: chance.
struct Sticking {
    const std::string* id = nullptr;
    std::string name;
};

Sticking sticking(const std::string& stickiness, const Context& context, bool also_address) {
    if (stickiness == "random") return {};
    if (stickiness != "default") return {context.find_filled(stickiness), stickiness};
    if (const auto* id = not_empty(context.user_id)) return {id, "userId"};
    if (const auto* id = not_empty(context.session_id)) return {id, "sessionId"};
    if (also_address)
        if (const auto* id = not_empty(context.remote_address)) return {id, "remoteAddress"};
    return {};
}

std::string rule_in_words(const Strategy& strategy) {
    const auto share = strategy.percentage ? std::to_string(*strategy.percentage) + " %" : "an unreadable share";
    switch (strategy.kind) {
        case Strategy::Kind::always: return "everybody";
        case Strategy::Kind::user_ids: return "users " + listed(strategy.listed);
        case Strategy::Kind::addresses: return "addresses " + listed(strategy.listed);
        case Strategy::Kind::host_names: return "programs on " + listed(strategy.listed);
        case Strategy::Kind::old_random: return share + " of all questions, by chance";
        case Strategy::Kind::sticky_percentage: return share + " by " + strategy.stickiness;
        case Strategy::Kind::flexible:
            if (strategy.percentage == 100 && strategy.stickiness == "default") return "everybody";
            return share + " by " + who_sticks(strategy.stickiness);
        case Strategy::Kind::never:
            return "the unknown strategy " + in_quotes(strategy.name) + ", which lets nobody in";
    }
    return {};
}

/// How the strategy's own rule went, once its constraints held.
std::string own_rule(const Strategy& strategy, const Context& context) {
    const bool shared = strategy.kind == Strategy::Kind::flexible || strategy.kind == Strategy::Kind::sticky_percentage;
    if (strategy.kind == Strategy::Kind::old_random) return "Chance decided, out of " + rule_in_words(strategy) + ".";
    if (!shared) return "It is for " + rule_in_words(strategy) + ".";
    if (!strategy.percentage) return "Its share is no number, so nobody is in it.";
    if (*strategy.percentage == 0) return "Its share is 0 %, so nobody is in it.";
    const auto by = sticking(strategy.stickiness, context, false);
    if (by.id)
        return by.name + " " + in_quotes(*by.id) + " falls into place " +
               std::to_string(rollout_bucket(*by.id, strategy.group)) + " of 100; places up to " +
               std::to_string(*strategy.percentage) + " are in.";
    if (strategy.stickiness != "default" && strategy.stickiness != "random")
        return "The context has no " + strategy.stickiness + ", by which the share goes.";
    return "Nothing tells one from another, so chance decided, for " + std::to_string(*strategy.percentage) + " %.";
}

std::string variant_sentence(const Answer& answer, const Context& context) {
    const auto& strategies = answer.feature->strategies;
    const auto* own = answer.cause == Cause::strategy ? &strategies[answer.strategy].variants : nullptr;
    const auto& variants = own && !own->list.empty() ? *own : answer.feature->variants;
    const auto by = sticking(variants.stickiness, context, true);
    const auto what = "The variant is " + in_quotes(answer.variant->name);
    for (const auto& each : answer.variant->overrides) {
        const auto* value = context.find(each.field);
        if (value && std::ranges::find(each.values, *value) != each.values.end())
            return what + ", which " + each.field + " " + in_quotes(*value) + " always gets.";
    }
    if (variants.list.size() == 1) return what + ", the only one.";
    if (!by.id) return what + ", by chance.";
    return what + ": " + by.name + " " + in_quotes(*by.id) + " falls into place " +
           std::to_string(variant_bucket(*by.id, variants.group, variants.total)) + " of " +
           std::to_string(variants.total) + " of the weights.";
}

void explain_strategy(Explanation& told, std::size_t place, const Context& context, const Circumstances& around,
                      bool passed) {
    const auto& strategy = told.answer.feature->strategies[place];
    told.steps.push_back({verdict_of(passed), "Rule " + std::to_string(place + 1) + ": " + in_words(strategy), false});
    bool all_hold = true;
    for (const auto& each : strategy.constraints) {
        const bool holds = each.holds(context, around.clock);
        all_hold = all_hold && holds;
        const auto* value = each.is_about_time() ? nullptr : context.find(each.field());
        std::string text = each.in_words();
        if (value)
            text += " (it is " + in_quotes(*value) + ")";
        else if (!each.is_about_time() && !each.field().empty())
            text += " (the context has no " + each.field() + ")";
        told.steps.push_back({verdict_of(holds), std::move(text), true});
    }
    if (all_hold) told.steps.push_back({verdict_of(passed), own_rule(strategy, context), true});
}

/// `It needs “p” to be on with variant “a”, which is on with variant “b”.`
std::string need_in_words(const Dependency& need, const RuleSet& rules, const Context& context,
                          const Circumstances& around) {
    const auto text = "it needs " + in_quotes(need.parent) + " to be " + in_words(need);
    const auto* parent = rules.find(need.parent);
    if (!parent) return text + ", which is not there.";
    if (!parent->dependencies.empty()) return text + ", which depends on a flag itself: one level is what counts.";
    const auto answer = evaluate(rules, *parent, context, around);
    if (!answer.enabled) return text + ", which is off for them.";
    if (need.variants.empty()) return text + ", which is on for them.";
    return text + ", which is on for them with " +
           (answer.variant ? "variant " + in_quotes(answer.variant->name) : std::string("no variant")) + ".";
}

std::string sentence_of(const Explanation& told, const RuleSet& rules, const Context& context,
                        const Circumstances& around) {
    const auto& answer = told.answer;
    const auto& strategies = answer.feature->strategies;
    switch (answer.cause) {
        case Cause::unknown_flag: break;
        case Cause::switched_off: return "Off: it is switched off in this environment.";
        case Cause::no_strategies: return "On: it has no rules, so it is on for everybody.";
        case Cause::no_strategy_passed:
            return strategies.size() == 1
                       ? "Off: its only rule does not let them in."
                       : "Off: none of its " + std::to_string(strategies.size()) + " rules lets them in.";
        case Cause::strategy:
            return "On: rule " + std::to_string(answer.strategy + 1) +
                   " lets them in: " + in_words(strategies[answer.strategy]) + ".";
        case Cause::dependency:
            for (const auto& each : answer.feature->dependencies)
                if (!is_satisfied(rules, each, context, around))
                    return "Off: " + need_in_words(each, rules, context, around);
            return "Off: a flag it depends on was not as it needs it, by chance.";
    }
    return {};
}

}  // namespace

std::string in_words(const Strategy& strategy) {
    auto text = rule_in_words(strategy);
    for (std::size_t i = 0; i < strategy.constraints.size(); ++i)
        text += (i == 0 ? ", where " : " and ") + strategy.constraints[i].in_words();
    return text;
}

Explanation explain(const RuleSet& rules, std::string_view flag, const Context& context, const Circumstances& around) {
    Explanation told{evaluate(rules, flag, context, around), {}, {}};
    const auto& answer = told.answer;
    if (!answer.feature) {
        told.sentence = "There is no such flag in this environment: callers get their own default.";
        return told;
    }
    told.sentence = sentence_of(told, rules, context, around);
    for (const auto& each : answer.feature->dependencies) {
        auto text = need_in_words(each, rules, context, around);
        text.front() = 'I';
        told.steps.push_back({verdict_of(is_satisfied(rules, each, context, around)), std::move(text), false});
    }
    if (answer.cause == Cause::dependency) return told;
    told.steps.push_back({verdict_of(answer.feature->enabled),
                          answer.feature->enabled ? "It is switched on." : "It is switched off.", false});
    if (!answer.feature->enabled) return told;
    const auto& strategies = answer.feature->strategies;
    if (strategies.empty()) told.steps.push_back({Verdict::passed, "It has no rules: everybody is in.", false});
    for (std::size_t i = 0; i < strategies.size(); ++i) {
        const bool decided = answer.cause == Cause::strategy && i == answer.strategy;
        explain_strategy(told, i, context, around, decided);
        if (decided) break;
    }
    if (answer.variant) told.steps.push_back({Verdict::told, variant_sentence(answer, context), false});
    return told;
}

}  // namespace whatsflow::flags
