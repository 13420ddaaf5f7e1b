/// \file
/// Who brought whom, and the credit that both get for it.
///
/// `pending` from the sign-up on; `rewarded` when the first payment of the one who came has stood for the days
/// of the terms; `reversed` when that payment is given back, together with what is unspent of the credit;
/// `refused` where both are the same people, by a member of both or by a card that both have paid with;
/// `lapsed` after a year without a payment.
#pragma once

#include "teller.hpp"

#include <whatsflow/sdk/money.hpp>

namespace whatsflow::billing {

class Referrals {
public:
    Referrals(sdk::Host& host, Teller& teller) : host_(host), teller_(teller) {}

    /// Hears of sign-ups and of money that goes back; looks every hour at what is due. [in start() only]
    sdk::Result<void> register_work();

    /// Somebody came with this code. Once for each tenant; a code that nobody has is no error.
    sdk::Result<void> begin(const sdk::CallContext& context, const TenantId& referee, const std::string& code);
    /// Rewards, refuses or puts off what is due; how many were rewarded. A crash in between pays nobody twice.
    sdk::Result<int> look(const sdk::CallContext& context);
    /// Money went back to this tenant.
    sdk::Result<void> reverse(const sdk::CallContext& context, const TenantId& referee);

private:
    struct Due {
        TenantId referee;
        TenantId referrer;
        std::int64_t began_at = 0;
    };
    sdk::Result<bool> decide(const sdk::CallContext& context, const Due& due);
    /// Why it is one and the same who came and who brought: `people`, `card`, or empty when it is not.
    sdk::Result<std::string> why_the_same(const sdk::CallContext& context, const Due& due);
    sdk::Result<bool> share_a_member(const sdk::CallContext& context, const Due& due);
    sdk::Result<bool> share_a_card(const sdk::CallContext& context, const Due& due);
    /// Whether the invoice of the first payment was given money back for.
    sdk::Result<bool> went_back(const sdk::CallContext& own, const std::string& invoice);
    /// What the tenant was given; nothing where there is no reward in its currency.
    sdk::Result<sdk::Money> thank(const sdk::CallContext& context, const TenantId& tenant, const TenantId& referee,
                                  const char* side);
    sdk::Result<void> note_rewards(const sdk::CallContext& context, const TenantId& referee, const sdk::Money& came,
                                   const sdk::Money& brought);
    /// As much of what was given as is not spent.
    sdk::Result<void> take_back(const sdk::CallContext& context, const TenantId& tenant, const TenantId& referee,
                                const char* side, Amount given);
    sdk::Result<void> become(const sdk::CallContext& context, const TenantId& referee, const char* state,
                             const std::string& invoice = {}, const std::string& reason = {});
    sdk::Result<void> look_again(const sdk::CallContext& context, const TenantId& referee, sdk::Instant at);

    sdk::Host& host_;
    Teller& teller_;
};

}  // namespace whatsflow::billing
