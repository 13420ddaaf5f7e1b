/// \file
/// PayHere as a payment provider: forms that the browser posts, cards kept and charged, and
/// renewals that PayHere runs.
#pragma once

#include "attempts.hpp"
#include "checkout_form.hpp"
#include "notice.hpp"
#include "payhere_api.hpp"

#include <whatsflow/sdk/connection_test.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

namespace whatsflow::payhere {

class Provider final : public sdk::PaymentProvider, public sdk::ConnectionTest {
public:
    Provider(FormSettings forms, bool live, PayHereApi& api, Attempts& attempts, const sdk::Clock& clock);

    sdk::Result<sdk::PaymentProviderInfo> describe() const override;
    sdk::Result<void> health(const sdk::CallContext& context) override;
    sdk::Result<std::string> test_connection(const sdk::CallContext& context) override;

    sdk::Result<sdk::CheckoutPage> create_checkout(const sdk::CallContext& context,
                                                   const sdk::CheckoutRequest& request) override;
    sdk::Result<sdk::CheckoutPage> create_setup(const sdk::CallContext& context,
                                                const sdk::CheckoutRequest& request) override;

    /// Knows successful payments only, and finds them by our reference only.
    sdk::Result<sdk::PaymentRecord> lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) override;
    sdk::Result<sdk::PaymentOutcome> charge(const sdk::CallContext& context,
                                            const sdk::ChargeRequest& request) override;
    sdk::Result<sdk::PaymentOutcome> refund(const sdk::CallContext& context,
                                            const sdk::RefundRequest& request) override;

    sdk::Result<sdk::PaymentOutcome> cancel_subscription(const sdk::CallContext& context,
                                                         const std::string& subscription_id) override;
    sdk::Result<sdk::PaymentOutcome> retry_subscription(const sdk::CallContext& context,
                                                        const std::string& subscription_id) override;
    sdk::Result<std::vector<sdk::PaymentRecord>> list_payments(const sdk::CallContext& context,
                                                               const std::string& subscription_id) override;

    sdk::Result<sdk::VerifiedNotice> verify_notice(const sdk::PaymentNotice& notice) const override;
    sdk::Result<std::vector<sdk::PaymentEvent>> read_notice(const sdk::PaymentNotice& notice) const override;
    sdk::Result<sdk::PaymentConfirmation> confirm(const sdk::CallContext& context,
                                                  const sdk::PaymentEvent& event) override;

private:
    sdk::PaymentOutcome send_charge(const sdk::CallContext& context, const sdk::ChargeRequest& request);
    sdk::PaymentOutcome send_refund(const sdk::CallContext& context, const sdk::RefundRequest& request);
    sdk::Result<sdk::PaymentConfirmation> confirm_payment(const sdk::CallContext& context,
                                                          const sdk::PaymentEvent& event);
    sdk::Result<sdk::PaymentConfirmation> confirm_failure(const sdk::CallContext& context,
                                                          const sdk::PaymentEvent& event);
    sdk::Result<sdk::PaymentConfirmation> confirm_end(const sdk::CallContext& context, const sdk::PaymentEvent& event);
    sdk::Result<std::vector<sdk::PaymentRecord>> records_for(const sdk::CallContext& context,
                                                             const sdk::PaymentEvent& event);

    FormSettings forms_;
    bool live_;
    PayHereApi& api_;
    Attempts& attempts_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::payhere
