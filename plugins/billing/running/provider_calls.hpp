/// \file
/// What the engine wants from providers, done after its transaction: charges, refunds, questions.
///
/// The provider and the method are written on the payment's row before the provider is asked, so
/// that whoever finds it unanswered later knows whom to ask, by the same key.
#pragma once

#include "provider_runs.hpp"
#include "transitions.hpp"

#include <deque>
#include <map>

namespace whatsflow::billing {

class ProviderCalls {
public:
    explicit ProviderCalls(Transitions& transitions)
        : transitions_(transitions), host_(transitions.host()), runs_(transitions) {}
    ProviderRuns& runs() { return runs_; }

    /// Asks for everything in `changes` and records each answer as a transition of its own, until
    /// nothing is wanted any more. The account afterwards, and the page to pay on, go to `outcome`.
    sdk::Result<void> serve(const sdk::CallContext& context, const TenantId& tenant, const Changes& changes,
                            const PayWith& pay, Outcome& outcome);
    /// The same for many, after one step each. Says when each is due again; who is not named has to be
    /// looked at.
    sdk::Result<std::map<std::string, std::optional<sdk::Instant>>> serve_many(const sdk::CallContext& context,
                                                                               const std::vector<Step>& steps);
    sdk::Result<Step> answer(const sdk::CallContext& context, const TenantId& tenant, const ChargeAnswered& answered);
    /// Whether an unresolved charge can be paid on a page: it is on one, or nobody was asked yet.
    sdk::Result<bool> waits_for_a_page(const sdk::CallContext& context, const Payment& payment);
    sdk::Result<Checkout> open_page(const sdk::CallContext& context, const Account& account, const PaymentId& payment,
                                    const Invoice& invoice, Amount amount, const PayWith& pay);

private:
    struct Method {
        std::string id, provider, token, customer, kind;
    };
    struct Planned {
        const Step* step;
        Method method;
    };
    struct Answered {
        TenantId tenant;
        ChargeAnswered answer;
    };
    sdk::Result<std::map<std::string, Method>> methods_of(const sdk::CallContext& all,
                                                          const std::vector<const Step*>& steps);
    sdk::Result<void> note_providers(const sdk::CallContext& all, const std::vector<Planned>& planned);
    sdk::Result<void> record_answers(const sdk::CallContext& context, std::vector<Answered>& answers,
                                     std::map<std::string, std::optional<sdk::Instant>>& next_due);
    bool can_charge_methods(const std::string& provider);
    ChargeAnswered charge_planned(const sdk::CallContext& context, const ChargeRequest& wanted, const Invoice& invoice,
                                  const Method& method);
    sdk::Result<sdk::PaymentOutcome> charge_token(const sdk::CallContext& context, const PaymentId& payment,
                                                  const Method& method, const sdk::Money& amount,
                                                  const std::string& description);
    sdk::Result<ChargeAnswered> charge(const sdk::CallContext& context, const Account& account,
                                       const ChargeRequest& wanted, const PayWith& pay, Outcome& outcome);
    sdk::Result<ChargeAnswered> refund(const sdk::CallContext& context, const Account& account,
                                       const RefundRequest& wanted);
    /// What became of a refund: the provider's record says it, or it is sent again under its key.
    sdk::Result<ChargeAnswered> ask_refund(const sdk::CallContext& context, const Account& account,
                                           const Payment& refund);
    sdk::Result<ChargeAnswered> ask(const sdk::CallContext& context, const Account& account, const PaymentId& payment,
                                    sdk::Instant now);
    sdk::Result<void> note_provider(const sdk::CallContext& context, const PaymentId& payment,
                                    const std::string& provider, const std::string& method, bool on_page);
    sdk::Result<sdk::PaymentOutcome> charge_method(const sdk::CallContext& context, const PaymentId& payment,
                                                   const std::string& method, const sdk::Money& amount,
                                                   const std::string& description);

    Transitions& transitions_;
    sdk::Host& host_;
    ProviderRuns runs_;
};

}  // namespace whatsflow::billing
