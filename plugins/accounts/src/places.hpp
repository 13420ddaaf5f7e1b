/// \file
/// Countries, time zones and currencies, for the forms and for sensible beginnings.
///
/// Names and zones come from the system's time zone database, which every installation needs
/// anyway; which country pays in which currency is a short list of our own.
#pragma once

#include "forms.hpp"

#include <string>
#include <string_view>

namespace whatsflow::accounts {

/// Code and English name, by name. Never empty.
const Choices& countries();
/// `Asia/Colombo` twice, by name.
const Choices& time_zones();

bool is_country(std::string_view code);
bool is_time_zone(std::string_view name);

/// The first zone of the country, else `UTC`.
std::string time_zone_of(std::string_view country);
std::string currency_of(std::string_view country, const std::string& otherwise);

}  // namespace whatsflow::accounts
