/// \file
/// Numbers, money and dates as people of a language write them.
///
/// Small on purpose: grouping by thousands and the names of months for the languages that ship.
/// Nothing here is for programs: they get plain decimals and RFC 3339.
#pragma once

#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::views {

/// `1,234,567`; Tamil groups as in India: `12,34,567`.
std::string format_number(std::int64_t number, std::string_view locale);
/// At most `decimals` digits after the point, without trailing zeros.
std::string format_number(double number, std::string_view locale, int decimals = 2);

/// `LKR 1,234.50`; `$29.00` for the few currencies whose sign means one currency only here.
std::string format_money(const sdk::Money& money, std::string_view locale);

/// `10 March 2026`, of the day in the zone; without one of the UTC day.
std::string format_date(sdk::Instant instant, std::string_view locale, std::string_view zone = {});
/// `10 March 2026, 13:30`; without a zone `10 March 2026, 08:00 UTC`.
std::string format_datetime(sdk::Instant instant, std::string_view locale, std::string_view zone = {});

/// Whether `count` takes the text for one: Sinhala counts 0 as one.
bool is_one(std::int64_t count, std::string_view locale);

}  // namespace whatsflow::views
