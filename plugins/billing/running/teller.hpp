/// \file
/// The desk of billing on real tables: see src/desk.hpp for what it promises.
#pragma once

#include "provider_calls.hpp"

namespace whatsflow::billing {

/// What a recommendation is worth, by currency, and how long a first payment stands before it counts.
struct ReferralProgramme {
    std::map<std::string, Amount> reward;
    int wait_days = 14;
};

class Teller final : public Desk {
public:
    Teller(Transitions& transitions, ProviderCalls& calls)
        : transitions_(transitions), calls_(calls), host_(transitions.host()) {}

    sdk::Result<std::shared_ptr<const Catalogue>> catalogue(const sdk::CallContext& context) override;
    sdk::Result<sdk::Instant> now(const sdk::CallContext& context, const TenantId& tenant) override;
    sdk::Result<Account> account(const sdk::CallContext& context, const TenantId& tenant) override;
    sdk::Result<Preview> preview(const sdk::CallContext& context, const TenantId& tenant,
                                 const Request& request) override;
    sdk::Result<Outcome> act(const sdk::CallContext& context, const TenantId& tenant, const Request& request,
                             const By& by, const PayWith& pay = {}) override;
    sdk::Result<Outcome> act_all(const sdk::CallContext& context, const TenantId& tenant,
                                 const std::vector<Request>& requests, const By& by, const PayWith& pay = {}) override;
    /// As act_all(), with more rows in the same transaction.
    sdk::Result<Outcome> act_also(const sdk::CallContext& context, const TenantId& tenant,
                                  const std::vector<Request>& requests, const By& by, const PayWith& pay,
                                  const Transitions::Also& also);
    sdk::Result<Checkout> pay_on_page(const sdk::CallContext& context, const TenantId& tenant, const InvoiceId& invoice,
                                      const PayWith& pay, const By& by) override;
    sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext& context, const TenantId& tenant,
                                            const std::string& after, int limit) override;
    sdk::Result<std::optional<Account>> with_invoice(const sdk::CallContext& context, const TenantId& tenant,
                                                     const InvoiceId& invoice) override;
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext& context, const TenantId& tenant,
                                            const std::string& after, int limit) override;
    sdk::Result<Slice<CreditEntry>> credit_entries(const sdk::CallContext& context, const TenantId& tenant,
                                                   const std::string& after, int limit) override;
    sdk::Result<std::vector<ProviderRow>> providers(const sdk::CallContext& context) override;
    sdk::Result<std::vector<MethodRow>> methods(const sdk::CallContext& context, const TenantId& tenant) override;
    sdk::Result<Checkout> add_method(const sdk::CallContext& context, const TenantId& tenant, const PayWith& pay,
                                     const By& by) override;
    sdk::Result<void> set_default_method(const sdk::CallContext& context, const TenantId& tenant,
                                         const std::string& method, const By& by) override;
    sdk::Result<void> remove_method(const sdk::CallContext& context, const TenantId& tenant, const std::string& method,
                                    const By& by) override;
    sdk::Result<Outcome> redeem_gift(const sdk::CallContext& context, const TenantId& tenant, const std::string& code,
                                     const By& by) override;
    sdk::Result<std::optional<ChosenPlan>> chosen_plan(const sdk::CallContext& context,
                                                       const TenantId& tenant) override;
    sdk::Result<std::optional<ReferralOffer>> referral_offer(const sdk::CallContext& context,
                                                             const TenantId& tenant) override;

    /// [in start() only]
    void reward_referrals(ReferralProgramme terms) { referral_terms_ = std::move(terms); }
    const ReferralProgramme& referral_terms() const { return referral_terms_; }

    /// A method that a provider announced. The same token is kept once; it becomes the default.
    sdk::Result<void> keep_method(const sdk::CallContext& context, const TenantId& tenant, const std::string& provider,
                                  const sdk::SavedPaymentMethod& method);

private:
    sdk::Result<std::string> referral_code(const sdk::CallContext& context, const TenantId& tenant);
    /// Refuses a coupon while staff have closed them.
    sdk::Result<void> check_coupons(const TenantId& tenant, const Request& request) const;

    Transitions& transitions_;
    ProviderCalls& calls_;
    sdk::Host& host_;
    ReferralProgramme referral_terms_;
};

/// Hex of SHA-256, by which secrets are looked up.
std::string digest_of(std::string_view text);
/// What the columns of `billing_payments p LEFT JOIN billing_invoices i` say.
PaymentRow payment_row(const sdk::Row& row);
InvoiceRow invoice_row(const sdk::Row& row);
inline constexpr const char* kPaymentColumns =
    "p.tenant_id, p.id, p.kind, p.status, p.invoice_id, p.amount, p.started_at, p.provider, p.reference, p.code, "
    "p.hard, i.number, i.currency";
inline constexpr const char* kInvoiceColumns =
    "tenant_id, id, number, state, currency, issued_on, due_on, total, amount_paid, amount_due";

/// Cuts the row that shows that there is more.
template <class Row, class Key>
Slice<Row> slice_of(std::vector<Row> rows, int limit, Key key) {
    Slice<Row> slice{std::move(rows), {}};
    if (static_cast<int>(slice.rows.size()) > limit) {
        slice.rows.resize(static_cast<std::size_t>(limit));
        slice.next = key(slice.rows.back());
    }
    return slice;
}

}  // namespace whatsflow::billing
