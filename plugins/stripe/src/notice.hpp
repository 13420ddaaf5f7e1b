/// \file
/// A webhook of Stripe, proven: signature over the raw bytes first, then age, then what it is.
///
/// Nothing here does I/O, and not a byte of the body is read before it is proven.
#pragma once

#include <whatsflow/sdk/payment_event.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace whatsflow::stripe {

struct NoticeRules {
    std::vector<sdk::Secret> secrets;  ///< none: every notice is refused
    std::chrono::seconds tolerance{300};
    bool live = false;
};

/// Error `payment.notice_refused`.
sdk::Result<sdk::VerifiedNotice> verify(const NoticeRules& rules, const sdk::PaymentNotice& notice);

/// Verifies again, then translates. Empty for types that mean nothing to us, and for what
/// happened in the other mode: Stripe rightly signs that, and repeating it would not help.
sdk::Result<std::vector<sdk::PaymentEvent>> read(const NoticeRules& rules, const sdk::PaymentNotice& notice);

}  // namespace whatsflow::stripe
