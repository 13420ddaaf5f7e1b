/// \file
/// Renewals that a provider takes by itself, where the settings let it: begun by a payment on its page,
/// counted payment by payment, ended by us before anything changes that they would not fit.
///
/// A run has a row from its first notice on. `active` → `ending` in the transaction that takes the
/// renewals back → `ended` when the provider has been told. While it runs our schedule charges nothing:
/// the invoice of a period awaits the provider's payment.
#pragma once

#include "transitions.hpp"

#include <set>

namespace whatsflow::billing {

class ProviderRuns {
public:
    explicit ProviderRuns(Transitions& transitions) : transitions_(transitions), host_(transitions.host()) {}

    /// Which providers may run renewals. Set it before anything runs.
    void let_run(std::set<std::string> providers) { providers_ = std::move(providers); }
    bool may_run(const std::string& provider) const { return providers_.contains(provider); }
    /// What to ask of the provider's page, so that this payment is the first of its renewals. Nothing: it
    /// is a single payment.
    std::optional<sdk::ProviderRecurrence> recurrence(const sdk::CallContext& context,
                                                      const sdk::PaymentProviderInfo& provider, const std::string& name,
                                                      const Account& account, const PaymentId& payment);

    /// A payment of a run that is counted: the row of the run, made if it is its first. A run that does
    /// not belong to a live subscription, or is a second one, is ended at once.
    sdk::Result<void> note_payment(const sdk::CallContext& context, const TenantId& tenant,
                                   const SubscriptionId& subscription, const std::string& provider,
                                   const sdk::PaymentEvent& event);
    /// How many payments of a run have been counted; nothing when it is not active.
    sdk::Result<std::optional<std::int64_t>> instalments(const sdk::CallContext& context, const TenantId& tenant,
                                                         const std::string& provider, const std::string& reference);
    /// The provider has said that it stopped by itself.
    sdk::Result<void> stopped(const sdk::CallContext& context, const TenantId& tenant, const std::string& provider,
                              const std::string& reference);

    /// Before a command of a person: if it ends a run, the provider is told first. Error
    /// `billing.provider_runs_on` when it cannot be told now: then nothing was changed.
    sdk::Result<void> end_before(const sdk::CallContext& context, const TenantId& tenant, const store::Wanted& wanted,
                                 const Transitions::Work& work);
    /// Tells providers to stop what is `ending`. How many have.
    sdk::Result<int> end_waiting(const sdk::CallContext& context);

    /// What became of an awaited payment.
    sdk::Result<ChargeAnswered> ask(const sdk::CallContext& context, const Account& account, const Payment& payment);

private:
    sdk::Result<bool> tell_to_stop(const sdk::CallContext& context, const std::string& provider,
                                   const std::string& reference);
    /// Counted as a payment of an invoice, or as credit.
    sdk::Result<bool> is_counted(const sdk::CallContext& own, const std::string& provider,
                                 const std::string& payment_id);

    Transitions& transitions_;
    sdk::Host& host_;
    std::set<std::string> providers_;
};

/// Under which key money that waits for its invoice is granted as credit.
std::string key_of_renewal(const std::string& provider, const std::string& payment_id);

}  // namespace whatsflow::billing
