/// \file
/// Where a visitor came from, carried from the first page to the sign-up.
///
/// Links of a page repeat the `utm_*` parameters it was asked with, and the sign-up hands
/// them to the app together with plan and interval. Nothing else of a request has a say in
/// where a link leads.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <string>
#include <string_view>

namespace whatsflow::landing {

/// "?utm_source=ad&utm_term=a%20b" out of a query, or "".
std::string campaign_of(const sdk::Fields& query);

/// `path?parameters`, followed by what `campaign_of` gave.
std::string with_parameters(std::string_view path, std::string_view parameters, std::string_view campaign);

/// The app's sign-up with plan, interval and every utm_*, in the order they came.
std::string signup_location(std::string_view app_url, const sdk::Fields& query);

}  // namespace whatsflow::landing
