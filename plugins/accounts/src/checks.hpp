/// \file
/// Is what somebody typed acceptable? Every objection at once, by field.
#pragma once

#include "forms.hpp"

#include <string>
#include <string_view>

namespace whatsflow::accounts {

/// ASCII letters small; what an e-mail address or a word is stored and found as.
std::string lowered(std::string_view text);
bool is_email(std::string_view text);
/// Characters, not bytes: a name in Sinhala may be as long as one in English.
std::size_t characters(std::string_view text);

void check_email(Objections& objections, const char* field, const std::string& value);
void check_text(Objections& objections, const char* field, const std::string& value, std::size_t most,
                bool optional = false);
/// Asks the service; its codes become objections. `personal` may not be what it is made of.
sdk::Result<void> check_password(const Office& office, Objections& objections, const char* field,
                                 const sdk::Secret& password, const std::vector<std::string>& personal);
/// `+94 77 123 4567` → `+94771234567`; empty stays empty; nothing when it cannot be a number.
std::optional<std::string> international_number(std::string_view text);

}  // namespace whatsflow::accounts
