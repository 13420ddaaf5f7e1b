#include "credit.hpp"

namespace whatsflow::billing {

sdk::Result<void> check_gift(const GiftCode& gift, const std::string& currency, LocalDate today) {
    const auto refused = [](const char* why) { return sdk::fail("billing.gift_refused", why); };
    if (gift.state == GiftState::redeemed) return refused("This gift code has been used.");
    if (gift.state == GiftState::expired || (gift.expires_on && *gift.expires_on <= today))
        return refused("This gift code has expired.");
    if (gift.currency != currency) return refused("This gift code is in another currency than the account.");
    return sdk::ok();
}

ReferralState referral_on(const Referral& referral, const ReferralTerms& terms, LocalDate today,
                          bool first_payment_kept) {
    if (referral.state == ReferralState::reversed) return referral.state;
    if (referral.first_payment_settled_on && !first_payment_kept) return ReferralState::reversed;
    if (referral.state != ReferralState::pending) return referral.state;
    if (referral.referrer == referral.referee || !referral.first_payment_settled_on) return ReferralState::pending;
    const auto window_ends = referral.first_payment_settled_on->plus_days(terms.refund_window_days);
    return window_ends <= today ? ReferralState::qualified : ReferralState::pending;
}

}  // namespace whatsflow::billing
