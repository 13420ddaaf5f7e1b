#include "declines.hpp"

#include "stripe_json.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace whatsflow::stripe {
namespace {

/// Trying these again can cost the account: card networks count it.
constexpr std::array<std::string_view, 17> kNeverRetried{"authentication_required",
                                                         "expired_card",
                                                         "fraudulent",
                                                         "highest_risk_level",
                                                         "incorrect_number",
                                                         "invalid_account",
                                                         "invalid_number",
                                                         "lost_card",
                                                         "merchant_blacklist",
                                                         "new_account_information_available",
                                                         "no_action_taken",
                                                         "pickup_card",
                                                         "restricted_card",
                                                         "revocation_of_all_authorizations",
                                                         "revocation_of_authorization",
                                                         "stolen_card",
                                                         "stop_payment_order"};

}  // namespace

Refusal refusal_of(const nlohmann::json& error) {
    Refusal refusal;
    refusal.code = text_of(at(error, "decline_code"), 100);
    if (refusal.code.empty()) refusal.code = text_of(at(error, "code"), 100);
    if (refusal.code.empty()) refusal.code = "declined";
    refusal.message = text_of(at(error, "message"));
    if (refusal.message.empty()) refusal.message = "The payment was declined.";
    const bool hard = std::ranges::find(kNeverRetried, refusal.code) != kNeverRetried.end() ||
                      text_of(at(error, "advice_code")) == "do_not_try_again";
    refusal.decline = hard ? sdk::Decline::hard : sdk::Decline::soft;
    return refusal;
}

bool wants_the_customer(const nlohmann::json& error) {
    return text_of(at(error, "code")) == "authentication_required" ||
           text_of(at(error, "decline_code")) == "authentication_required";
}

}  // namespace whatsflow::stripe
