/// \file
/// What staff asks of billing beyond one tenant: lists over all of them, the catalogue, the books.
///
/// Changes to a tenant go through the Desk, in staff's own name. Lists page by cursor, newest first
/// unless it says otherwise. [pool- or job-thread]
#pragma once

#include "core/engine.hpp"
#include "rows.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/call_context.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace whatsflow::billing {

struct By;

/// What can be published. A published entry is never edited: the next one with the same code takes
/// its place, and all of them stay readable.
using CatalogueEntry = std::variant<Plan, AddOn, Meter, Coupon, TaxRate, DunningPolicy>;

struct CatalogueVersion {
    std::string kind;  ///< `plan add_on meter coupon tax_rate dunning`
    std::string code;
    std::int64_t version = 1;
    sdk::Instant made_at{};
    std::string made_by;  ///< label of the person
    CatalogueEntry entry;
};

/// Empty fields match everything.
struct SubscriptionFilter {
    std::string state, plan, overdue;
    TenantId tenant;
};
/// Some invoices: of one state and currency; with this beginning of a number or of one of these tenants.
struct InvoiceFilter {
    std::string state, currency;
    std::string number;             ///< how it begins
    std::vector<TenantId> tenants;  ///< at most 200
    TenantId tenant;                ///< only of this one
};
/// How a trial stands: `ending` within a week, `converted` when an invoice was paid.
enum class TrialStanding { running, ending, converted, expired };
std::string_view to_text(TrialStanding standing);
std::optional<TrialStanding> read_trial_standing(std::string_view text);

struct TrialFilter {
    std::optional<TrialStanding> standing;
    std::string plan;
    std::optional<std::vector<TenantId>> tenants;  ///< only these; at most 200
    LocalDate today;
};
struct TrialRow {
    SubscriptionRow subscription;
    TrialStanding standing = TrialStanding::running;
};
struct DraftFilter {
    std::optional<std::vector<TenantId>> tenants;  ///< only these; at most 200
};
struct PaymentFilter {
    std::string status, kind, provider;
    TenantId tenant;
};

/// Of one currency on one day, from documents and movements.
struct RevenueDay {
    std::string currency;
    LocalDate on;
    Amount new_business = 0, reactivation = 0, expansion = 0, contraction = 0, churn = 0;  ///< MRR, rounded
    Amount collected = 0, refunded = 0;
};

class BackOffice {
public:
    virtual ~BackOffice() = default;

    virtual sdk::Result<Slice<SubscriptionRow>> subscriptions(const sdk::CallContext& context,
                                                              const SubscriptionFilter& filter,
                                                              const std::string& after, int limit) = 0;
    /// Whose subscription this is; nothing when there is none.
    virtual sdk::Result<std::optional<SubscriptionRow>> subscription(const sdk::CallContext& context,
                                                                     const SubscriptionId& id) = 0;
    /// Subscriptions that began with a trial, newest first.
    virtual sdk::Result<Slice<TrialRow>> trials(const sdk::CallContext& context, const TrialFilter& filter,
                                                const std::string& after, int limit) = 0;
    virtual sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext& context, const PaymentFilter& filter,
                                                    const std::string& after, int limit) = 0;
    virtual sdk::Result<std::optional<PaymentRow>> payment(const sdk::CallContext& context, const PaymentId& id) = 0;
    virtual sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext& context, const InvoiceFilter& filter,
                                                    const std::string& after, int limit) = 0;
    /// Invoices that are not final yet, the next one to be first.
    virtual sdk::Result<Slice<DraftRow>> drafts(const sdk::CallContext& context, const DraftFilter& filter,
                                                const std::string& after, int limit) = 0;
    /// Whose draft this is; nothing when there is none, or none any more.
    virtual sdk::Result<std::optional<DraftRow>> draft(const sdk::CallContext& context, const DraftId& id) = 0;
    /// Open invoices whose payment was refused, oldest first.
    virtual sdk::Result<Slice<InvoiceRow>> failed_payments(const sdk::CallContext& context, const std::string& after,
                                                           int limit) = 0;

    virtual sdk::Result<std::vector<ParkedRow>> parked(const sdk::CallContext& context) = 0;
    virtual sdk::Result<void> unpark(const sdk::CallContext& context, const TenantId& tenant, const By& by) = 0;

    virtual sdk::Result<CatalogueVersion> publish(const sdk::CallContext& context, const CatalogueEntry& entry,
                                                  const By& by) = 0;
    /// Newest first. An empty code: the current entry of every code.
    virtual sdk::Result<std::vector<CatalogueVersion>> catalogue_history(const sdk::CallContext& context,
                                                                         const std::string& kind,
                                                                         const std::string& code) = 0;
    virtual sdk::Result<std::int64_t> coupon_redemptions(const sdk::CallContext& context,
                                                         const std::string& coupon) = 0;
    /// Codes are shown once; only their hashes are kept.
    virtual sdk::Result<std::vector<std::string>> sell_gifts(const sdk::CallContext& context, Amount value,
                                                             const std::string& currency, int count,
                                                             std::optional<LocalDate> expires_on, const By& by) = 0;

    /// Newest first; an empty state is every one.
    virtual sdk::Result<Slice<ReferralRow>> referrals(const sdk::CallContext& context, const std::string& state,
                                                      const std::string& after, int limit) = 0;
    virtual sdk::Result<Slice<PostingRow>> postings(const sdk::CallContext& context, const TenantId& tenant,
                                                    const std::string& after, int limit) = 0;
    /// The sum of each ledger account by currency, and whether every currency sums to zero.
    virtual sdk::Result<TrialBalance> trial_balance(const sdk::CallContext& context) = 0;
    virtual sdk::Result<std::vector<RevenueDay>> revenue(const sdk::CallContext& context, LocalDate from,
                                                         LocalDate to) = 0;
    virtual sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                                      const std::string& after, int limit) = 0;

    virtual sdk::Result<Slice<NoticeRow>> notices(const sdk::CallContext& context, const std::string& provider,
                                                  const std::string& after, int limit) = 0;
    /// Reads a notice again that failed or waits.
    virtual sdk::Result<void> replay_notice(const sdk::CallContext& context, const std::string& id, const By& by) = 0;
};

}  // namespace whatsflow::billing
