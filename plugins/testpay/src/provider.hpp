/// \file
/// Testpay as a payment provider: everything a real one does, without money.
#pragma once

#include "outcomes.hpp"

#include <whatsflow/sdk/connection_test.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

namespace whatsflow::testpay {

class Provider final : public sdk::PaymentProvider, public sdk::ConnectionTest {
public:
    Provider(Till& till, Outcomes& outcomes, Messenger& messenger)
        : till_(till), outcomes_(outcomes), messenger_(messenger) {}

    sdk::Result<sdk::PaymentProviderInfo> describe() const override;
    sdk::Result<void> health(const sdk::CallContext& context) override;
    sdk::Result<std::string> test_connection(const sdk::CallContext& context) override;
    sdk::Result<sdk::CheckoutPage> create_checkout(const sdk::CallContext& context,
                                                   const sdk::CheckoutRequest& request) override;
    sdk::Result<sdk::CheckoutPage> create_setup(const sdk::CallContext& context,
                                                const sdk::CheckoutRequest& request) override;
    sdk::Result<sdk::PaymentOutcome> expire_checkout(const sdk::CallContext& context,
                                                     const std::string& session) override;
    sdk::Result<sdk::PaymentRecord> lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) override;
    sdk::Result<sdk::PaymentOutcome> charge(const sdk::CallContext& context,
                                            const sdk::ChargeRequest& request) override;
    sdk::Result<sdk::PaymentOutcome> refund(const sdk::CallContext& context,
                                            const sdk::RefundRequest& request) override;
    sdk::Result<sdk::VerifiedNotice> verify_notice(const sdk::PaymentNotice& notice) const override;
    sdk::Result<std::vector<sdk::PaymentEvent>> read_notice(const sdk::PaymentNotice& notice) const override;

private:
    sdk::Result<sdk::CheckoutPage> open(const sdk::CallContext& context, const sdk::CheckoutRequest& request,
                                        const char* kind);

    Till& till_;
    Outcomes& outcomes_;
    Messenger& messenger_;
};

}  // namespace whatsflow::testpay
