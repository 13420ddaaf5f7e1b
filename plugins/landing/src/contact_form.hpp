/// \file
/// The contact form: what a person wrote, or everything that is wrong with it at once.
///
/// Two traps catch machines: a field people do not see, and the time between showing and
/// sending the form. Both answer with a sentence and keep what was written, so that a
/// person who falls into one loses nothing.
#pragma once

#include "texts.hpp"

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::landing {

inline constexpr std::array<std::string_view, 5> kContactTopics{"sales", "support", "billing", "partners", "other"};

/// What came in, tidied: no spaces at the ends, one kind of line end.
struct ContactInput {
    std::string name;
    std::string email;
    std::string company;
    std::string topic;
    std::string message;
    std::string website;  ///< the trap; empty from people
    std::string started;  ///< when the form was shown, in milliseconds
};

ContactInput read_contact_input(const sdk::Fields& form);

/// Every objection, by field; empty = acceptable. Codes: `required`, `too_long`,
/// `too_short`, `invalid`; for the traps the field `form` with `robot`, `too_fast`, `expired`.
/// Messages are keys below `landing.contact.errors.`.
std::vector<sdk::FieldError> objections(const ContactInput& input, sdk::Instant now);

bool is_email(std::string_view text);

/// The model of the form: values to show again, each with its objection.
nlohmann::json contact_form_model(const ContactInput& input, const std::vector<sdk::FieldError>& errors,
                                  const Texts& texts, sdk::Instant now);

}  // namespace whatsflow::landing
