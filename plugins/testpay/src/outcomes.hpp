/// \file
/// What each button of Testpay's page does: to the payment, and to the notices that follow.
#pragma once

#include "behaviour.hpp"
#include "messenger.hpp"

#include <string>

namespace whatsflow::testpay {

/// The buttons. A page that keeps a method without a payment has some of them.
enum class Choice {
    success,
    decline,
    challenge,
    slow,
    unknown,
    duplicate,
    out_of_order,
    chargeback,
    expired,
    cancel,
    approve,
    refuse
};

std::optional<Choice> choice_of(std::string_view text);

/// Where the customer goes next.
struct NextStep {
    enum class Kind { leave, stay, already_done };
    Kind kind = Kind::already_done;
    std::string url;  ///< with leave
};

class Outcomes {
public:
    Outcomes(sdk::Host& host, Till& till, Messenger& messenger, sdk::Milliseconds slow)
        : host_(host), till_(till), messenger_(messenger), slow_(slow) {}

    /// `later`: how the method behaves that this page keeps.
    sdk::Result<NextStep> choose(const sdk::CallContext& context, const Checkout& checkout, Choice choice,
                                 Behaviour later);

    /// A kept method is charged.
    sdk::Result<sdk::PaymentOutcome> charge(const sdk::CallContext& context, const sdk::ChargeRequest& request);
    sdk::Result<sdk::PaymentOutcome> refund(const sdk::CallContext& context, const sdk::RefundRequest& request);

    /// The address of a page.
    sdk::CheckoutPage page_of(const Checkout& checkout) const;

private:
    sdk::Result<NextStep> settle(const sdk::CallContext& context, const Checkout& checkout, Choice choice,
                                 Behaviour later);
    sdk::Result<NextStep> fail(const sdk::CallContext& context, const Checkout& checkout, const char* code,
                               const char* sentence, sdk::Decline decline);
    void dispute_later(const sdk::CallContext& context, const std::string& notify_url, const Payment& payment);

    sdk::Host& host_;
    Till& till_;
    Messenger& messenger_;
    sdk::Milliseconds slow_;
};

}  // namespace whatsflow::testpay
