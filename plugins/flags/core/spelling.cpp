#include "spelling.hpp"

#include "open_feature.hpp"

namespace whatsflow::flags {
namespace {

using nlohmann::json;

std::string text_of_json(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

constexpr std::string_view kOn = R"(","value":true,"variant":"on"})";
constexpr std::string_view kOff = R"(","value":false,"variant":"off"})";
constexpr std::string_view kNoVariant = R"(","value":false,"variant":"disabled"})";
/// Without a value: the default in the caller's code.
constexpr std::string_view kNoValue = R"(","variant":"disabled"})";
constexpr std::string_view kBroken =
    R"(","errorCode":"PARSE_ERROR","errorDetails":"The payload is not what its type says."})";
constexpr std::string_view kReason = R"(","reason":")";
constexpr std::string_view kToggleWithoutVariant =
    R"({"enabled":false,"featureEnabled":true,"feature_enabled":true,"name":"disabled"}})";

void spell(Variants& variants, const Feature& feature) {
    for (auto& variant : variants.list) {
        const Answer answer{true, &feature, &variant};
        variant.toggle_tail = text_of_json(variant_json(answer)) + "}";
        if (variant.value_is_broken) continue;
        variant.evaluation_tail =
            R"(","value":)" + text_of_json(variant.value) + R"(,"variant":)" + text_of_json(variant.name) + "}";
    }
}

}  // namespace

void spell(Feature& feature) {
    const auto name = text_of_json(feature.name);
    // Without the last quote: what follows begins with it.
    feature.evaluation_head = "{\"key\":" + name.substr(0, name.size() - 1);
    feature.toggle_head = "{\"name\":" + name +
                          ",\"enabled\":true,\"impressionData\":" + (feature.impressions ? "true" : "false") +
                          ",\"variant\":";
    spell(feature.variants, feature);
    for (auto& strategy : feature.strategies) spell(strategy.variants, feature);
}

bool append_evaluation(std::string& text, const Answer& answer) {
    text += answer.feature->evaluation_head;
    if (answer.variant && answer.variant->value_is_broken) {
        text += kBroken;
        return false;
    }
    text += kReason;
    text += reason_of(answer);
    if (answer.variant)
        text += answer.variant->evaluation_tail;
    else if (answer.enabled)
        text += kOn;
    else if (answer.feature->has_variants)
        text += answer.feature->has_values ? kNoValue : kNoVariant;
    else
        text += kOff;
    return true;
}

void append_toggle(std::string& text, const Answer& answer) {
    text += answer.feature->toggle_head;
    if (answer.variant)
        text += answer.variant->toggle_tail;
    else
        text += kToggleWithoutVariant;
}

}  // namespace whatsflow::flags
