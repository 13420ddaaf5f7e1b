#include "flag_service.hpp"

#include "core/open_feature.hpp"

namespace whatsflow::flags {

using nlohmann::json;

template <class T>
sdk::FlagDetails<T> FlagService::ask(std::string_view key, const T& fallback, const sdk::FlagContext& asked,
                                     bool (json::*fits)() const noexcept) const {
    const auto served = board_.served(kProduction);
    const auto& rules = served->platform->find(key) ? *served->platform : *served->rules;
    const auto* feature = rules.find(key);
    if (!feature)
        return sdk::FlagDetails<T>::failed(fallback, sdk::FlagError::flag_not_found, "There is no such flag.");
    auto context = context_of_open_feature(asked.attributes);
    if (!context.user_id && !asked.targeting_key.empty()) context.user_id = asked.targeting_key;
    // Plugins ask about tenants; staff's exceptions name them by this field.
    if (!asked.targeting_key.empty() && !context.find("tenantId")) context.set("tenantId", asked.targeting_key);
    auto resolved = resolve(evaluate(rules, *feature, context, {clock_}));
    if (feature->impressions && context.user_id)
        exposures_.note(kProduction, feature->name, resolved.variant, *context.user_id);
    if (resolved.is_broken)
        return sdk::FlagDetails<T>::failed(fallback, sdk::FlagError::parse_error,
                                           "The payload is not what its type says.");
    sdk::FlagDetails<T> details;
    details.variant = resolved.variant;
    details.reason = resolved.reason;
    if (resolved.value.is_null()) {
        details.value = fallback;
        return details;
    }
    if (!(resolved.value.*fits)())
        return sdk::FlagDetails<T>::failed(fallback, sdk::FlagError::type_mismatch,
                                           "The flag has a value of another type.");
    details.value = resolved.value.template get<T>();
    return details;
}

sdk::Result<sdk::FlagDetails<bool>> FlagService::boolean(std::string_view key, bool fallback,
                                                         const sdk::FlagContext& context) const {
    return ask<bool>(key, fallback, context, &json::is_boolean);
}

sdk::Result<sdk::FlagDetails<std::string>> FlagService::string(std::string_view key, const std::string& fallback,
                                                               const sdk::FlagContext& context) const {
    return ask<std::string>(key, fallback, context, &json::is_string);
}

sdk::Result<sdk::FlagDetails<double>> FlagService::number(std::string_view key, double fallback,
                                                          const sdk::FlagContext& context) const {
    return ask<double>(key, fallback, context, &json::is_number);
}

sdk::Result<sdk::FlagDetails<json>> FlagService::object(std::string_view key, const json& fallback,
                                                        const sdk::FlagContext& context) const {
    return ask<json>(key, fallback, context, &json::is_object);
}

}  // namespace whatsflow::flags
