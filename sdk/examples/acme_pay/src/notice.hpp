/// \file
/// Acme's webhook → what WhatsFlow understands.
///
/// The header `Acme-Signature: t=1773129600,v1=<hex>` covers the time and the whole body. A
/// notice is proven before a byte of its JSON is read. Nothing here does I/O.
#pragma once

#include <whatsflow/sdk/payment_event.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace acme {

namespace sdk = whatsflow::sdk;

struct NoticeRules {
    sdk::Secret secret;  ///< empty: every notice is refused
    std::chrono::seconds tolerance{300};
    bool live = false;  ///< notices of the other mode are refused
};

/// Error `payment.notice_refused`.
sdk::Result<sdk::VerifiedNotice> verify(const NoticeRules& rules, const sdk::PaymentNotice& notice);
/// Verifies again, then translates. Empty for types that mean nothing to us.
sdk::Result<std::vector<sdk::PaymentEvent>> read(const NoticeRules& rules, const sdk::PaymentNotice& notice);

}  // namespace acme
