#include "flag_listing.hpp"

#include "core/open_feature.hpp"

namespace whatsflow::flags {

sdk::Result<std::vector<sdk::ListedFlag>> BoardListing::evaluate_all(const std::string& environment,
                                                                     const sdk::FlagContext& asked) const {
    const auto served = board_.served(environment);
    auto context = context_of_open_feature(asked.attributes);
    if (!context.user_id && !asked.targeting_key.empty()) context.user_id = asked.targeting_key;
    if (!context.environment) context.environment = environment;
    std::vector<sdk::ListedFlag> all;
    for (const auto& feature : served->rules->features()) {
        const auto answer = evaluate(*served->rules, feature, context, {clock_});
        sdk::ListedFlag flag;
        flag.key = feature.name;
        flag.enabled = answer.enabled;
        flag.reason = reason_of(answer);
        flag.version = served->revision;
        if (answer.enabled && answer.variant) {
            flag.variant = answer.variant->name;
            if (!answer.variant->payload.is_null() && !answer.variant->value_is_broken)
                flag.payload = answer.variant->value;
        }
        all.push_back(std::move(flag));
    }
    return all;
}

}  // namespace whatsflow::flags
