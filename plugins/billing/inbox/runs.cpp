// Notices of renewals that a provider takes by itself. Each may come again, late, or in any order:
// money is counted by the provider's payment, never by message.
#include "inbox.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

using Type = sdk::PaymentEventType;

/// The oldest charge that awaits the provider and is not paid yet.
const Payment* oldest_awaited(const Account& account, bool refused_too) {
    for (const auto& payment : account.payments) {
        if (!payment.awaited || payment.status == PaymentStatus::succeeded) continue;
        const auto* invoice = account.find_invoice(payment.invoice);
        const bool open = invoice != nullptr && invoice->state == InvoiceState::open;
        if (open && (payment.unresolved() || refused_too)) return &payment;
    }
    return nullptr;
}

}  // namespace

sdk::Result<std::string> Inbox::take_of_run(const sdk::CallContext& context, const std::string& provider,
                                            const sdk::PaymentEvent& event, const TenantId& tenant,
                                            const PaymentId& first, const InvoiceId& invoice) {
    if (event.type == Type::subscription_past_due) return take_refusal(context, provider, event, tenant);
    if (event.type == Type::subscription_canceled || event.type == Type::subscription_completed) {
        if (auto done = calls_.runs().stopped(context, tenant, provider, event.subscription_id); !done)
            return done.error();
        return std::string("done");
    }
    const auto became = take_renewal(context, provider, event, tenant, first, invoice);
    if (!became || *became != "done" || event.subscription_id.empty()) return became;
    const auto loaded = teller_.with_invoice(context, tenant, invoice);
    if (!loaded) return loaded.error();
    const auto* document = *loaded ? (*loaded)->find_invoice(invoice) : nullptr;
    if (document == nullptr) return became;
    if (auto done = calls_.runs().note_payment(context, tenant, document->subscription, provider, event); !done)
        return done.error();
    return became;
}

sdk::Result<std::string> Inbox::take_renewal(const sdk::CallContext& context, const std::string& provider,
                                             const sdk::PaymentEvent& event, const TenantId& tenant,
                                             const PaymentId& first, const InvoiceId& invoice) {
    if (!event.amount || event.amount->minor <= 0 || event.payment_id.empty()) return std::string("ignored");
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto known = host_.database().query_one(
        own, "SELECT id FROM billing_payments WHERE tenant_id = :tenant AND reference = ? AND kind = 'charge'",
        {event.payment_id});
    if (!known) return known.error();
    if (*known) return std::string("done");
    const auto loaded = teller_.with_invoice(context, tenant, invoice);
    if (!loaded) return loaded.error();
    if (!*loaded) return std::string("ignored");
    const auto& account = **loaded;
    if (event.amount->currency != account.profile.currency)
        return sdk::fail("billing.other_currency", "The provider speaks of another currency than the account.");
    Request request;
    request.key = key_of_renewal(provider, event.payment_id);
    const auto pays = [&](const PaymentId& payment) -> sdk::Result<void> {
        request.command =
            ChargeAnswered{payment, ChargeResult::succeeded, event.amount->minor, event.code, event.payment_id};
        // So that a refund knows whom to ask.
        const auto done = host_.database().execute(
            own, "UPDATE billing_payments SET provider = ? WHERE tenant_id = :tenant AND id = ?",
            {provider, payment.text()});
        if (!done) return done.error();
        return sdk::ok();
    };
    const auto begun = std::ranges::find(account.payments, first, &Payment::id);
    const auto* awaited = oldest_awaited(account, true);
    // The first money of the order is the payment that it was made for, whichever message tells of it.
    if (begun != account.payments.end() && begun->status != PaymentStatus::succeeded) {
        if (auto done = pays(first); !done) return done.error();
    } else if (awaited != nullptr) {
        if (auto done = pays(awaited->id); !done) return done.error();
    } else {
        // What came before its invoice, or is another sum, is credit: the next invoice uses it.
        request.command = GrantCredit{event.amount->minor, "paid by " + provider, CreditSource::prepaid, {}, 0};
        for (const auto& open : account.invoices)
            if (open.state == InvoiceState::open && open.amount_due() == event.amount->minor) {
                request.command = MarkPaid{open.id, event.payment_id};
                break;
            }
    }
    auto done = teller_.act(context, tenant, request, {});
    if (!done && done.error().code == "billing.payment_unresolved") return std::string("waiting");
    if (!done) return done.error();
    return std::string("done");
}

sdk::Result<std::string> Inbox::take_refusal(const sdk::CallContext& context, const std::string& provider,
                                             const sdk::PaymentEvent& event, const TenantId& tenant) {
    const auto counted = calls_.runs().instalments(context, tenant, provider, event.subscription_id);
    if (!counted) return counted.error();
    if (!*counted) return std::string("ignored");
    // Of a period that has been paid since: late words change nothing.
    if (event.instalment && *event.instalment <= **counted) return std::string("ignored");
    const auto account = teller_.account(context, tenant);
    if (!account) return account.error();
    const auto* awaited = oldest_awaited(*account, false);
    if (awaited == nullptr) {
        // Refused again, or before our own calendar has reached the period.
        return std::string(oldest_awaited(*account, true) != nullptr ? "done" : "waiting");
    }
    Request request;
    request.command = ChargeAnswered{awaited->id, ChargeResult::declined, std::nullopt, event.code, {}};
    if (auto done = teller_.act(context, tenant, request, {}); !done) return done.error();
    return std::string("done");
}

}  // namespace whatsflow::billing
