/// \file
/// Which of Stripe's refusals may pass by themselves, and which never will.
#pragma once

#include <whatsflow/sdk/payment_outcome.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::stripe {

struct Refusal {
    sdk::Decline decline = sdk::Decline::soft;
    std::string code;  ///< the bank's reason where it gave one, else Stripe's code
    std::string message;
};

/// From `error` of an answer or `last_payment_error` of a PaymentIntent. An unknown reason is
/// soft: one more try is cheaper than a customer lost to a word we do not know.
Refusal refusal_of(const nlohmann::json& error);

/// The bank wants the customer to prove who they are.
bool wants_the_customer(const nlohmann::json& error);

}  // namespace whatsflow::stripe
