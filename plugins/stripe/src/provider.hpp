/// \file
/// Stripe as a payment provider: Checkout pages, saved methods charged without the customer,
/// refunds, disputes, and signed notices.
#pragma once

#include "notice.hpp"
#include "stripe_api.hpp"

#include <whatsflow/sdk/connection_test.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

#include <functional>

namespace whatsflow::stripe {

struct ProviderSettings {
    NoticeRules notices;
    /// Where a customer comes back to after proving to the bank who they are. Asked for each
    /// time, because the site's address is not known before the server has started.
    std::function<std::string()> return_url;
};

class Provider final : public sdk::PaymentProvider, public sdk::ConnectionTest {
public:
    Provider(StripeApi api, ProviderSettings settings);

    sdk::Result<sdk::PaymentProviderInfo> describe() const override;
    sdk::Result<void> health(const sdk::CallContext& context) override;
    sdk::Result<std::string> test_connection(const sdk::CallContext& context) override;

    sdk::Result<sdk::CheckoutPage> create_checkout(const sdk::CallContext& context,
                                                   const sdk::CheckoutRequest& request) override;
    sdk::Result<sdk::CheckoutPage> create_setup(const sdk::CallContext& context,
                                                const sdk::CheckoutRequest& request) override;
    sdk::Result<sdk::PaymentOutcome> expire_checkout(const sdk::CallContext& context,
                                                     const std::string& session) override;

    sdk::Result<sdk::PaymentOutcome> charge(const sdk::CallContext& context,
                                            const sdk::ChargeRequest& request) override;
    sdk::Result<sdk::PaymentOutcome> refund(const sdk::CallContext& context,
                                            const sdk::RefundRequest& request) override;
    sdk::Result<sdk::PaymentRecord> lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) override;
    sdk::Result<std::string> portal_url(const sdk::CallContext& context, const std::string& customer_id,
                                        const std::string& return_url) override;

    sdk::Result<sdk::VerifiedNotice> verify_notice(const sdk::PaymentNotice& notice) const override;
    sdk::Result<std::vector<sdk::PaymentEvent>> read_notice(const sdk::PaymentNotice& notice) const override;
    /// A signed event needs no confirmation. A saved method is completed with the card's brand,
    /// last digits and expiry, which Stripe's notice about it leaves out.
    sdk::Result<sdk::PaymentConfirmation> confirm(const sdk::CallContext& context,
                                                  const sdk::PaymentEvent& event) override;

private:
    sdk::Result<sdk::CheckoutPage> open_session(const sdk::CallContext& context, const FormBody& body,
                                                const std::string& key);
    /// The bank wants the customer: asks Stripe for the page where they can say yes.
    sdk::PaymentOutcome ask_the_customer(const sdk::CallContext& context, const sdk::ChargeRequest& request,
                                         const ApiFailure& refusal);

    StripeApi api_;
    ProviderSettings settings_;
};

/// Nothing, or why Stripe would not take this amount.
std::optional<sdk::Error> refuse_amount(const sdk::Money& amount);
const std::vector<sdk::CurrencyLimit>& currency_limits();

/// A PaymentIntent as the answer of a charge, and as a record.
sdk::PaymentOutcome outcome_of(const nlohmann::json& payment_intent);
sdk::PaymentRecord record_of(const nlohmann::json& payment_intent);

}  // namespace whatsflow::stripe
