/// \file
/// The desk of billing: what pages, the API and commands ask for one tenant.
///
///     auto shown = desk.preview(context, tenant, {ChangePlan{"professional", month}});
///     auto done = desk.act(context, tenant, {ChangePlan{"professional", month}, key}, {actor_of(request)});
///     if (!done) return problem(done.error());      // codes of core/engine.hpp
///     if (done->checkout) return redirect_to(…);    // somebody has to pay on the provider's page
///
/// act() is load → engine → save in one transaction (documents, ledger, outbox, audit) inside the
/// tenant's serialised section. What the engine wants from a provider is asked after the commit and
/// its answer is a transition of its own; an answer that never comes is asked for again by the
/// scheduler, under the same idempotency key.
///
/// [pool- or job-thread] Everything. A context needs no tenant set: the desk acts on behalf of the
/// one that is named. Errors besides those of the engine: `billing.no_tenant`, `database.*`.
#pragma once

#include "core/engine.hpp"
#include "rows.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/call_context.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// Who acts, for the audit log. Without an actor kind nothing is written there.
struct By {
    sdk::Actor actor{.kind = {}};
    std::string reason{};
};

/// How what is due may be paid: with the saved method, or on a page of this provider when there is
/// none. Without a provider and without a method the invoice stays open.
struct PayWith {
    std::string provider{};    ///< `stripe`; empty: only a saved method
    bool always_page = false;  ///< the page even if a method is saved
    std::string return_url{};  ///< empty: the app's /billing
    std::string cancel_url{};
    sdk::PaymentCustomer customer{};  ///< what is known; the page asks for the rest
    std::string locale = "en";
};

/// A page of a provider that somebody has to visit.
struct Checkout {
    std::string provider;
    PaymentId payment;
    sdk::CheckoutPage page;
};

struct Outcome {
    Account account;                  ///< after everything, answers of the provider included
    Changes changes;                  ///< of the command itself
    std::vector<InvoiceId> invoices;  ///< that it made
    std::optional<Checkout> checkout;
};

/// Both sides get the reward when the first payment of the one who came has stood for so many days.
struct ReferralOffer {
    std::string code;
    Amount reward = 0;
    int wait_days = 0;
};

/// What the tenant's founder chose on the price list before signing up. Unchecked: it may not be sold.
struct ChosenPlan {
    std::string plan;
    Interval interval;
};

class Desk {
public:
    virtual ~Desk() = default;

    /// The catalogue as it is sold now. From memory, renewed within two seconds of an edit elsewhere.
    virtual sdk::Result<std::shared_ptr<const Catalogue>> catalogue(const sdk::CallContext& context) = 0;
    /// The tenant's time: the host's clock, or the tenant's own test clock.
    virtual sdk::Result<sdk::Instant> now(const sdk::CallContext& context, const TenantId& tenant) = 0;

    /// The working part of an account: profile, subscriptions that are not long over, open and
    /// unfinished invoices. An account comes into being with the first question about it.
    virtual sdk::Result<Account> account(const sdk::CallContext& context, const TenantId& tenant) = 0;
    virtual sdk::Result<Preview> preview(const sdk::CallContext& context, const TenantId& tenant,
                                         const Request& request) = 0;
    virtual sdk::Result<Outcome> act(const sdk::CallContext& context, const TenantId& tenant, const Request& request,
                                     const By& by, const PayWith& pay = {}) = 0;
    /// Several in one transaction, all or none: usage in a batch.
    virtual sdk::Result<Outcome> act_all(const sdk::CallContext& context, const TenantId& tenant,
                                         const std::vector<Request>& requests, const By& by,
                                         const PayWith& pay = {}) = 0;
    /// Opens a page to pay an open invoice on; the same page as long as it can still be paid.
    virtual sdk::Result<Checkout> pay_on_page(const sdk::CallContext& context, const TenantId& tenant,
                                              const InvoiceId& invoice, const PayWith& pay, const By& by) = 0;

    /// Newest first. `after` is a Slice's `next`, or empty.
    virtual sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext& context, const TenantId& tenant,
                                                    const std::string& after, int limit) = 0;
    /// An account with this one invoice, its credit notes and payments loaded; nothing when it is
    /// not this tenant's. explain() and verify() of the core work on it.
    virtual sdk::Result<std::optional<Account>> with_invoice(const sdk::CallContext& context, const TenantId& tenant,
                                                             const InvoiceId& invoice) = 0;
    virtual sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext& context, const TenantId& tenant,
                                                    const std::string& after, int limit) = 0;
    /// Newest first: every movement of the credit balance.
    virtual sdk::Result<Slice<CreditEntry>> credit_entries(const sdk::CallContext& context, const TenantId& tenant,
                                                           const std::string& after, int limit) = 0;

    virtual sdk::Result<std::vector<ProviderRow>> providers(const sdk::CallContext& context) = 0;
    virtual sdk::Result<std::vector<MethodRow>> methods(const sdk::CallContext& context, const TenantId& tenant) = 0;
    /// A page where a method is saved without paying. `billing.cannot_save_method` where the
    /// provider has none.
    virtual sdk::Result<Checkout> add_method(const sdk::CallContext& context, const TenantId& tenant,
                                             const PayWith& pay, const By& by) = 0;
    /// Errors `billing.unknown_method`; removing the default makes the newest other one default.
    virtual sdk::Result<void> set_default_method(const sdk::CallContext& context, const TenantId& tenant,
                                                 const std::string& method, const By& by) = 0;
    virtual sdk::Result<void> remove_method(const sdk::CallContext& context, const TenantId& tenant,
                                            const std::string& method, const By& by) = 0;

    /// Redeems a gift code into account credit. `billing.unknown_gift`, or why it cannot be.
    virtual sdk::Result<Outcome> redeem_gift(const sdk::CallContext& context, const TenantId& tenant,
                                             const std::string& code, const By& by) = 0;
    /// What the tenant gets for bringing somebody, with a code made at the first question; nothing where there is
    /// no reward in its currency, or staff have closed the programme.
    virtual sdk::Result<std::optional<ReferralOffer>> referral_offer(const sdk::CallContext& context,
                                                                     const TenantId& tenant) = 0;
    virtual sdk::Result<std::optional<ChosenPlan>> chosen_plan(const sdk::CallContext& context,
                                                               const TenantId& tenant) = 0;
};

}  // namespace whatsflow::billing
