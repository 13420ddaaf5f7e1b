/// \file
/// A notice of PayHere: proven as far as its signature reaches, which is not far.
///
/// `md5sig` covers merchant, order, amount, currency and status. Who has seen one genuine
/// notice can send it again with another payment, so everything here is partially signed and
/// confirmed with PayHere's API before it counts. Nothing here does I/O.
#pragma once

#include "signature.hpp"

#include <whatsflow/sdk/payment_event.hpp>

#include <string>
#include <vector>

namespace whatsflow::payhere {

/// A notice whose signature is right.
struct SignedNotice {
    std::string order_id;
    std::string amount;    ///< signed
    std::string currency;  ///< signed
    std::string status;    ///< signed: `2`, `0`, `-1`, `-2`, `-3`, `3`
    sdk::Fields fields;    ///< everything, the unsigned part included
    /// Contains the payment's id, for whoever looks it up; a digest tells apart what else differs.
    std::string event_id;
    std::string type;

    std::string field(const char* name) const { return fields.get(name); }
};

/// Error `payment.notice_refused`.
sdk::Result<SignedNotice> prove(const Merchant& merchant, const sdk::PaymentNotice& notice);

sdk::Result<sdk::VerifiedNotice> verify(const Merchant& merchant, const sdk::PaymentNotice& notice);
/// Verifies again, then translates. Empty for what means nothing to us.
sdk::Result<std::vector<sdk::PaymentEvent>> read(const Merchant& merchant, const sdk::PaymentNotice& notice);

/// The translation alone.
std::vector<sdk::PaymentEvent> events_of(const SignedNotice& notice, sdk::Instant received_at);

/// Day of the next instalment, in either of the forms PayHere has used; at midnight in Colombo.
std::optional<sdk::Instant> read_day(std::string_view text);

}  // namespace whatsflow::payhere
