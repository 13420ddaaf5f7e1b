#include "open_feature.hpp"

namespace whatsflow::flags {

std::string_view reason_of(const Answer& answer) {
    if (answer.enabled) {
        if (answer.by_share) return "SPLIT";
        return answer.cause == Cause::no_strategies ? "STATIC" : "TARGETING_MATCH";
    }
    return answer.feature->has_variants || answer.cause == Cause::switched_off ? "DISABLED" : "TARGETING_MATCH";
}

Resolution resolve(const Answer& answer) {
    const auto reason = reason_of(answer);
    if (answer.enabled) {
        if (!answer.variant) return {true, "on", reason};
        return {answer.variant->value, answer.variant->name, reason, answer.variant->value_is_broken};
    }
    if (answer.feature->has_variants)
        return {answer.feature->has_values ? nlohmann::json() : nlohmann::json(false), "disabled", reason};
    return {false, "off", reason};
}

Context context_of_open_feature(const nlohmann::json& json) {
    auto context = context_from_json(json);
    const auto key = context.properties.find("targetingKey");
    if (!context.user_id && key != context.properties.end()) context.user_id = key->second;
    return context;
}

}  // namespace whatsflow::flags
