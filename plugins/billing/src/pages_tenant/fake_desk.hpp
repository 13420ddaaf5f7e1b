/// \file
/// For tests: a desk that runs the real engine on accounts in memory.
#pragma once

#include "desk.hpp"

#include <map>

namespace whatsflow::billing {

class FakeDesk final : public Desk {
    struct Uuids final : IdSource {
        std::string make() override { return sdk::make_uuid(); }
    };

public:
    std::shared_ptr<Catalogue> sold = std::make_shared<Catalogue>();
    sdk::Instant time{};
    std::map<TenantId, Account> accounts;
    std::vector<MethodRow> kept_methods;
    std::vector<ProviderRow> known_providers;
    std::optional<sdk::CheckoutPage> page_to_pay_on;
    std::optional<ChosenPlan> chosen;
    bool charge_works = true;
    int acts = 0;
    std::string last_reason;

    sdk::Result<std::shared_ptr<const Catalogue>> catalogue(const sdk::CallContext&) override {
        return std::shared_ptr<const Catalogue>(sold);
    }
    sdk::Result<sdk::Instant> now(const sdk::CallContext&, const TenantId&) override { return time; }
    sdk::Result<Account> account(const sdk::CallContext&, const TenantId& tenant) override { return of(tenant); }
    sdk::Result<Preview> preview(const sdk::CallContext&, const TenantId& tenant, const Request& request) override {
        Uuids ids;
        return billing::preview(of(tenant), request, {*sold, time, ids});
    }
    sdk::Result<Outcome> act(const sdk::CallContext&, const TenantId& tenant, const Request& request, const By& by,
                             const PayWith& pay = {}) override {
        Uuids ids;
        ++acts;
        last_reason = by.reason;
        auto& account = of(tenant);
        auto changes = apply(account, request, {*sold, time, ids});
        if (!changes) return changes.error();
        Outcome outcome;
        for (const auto& charge : changes->charges) {
            if (page_to_pay_on && !pay.provider.empty()) {
                outcome.checkout = Checkout{pay.provider, charge.payment, *page_to_pay_on};
                continue;
            }
            const ChargeAnswered answer{
                charge.payment, charge_works ? ChargeResult::succeeded : ChargeResult::declined, std::nullopt, {}, {}};
            if (auto told = apply(account, {answer, {}, {}, std::nullopt, false}, {*sold, time, ids}); !told)
                return told.error();
        }
        outcome.changes = std::move(*changes);
        outcome.account = account;
        return outcome;
    }
    sdk::Result<Outcome> act_all(const sdk::CallContext& context, const TenantId& tenant,
                                 const std::vector<Request>& requests, const By& by, const PayWith& pay) override {
        sdk::Result<Outcome> last = Outcome{};
        for (const auto& request : requests)
            if (last = act(context, tenant, request, by, pay); !last) return last;
        return last;
    }
    sdk::Result<Checkout> pay_on_page(const sdk::CallContext&, const TenantId&, const InvoiceId&, const PayWith& pay,
                                      const By&) override {
        if (!page_to_pay_on) return sdk::Error{"billing.nothing_due", "Nothing is owed."};
        return Checkout{pay.provider, PaymentId{"p"}, *page_to_pay_on};
    }
    sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext&, const TenantId& tenant, const std::string& after,
                                            int) override {
        Slice<InvoiceRow> slice;
        if (!after.empty()) return slice;
        for (const auto& invoice : of(tenant).invoices)
            slice.rows.insert(slice.rows.begin(),
                              {tenant, invoice.id, invoice.number, invoice.state, invoice.currency, invoice.issued_on,
                               invoice.due_on, invoice.total, invoice.amount_paid, invoice.amount_due()});
        slice.next = "older & more";
        return slice;
    }
    sdk::Result<std::optional<Account>> with_invoice(const sdk::CallContext&, const TenantId& tenant,
                                                     const InvoiceId& invoice) override {
        const auto& account = of(tenant);
        if (account.find_invoice(invoice) == nullptr) return std::optional<Account>{};
        return std::optional{account};
    }
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext&, const TenantId& tenant, const std::string&,
                                            int) override {
        Slice<PaymentRow> slice;
        for (const auto& payment : of(tenant).payments) {
            PaymentRow row;
            row.invoice = payment.invoice;
            row.currency = of(tenant).profile.currency;
            row.amount = payment.amount;
            row.status = payment.status;
            row.started_at = payment.started_at;
            slice.rows.push_back(row);
        }
        return slice;
    }
    sdk::Result<Slice<CreditEntry>> credit_entries(const sdk::CallContext&, const TenantId& tenant, const std::string&,
                                                   int) override {
        return Slice<CreditEntry>{of(tenant).credit_entries, {}};
    }
    sdk::Result<std::vector<ProviderRow>> providers(const sdk::CallContext&) override { return known_providers; }
    sdk::Result<std::vector<MethodRow>> methods(const sdk::CallContext&, const TenantId&) override {
        return kept_methods;
    }
    sdk::Result<Checkout> add_method(const sdk::CallContext&, const TenantId&, const PayWith& pay, const By&) override {
        if (!page_to_pay_on) return sdk::Error{"billing.cannot_save_method", "It cannot."};
        return Checkout{pay.provider, PaymentId{"p"}, *page_to_pay_on};
    }
    sdk::Result<void> set_default_method(const sdk::CallContext&, const TenantId&, const std::string& method,
                                         const By&) override {
        return known(method);
    }
    sdk::Result<void> remove_method(const sdk::CallContext&, const TenantId&, const std::string& method,
                                    const By&) override {
        return known(method);
    }
    sdk::Result<Outcome> redeem_gift(const sdk::CallContext&, const TenantId&, const std::string& code,
                                     const By&) override {
        if (code != "GIFT") return sdk::Error{"billing.unknown_gift", "There is no such gift."};
        return Outcome{};
    }
    sdk::Result<std::optional<ChosenPlan>> chosen_plan(const sdk::CallContext&, const TenantId&) override {
        return chosen;
    }
    sdk::Result<std::optional<ReferralOffer>> referral_offer(const sdk::CallContext&, const TenantId&) override {
        return std::optional{ReferralOffer{"friend12", 1000, 14}};
    }

    Account& of(const TenantId& tenant) {
        auto found = accounts.find(tenant);
        if (found != accounts.end()) return found->second;
        Profile profile;
        profile.tenant = tenant;
        profile.currency = "USD";
        profile.time_zone = "Asia/Colombo";
        return accounts.emplace(tenant, *open_account(profile)).first->second;
    }

private:
    sdk::Result<void> known(const std::string& method) const {
        for (const auto& row : kept_methods)
            if (row.id == method) return sdk::ok();
        return sdk::fail("billing.unknown_method", "There is no such method.");
    }
};

}  // namespace whatsflow::billing
