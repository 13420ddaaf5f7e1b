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

}  // namespace whatsflow::billing
