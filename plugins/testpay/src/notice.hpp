/// \file
/// Testpay's notices: signed and read as those of a real provider are.
///
///     Testpay-Signature: t=1773129600,v1=<HMAC-SHA256 over time, dot and body>
#pragma once

#include <whatsflow/sdk/payment_event.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::testpay {

/// The value of the header.
std::string sign(const sdk::Secret& secret, sdk::Instant now, std::string_view body);

/// The body of a notice about `event`. Its `event_id` identifies it.
std::string body_of(const sdk::PaymentEvent& event);

/// Error `payment.notice_refused`.
sdk::Result<sdk::VerifiedNotice> verify(const sdk::Secret& secret, const sdk::PaymentNotice& notice);
sdk::Result<std::vector<sdk::PaymentEvent>> read(const sdk::Secret& secret, const sdk::PaymentNotice& notice);

}  // namespace whatsflow::testpay
