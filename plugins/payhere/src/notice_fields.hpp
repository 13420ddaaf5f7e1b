/// \file
/// The form that PayHere posts to notify_url, taken apart. Nothing in it is proven yet.
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <string>
#include <string_view>

namespace whatsflow::payhere {

/// Error `payment.notice_refused` for what PayHere does not send: a broken escape, a field
/// twice (two readers could pick different ones), more than 64 KiB, more than 100 fields.
sdk::Result<sdk::Fields> read_notice_form(std::string_view body);

}  // namespace whatsflow::payhere
