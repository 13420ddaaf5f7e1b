/// \file
/// Acme Pay as a payment provider: a hosted page, refunds, signed notices.
#pragma once

#include "acme_api.hpp"
#include "notice.hpp"

#include <whatsflow/sdk/payment_provider.hpp>

namespace acme {

class Provider final : public sdk::PaymentProvider {
public:
    Provider(AcmeApi api, NoticeRules rules, bool has_key);

    sdk::Result<sdk::PaymentProviderInfo> describe() const override;
    sdk::Result<void> health(const sdk::CallContext& context) override;
    sdk::Result<sdk::CheckoutPage> create_checkout(const sdk::CallContext& context,
                                                   const sdk::CheckoutRequest& request) override;
    sdk::Result<sdk::PaymentRecord> lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) override;
    sdk::Result<sdk::VerifiedNotice> verify_notice(const sdk::PaymentNotice& notice) const override;
    sdk::Result<std::vector<sdk::PaymentEvent>> read_notice(const sdk::PaymentNotice& notice) const override;
    sdk::Result<sdk::PaymentOutcome> refund(const sdk::CallContext& context,
                                            const sdk::RefundRequest& request) override;

private:
    AcmeApi api_;
    NoticeRules rules_;
    bool has_key_;
};

}  // namespace acme
