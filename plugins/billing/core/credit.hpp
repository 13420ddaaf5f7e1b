/// \file
/// Account credit, gift codes, referrals and coupon redemptions: value that is not money in hand.
#pragma once

#include "amount.hpp"
#include "calendar.hpp"
#include "catalogue.hpp"
#include "ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

enum class CreditSource { proration, goodwill, gift, referral, late_payment, credit_note, prepaid };

std::string_view to_text(CreditSource source);
std::optional<CreditSource> read_credit_source(std::string_view text);

/// Credit in the account. Spent soonest expiry first, then lowest priority number, then oldest.
struct CreditGrant {
    GrantId id;
    CreditSource source = CreditSource::goodwill;
    Amount amount = 0;
    Amount remaining = 0;
    LocalDate granted_on;
    std::optional<LocalDate> expires_on;
    int priority = 0;
    std::string reason;

    bool operator==(const CreditGrant&) const = default;
};

/// One movement of the credit balance: their sum is the balance.
struct CreditEntry {
    CreditEntryId id;
    LocalDate on;
    Amount amount = 0;  ///< negative when spent, taken away or expired
    std::string reason;
    std::optional<InvoiceId> invoice;

    bool operator==(const CreditEntry&) const = default;
};

/// A coupon that this account has redeemed and what of it was used.
struct CouponRedemption {
    RedemptionId id;
    std::string coupon;
    LocalDate redeemed_on;
    int periods_used = 0;                  ///< billing periods that were invoiced with it
    std::optional<LocalDate> last_period;  ///< start of the last of them
    std::optional<Amount> amount_left;     ///< of an amount coupon that counts once
    bool ended = false;

    bool operator==(const CouponRedemption&) const = default;
};

/// Gift codes are kept by their hash; the value is a liability until somebody redeems it.
enum class GiftState { sold, redeemed, expired };

struct GiftCode {
    std::string code_hash;
    Amount value = 0;
    std::string currency;
    GiftState state = GiftState::sold;
    std::optional<LocalDate> expires_on;

    bool operator==(const GiftCode&) const = default;
};

/// Why a gift code may not be redeemed by an account on that day; ok otherwise.
sdk::Result<void> check_gift(const GiftCode& gift, const std::string& currency, LocalDate today);

}  // namespace whatsflow::billing
