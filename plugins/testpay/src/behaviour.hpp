/// \file
/// How a kept method behaves when it is charged later. Its token says so, which is all that
/// has to be remembered about it: `tpm_works_0190a5…`.
#pragma once

#include <whatsflow/sdk/payment_event.hpp>
#include <whatsflow/sdk/time.hpp>

#include <array>
#include <string>
#include <string_view>

namespace whatsflow::testpay {

enum class Behaviour {
    works,
    poor,        ///< insufficient funds: may work later
    stolen,      ///< will never work
    expired,     ///< its date has passed
    challenged,  ///< the bank wants the customer each time
    slow,        ///< works, and says so later
    silent,      ///< works, and says nothing
    disputed,    ///< works, and is charged back later
};

inline constexpr std::array kBehaviours{Behaviour::works,      Behaviour::poor, Behaviour::stolen, Behaviour::expired,
                                        Behaviour::challenged, Behaviour::slow, Behaviour::silent, Behaviour::disputed};

std::string_view to_text(Behaviour behaviour);
/// `works` for everything that is not a word of it.
Behaviour behaviour_of(std::string_view text);

/// A new method that behaves so.
sdk::SavedPaymentMethod make_method(Behaviour behaviour, const std::string& customer, sdk::Instant now);
/// The behaviour in a token; `stolen` for tokens that are not ours.
Behaviour behaviour_of_token(std::string_view token);

}  // namespace whatsflow::testpay
