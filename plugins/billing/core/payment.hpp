/// \file
/// Every movement of money with a provider: charges, refunds, chargebacks.
///
/// A charge is written down as `unknown` before the provider is asked, so that a crash in between
/// leaves an honest record; its id is the provider's idempotency key over all technical retries.
#pragma once

#include "amount.hpp"
#include "calendar.hpp"
#include "ids.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

enum class PaymentKind {
    charge,
    refund,               ///< amount is negative
    chargeback,           ///< negative
    chargeback_reversal,  ///< positive
};

enum class PaymentStatus {
    unknown,  ///< may have happened: asked again, never retried
    pending,  ///< the provider will tell
    succeeded,
    declined,
    not_attempted,  ///< surely did not happen (no connection): retried in seconds, no dunning
};

std::string_view to_text(PaymentKind kind);
std::string_view to_text(PaymentStatus status);
std::optional<PaymentKind> read_payment_kind(std::string_view text);
std::optional<PaymentStatus> read_payment_status(std::string_view text);

/// The code of a pending charge that waits for the customer's consent.
inline constexpr std::string_view kCustomerNeeded = "customer_needed";

struct Payment {
    PaymentId id;
    PaymentKind kind = PaymentKind::charge;
    InvoiceId invoice;
    std::optional<PaymentId> of;  ///< refunds and chargebacks: the charge they take from
    Amount amount = 0;            ///< asked for; what moved once it has succeeded
    PaymentStatus status = PaymentStatus::unknown;
    sdk::Instant started_at{};
    std::optional<sdk::Instant> resolved_at;
    bool hard = false;  ///< declined for good: this method will not work
    std::string decline_code;
    std::string provider_reference;
    int asked = 0;                       ///< how often the provider was asked about an unresolved charge
    std::optional<sdk::Instant> ask_at;  ///< when to ask next; empty: a notice or a human decides
    Amount refunded = 0;                 ///< of a charge: by refunds
    Amount charged_back = 0;             ///< of a charge: by open chargebacks
    Amount kept_as_credit = 0;           ///< arrived when it was not owed any more
    bool awaited = false;                ///< a charge that a provider makes by itself: never asked for by us

    bool operator==(const Payment&) const = default;

    bool waits_for_customer() const { return status == PaymentStatus::pending && decline_code == kCustomerNeeded; }
    bool unresolved() const { return status == PaymentStatus::unknown || status == PaymentStatus::pending; }
    /// Never negative. What was kept as credit is given back by taking the credit.
    Amount refundable() const {
        if (kind != PaymentKind::charge || status != PaymentStatus::succeeded) return 0;
        return std::max<Amount>(0, amount - refunded - charged_back - kept_as_credit);
    }
};

}  // namespace whatsflow::billing
