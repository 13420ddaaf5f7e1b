/// \file
/// May this tenant use a feature? Its plan and the flag of the same name in one question, with the reason.
///
///     const auto broadcasts = allowance(host, request.context, "broadcasts");
///     if (!broadcasts.yes) return problem(402, "not_allowed", broadcasts.reason);
///
/// For a template, where `{{#allowed.broadcasts.yes}}` and `{{allowed.broadcasts.reason}}` ask:
///
///     model["allowed"] = allowances(host, request, {"broadcasts", "assistant"});
///
/// The plan says what a tenant has paid for, the flag what is open at all: both have to say yes. Without
/// plans (nobody provides whatsflow.entitlements/1) the flag alone decides; without a flag of that name the
/// plan alone. Who cannot be asked has not said yes.
#pragma once

#include <whatsflow/sdk/entitlements.hpp>
#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/tenant_plans.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

struct Allowance {
    enum class Cause {
        granted,
        not_in_plan,   ///< another plan may have it: offer one
        switched_off,  ///< not open, or not for this tenant: no plan helps
        unknown,       ///< a service is away: ask again later
    };
    bool yes = false;
    Cause cause = Cause::unknown;
    std::string reason;  ///< a sentence, in English
};

/// `granted`, `not_in_plan`, `switched_off`, `unknown`.
inline std::string_view to_text(Allowance::Cause cause) {
    switch (cause) {
        case Allowance::Cause::granted: return "granted";
        case Allowance::Cause::not_in_plan: return "not_in_plan";
        case Allowance::Cause::switched_off: return "switched_off";
        case Allowance::Cause::unknown: break;
    }
    return "unknown";
}

inline Allowance allowance_for(Allowance::Cause cause) {
    switch (cause) {
        case Allowance::Cause::granted: return {true, cause, "It is part of your plan."};
        case Allowance::Cause::not_in_plan: return {false, cause, "Your plan does not include it."};
        case Allowance::Cause::switched_off: return {false, cause, "It is switched off for now."};
        case Allowance::Cause::unknown: break;
    }
    return {false, Allowance::Cause::unknown, "It cannot be found out at the moment whether you may use it."};
}

/// [pool-, job- and event-thread] From memory once the tenant is known; why it is refused may take a query.
inline Allowance allowance(Host& host, const CallContext& context, std::string_view feature) {
    using Cause = Allowance::Cause;
    const auto entitlements = find_service<Entitlements>(host);
    if (entitlements) {
        const auto answer = entitlements.call(&Entitlements::allowed, context, feature);
        if (!answer)
            return allowance_for(answer.error().code == "entitlements.not_included" ? Cause::not_in_plan
                                                                                    : Cause::unknown);
        if (*answer) return allowance_for(Cause::granted);
    }
    // The plan has said no, or there are no plans: what does the flag say?
    FlagContext who{.targeting_key = context.tenant.text()};
    if (entitlements) {
        const auto plans =
            find_service<TenantPlans>(host).call(&TenantPlans::plans_of, context, std::vector{context.tenant});
        if (plans && !plans->empty()) who.attributes["plan"] = plans->front().plan;
    }
    const bool open = flag_value(find_service<FeatureFlags>(host), feature, true, who);
    if (!open) return allowance_for(Cause::switched_off);
    return allowance_for(entitlements ? Cause::not_in_plan : Cause::granted);
}

/// `{"broadcasts": {"yes": false, "cause": "not_in_plan", "reason": "…"}}`, the reason in the request's
/// language: the text `theme.allowance.<cause>`.
inline nlohmann::json allowances(Host& host, const Request& request, const std::vector<std::string>& features) {
    auto all = nlohmann::json::object();
    for (const auto& feature : features) {
        const auto answer = allowance(host, request.context, feature);
        const auto key = "theme.allowance." + std::string(to_text(answer.cause));
        const auto said = host.translate(request.locale, key);
        all[feature] = {
            {"yes", answer.yes}, {"cause", to_text(answer.cause)}, {"reason", said == key ? answer.reason : said}};
    }
    return all;
}

}  // namespace whatsflow::sdk
