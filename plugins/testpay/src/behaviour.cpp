#include "behaviour.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::testpay {

std::string_view to_text(Behaviour behaviour) {
    switch (behaviour) {
        case Behaviour::works: return "works";
        case Behaviour::poor: return "poor";
        case Behaviour::stolen: return "stolen";
        case Behaviour::expired: return "expired";
        case Behaviour::challenged: return "challenged";
        case Behaviour::slow: return "slow";
        case Behaviour::silent: return "silent";
        case Behaviour::disputed: return "disputed";
    }
    return "works";
}

Behaviour behaviour_of(std::string_view text) {
    for (const auto behaviour : kBehaviours)
        if (to_text(behaviour) == text) return behaviour;
    return Behaviour::works;
}

sdk::SavedPaymentMethod make_method(Behaviour behaviour, const std::string& customer, sdk::Instant now) {
    const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
    sdk::SavedPaymentMethod method;
    method.token = sdk::Secret{"tpm_" + std::string(to_text(behaviour)) + "_" + sdk::make_uuid()};
    method.customer = customer;
    method.kind = "card";
    method.brand = "testpay";
    method.last4 = behaviour == Behaviour::works ? "4242" : "0002";
    method.exp_month = static_cast<int>(static_cast<unsigned>(today.month()));
    method.exp_year = static_cast<int>(today.year()) + (behaviour == Behaviour::expired ? -1 : 3);
    return method;
}

Behaviour behaviour_of_token(std::string_view token) {
    if (!token.starts_with("tpm_")) return Behaviour::stolen;
    token.remove_prefix(4);
    const auto word = token.substr(0, token.find('_'));
    const auto behaviour = behaviour_of(word);
    return to_text(behaviour) == word ? behaviour : Behaviour::stolen;
}

}  // namespace whatsflow::testpay
