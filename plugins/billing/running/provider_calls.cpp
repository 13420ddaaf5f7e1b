#include "provider_calls.hpp"

namespace whatsflow::billing {
namespace {

using sdk::PaymentOutcomeClass;

sdk::ServiceHandle<sdk::PaymentProvider> provider_called(sdk::Host& host, const std::string& name) {
    return sdk::find_service<sdk::PaymentProvider>(host, {{"provider", name}});
}

/// Long enough for a bank, short enough for a worker.
sdk::CallContext with_patience(sdk::CallContext context) {
    context.deadline = std::min(context.deadline, std::chrono::steady_clock::now() + std::chrono::seconds{30});
    return context;
}

ChargeAnswered answer_of(const PaymentId& payment, const sdk::Result<sdk::PaymentOutcome>& outcome,
                         const std::string& currency) {
    ChargeAnswered answered;
    answered.payment = payment;
    if (!outcome) {
        // An error says that nobody was asked, except an exception that escaped on the way.
        answered.result = outcome.error().code == "plugin.fault" ? ChargeResult::unknown : ChargeResult::not_attempted;
        answered.code = outcome.error().code;
        return answered;
    }
    answered.code = outcome->code;
    answered.reference = outcome->id;
    switch (outcome->outcome) {
        case PaymentOutcomeClass::succeeded: answered.result = ChargeResult::succeeded; break;
        case PaymentOutcomeClass::pending: answered.result = ChargeResult::pending; break;
        case PaymentOutcomeClass::requires_action:
            answered.result = ChargeResult::pending;
            answered.customer_needed = true;
            break;
        case PaymentOutcomeClass::declined:
            answered.result =
                outcome->decline == sdk::Decline::hard ? ChargeResult::hard_declined : ChargeResult::declined;
            break;
        case PaymentOutcomeClass::rejected:
        case PaymentOutcomeClass::transient: answered.result = ChargeResult::not_attempted; break;
        case PaymentOutcomeClass::unknown: answered.result = ChargeResult::unknown; break;
    }
    if (answered.result == ChargeResult::succeeded && outcome->amount && outcome->amount->currency == currency)
        answered.amount = outcome->amount->minor;
    return answered;
}

/// What providers call a payment that the customer has to agree to.
constexpr std::string_view kActionRequired = "requires_action";

/// Who has not agreed for a day is owed nothing more than another way to pay. Agreeing later still counts.
ChargeAnswered given_up_after(std::chrono::nanoseconds age, ChargeAnswered answered) {
    if (age <= std::chrono::hours{24}) return answered;
    answered.result = ChargeResult::hard_declined;
    answered.code = "authentication_required";
    answered.customer_needed = false;
    return answered;
}

}  // namespace

sdk::Result<void> ProviderCalls::note_provider(const sdk::CallContext& context, const PaymentId& payment,
                                               const std::string& provider, const std::string& method, bool on_page) {
    const auto done = host_.database().execute(
        context,
        "UPDATE billing_payments SET provider = ?, method_id = ?, on_page = ? WHERE tenant_id = :tenant AND id = ?",
        {provider, method, on_page, payment.text()});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<sdk::PaymentOutcome> ProviderCalls::charge_method(const sdk::CallContext& context, const PaymentId& payment,
                                                              const std::string& method, const sdk::Money& amount,
                                                              const std::string& description) {
    const auto row = host_.database().query_one(
        context, "SELECT * FROM billing_methods WHERE tenant_id = :tenant AND id = ?", {method});
    if (!row) return row.error();
    if (!*row) return sdk::PaymentOutcome::declined(sdk::Decline::hard, "method_removed", "The method was removed.");
    return charge_token(
        context, payment,
        {method, (*row)->text("provider"), (*row)->text("token"), (*row)->text("customer"), (*row)->text("kind")},
        amount, description);
}

sdk::Result<sdk::PaymentOutcome> ProviderCalls::charge_token(const sdk::CallContext& context, const PaymentId& payment,
                                                             const Method& method, const sdk::Money& amount,
                                                             const std::string& description) {
    auto token = host_.vault().open("payment_method", method.token);
    if (!token) return sdk::PaymentOutcome::declined(sdk::Decline::hard, "method_unreadable", token.error().message);
    sdk::ChargeRequest request;
    request.reference = request.idempotency_key = payment.text();
    request.amount = amount;
    request.method.token = *token;
    request.method.customer = method.customer;
    request.method.kind = method.kind;
    request.description = description;
    request.notify_url = host_.site_url(sdk::Site::api) + "/webhooks/" + method.provider;
    return provider_called(host_, method.provider).call(&sdk::PaymentProvider::charge, with_patience(context), request);
}

bool ProviderCalls::can_charge_methods(const std::string& name) {
    const auto provider = provider_called(host_, name);
    // One that is away now is asked all the same: its answer says that nobody was charged.
    const auto info = provider.call(&sdk::PaymentProvider::describe);
    return !info || info->capabilities.has(sdk::PaymentCapability::charge_saved_method);
}

ChargeAnswered ProviderCalls::charge_planned(const sdk::CallContext& context, const ChargeRequest& wanted,
                                             const Invoice& invoice, const Method& method) {
    return answer_of(wanted.payment,
                     charge_token(context, wanted.payment, method, {wanted.amount, invoice.currency}, invoice.number),
                     invoice.currency);
}

sdk::Result<bool> ProviderCalls::waits_for_a_page(const sdk::CallContext& context, const Payment& payment) {
    if (payment.awaited) return false;  // somebody else takes it
    if (payment.status == PaymentStatus::pending) return true;
    const auto row = host_.database().query_one(
        context, "SELECT provider, on_page FROM billing_payments WHERE tenant_id = :tenant AND id = ?",
        {payment.id.text()});
    if (!row) return row.error();
    return *row && ((*row)->text("provider").empty() || (*row)->boolean("on_page"));
}

sdk::Result<Checkout> ProviderCalls::open_page(const sdk::CallContext& context, const Account& account,
                                               const PaymentId& payment, const Invoice& invoice, Amount amount,
                                               const PayWith& pay) {
    const auto own = sdk::on_behalf_of(context, account.profile.tenant);
    sdk::CheckoutRequest request;
    request.reference = request.idempotency_key = payment.text();
    request.amount = {amount, invoice.currency};
    request.description = invoice.number;
    request.lines.push_back({invoice.number, 1, request.amount});
    request.customer = pay.customer;
    const auto billing = host_.site_url(sdk::Site::app) + "/billing";
    request.return_url = pay.return_url.empty() ? billing : pay.return_url;
    request.cancel_url = pay.cancel_url.empty() ? billing : pay.cancel_url;
    request.notify_url = host_.site_url(sdk::Site::api) + "/webhooks/" + pay.provider;
    request.locale = pay.locale;
    const auto provider = provider_called(host_, pay.provider);
    const auto info = provider.call(&sdk::PaymentProvider::describe);
    if (!info) return info.error();
    request.recurrence = runs_.recurrence(own, *info, pay.provider, account, payment);
    request.save_method =
        !runs_.may_run(pay.provider) && info->capabilities.has(sdk::PaymentCapability::charge_saved_method);
    if (auto done = note_provider(own, payment, pay.provider, {}, true); !done) return done.error();
    auto page = provider.call(&sdk::PaymentProvider::create_checkout, with_patience(own), request);
    if (!page) return page.error();
    return Checkout{pay.provider, payment, *std::move(page)};
}

sdk::Result<ChargeAnswered> ProviderCalls::charge(const sdk::CallContext& context, const Account& account,
                                                  const ChargeRequest& wanted, const PayWith& pay, Outcome& outcome) {
    const auto* invoice = account.find_invoice(wanted.invoice);
    if (invoice == nullptr) return sdk::fail("billing.unknown_invoice", "The invoice of a charge is not loaded.");
    if (!pay.always_page) {
        const auto methods = host_.database().query(
            context,
            "SELECT id, provider FROM billing_methods WHERE tenant_id = :tenant ORDER BY is_default DESC, id DESC");
        if (!methods) return methods.error();
        for (const auto& method : *methods) {
            const auto provider = provider_called(host_, method.text("provider"));
            const auto info = provider ? provider.call(&sdk::PaymentProvider::describe)
                                       : sdk::Result<sdk::PaymentProviderInfo>(sdk::fail("plugin.unavailable", ""));
            if (info && !info->capabilities.has(sdk::PaymentCapability::charge_saved_method)) continue;
            if (auto done = note_provider(context, wanted.payment, method.text("provider"), method.text("id"), false);
                !done)
                return done.error();
            const auto asked = charge_method(context, wanted.payment, method.text("id"),
                                             {wanted.amount, invoice->currency}, invoice->number);
            // Whoever is there goes on to the bank's question at once.
            if (asked && asked->is(PaymentOutcomeClass::requires_action) && asked->page)
                outcome.checkout = Checkout{method.text("provider"), wanted.payment, *asked->page};
            return answer_of(wanted.payment, asked, invoice->currency);
        }
    }
    ChargeAnswered answered;
    answered.payment = wanted.payment;
    if (!pay.provider.empty()) {
        auto page = open_page(context, account, wanted.payment, *invoice, wanted.amount, pay);
        answered.result =
            page || page.error().code == "payment.unknown" ? ChargeResult::pending : ChargeResult::not_attempted;
        if (page)
            outcome.checkout = *std::move(page);
        else
            answered.code = page.error().code;
        return answered;
    }
    const auto* live = account.live_subscription();
    // Somebody who has just ordered may still choose how to pay; a renewal has nobody to ask.
    const bool waits = live != nullptr && live->state == SubscriptionState::incomplete;
    answered.result = waits ? ChargeResult::pending : ChargeResult::hard_declined;
    answered.code = "no_payment_method";
    return answered;
}

sdk::Result<ChargeAnswered> ProviderCalls::refund(const sdk::CallContext& context, const Account& account,
                                                  const RefundRequest& wanted) {
    const auto row = host_.database().query_one(
        context, "SELECT provider, reference FROM billing_payments WHERE tenant_id = :tenant AND id = ?",
        {wanted.of.text()});
    if (!row) return row.error();
    ChargeAnswered answered;
    answered.payment = wanted.payment;
    if (!*row || (*row)->text("provider").empty()) {
        answered.result = ChargeResult::succeeded;  // money that was paid by hand goes back by hand
        return answered;
    }
    if (auto done = note_provider(context, wanted.payment, (*row)->text("provider"), {}, false); !done)
        return done.error();
    sdk::RefundRequest request;
    request.idempotency_key = wanted.payment.text();
    request.payment_id = (*row)->text("reference");
    request.amount = {wanted.amount, account.profile.currency};
    return answer_of(wanted.payment,
                     provider_called(host_, (*row)->text("provider"))
                         .call(&sdk::PaymentProvider::refund, with_patience(context), request),
                     account.profile.currency);
}

sdk::Result<ChargeAnswered> ProviderCalls::ask_refund(const sdk::CallContext& context, const Account& account,
                                                      const Payment& refund) {
    const RefundRequest wanted{refund.id, refund.of.value_or(PaymentId{}), -refund.amount};
    const auto rows = host_.database().query(
        context, "SELECT id, provider, reference FROM billing_payments WHERE tenant_id = :tenant AND id IN (?, ?)",
        {wanted.payment.text(), wanted.of.text()});
    if (!rows) return rows.error();
    std::string provider, reference;
    bool was_sent = false;
    for (const auto& row : *rows) {
        if (row.text("id") == wanted.of.text()) {
            provider = row.text("provider");
            reference = row.text("reference");
        } else {
            was_sent = !row.text("provider").empty();
        }
    }
    if (!was_sent || provider.empty()) return this->refund(context, account, wanted);
    const auto record =
        provider_called(host_, provider)
            .call(&sdk::PaymentProvider::lookup, with_patience(context), sdk::PaymentLookup{{}, reference});
    if (record) {
        Amount settled = wanted.amount;
        for (const auto& other : account.payments)
            if (other.kind == PaymentKind::refund && other.of == refund.of && other.id != refund.id &&
                other.status == PaymentStatus::succeeded)
                settled -= other.amount;
        const bool all = record->status == sdk::PaymentStatus::refunded;
        const bool ours = record->refunded && record->refunded->currency == account.profile.currency &&
                          record->refunded->minor >= settled;
        if (all || ours) {
            ChargeAnswered answered;
            answered.payment = wanted.payment;
            answered.result = ChargeResult::succeeded;
            answered.reference = refund.provider_reference;
            return answered;
        }
    }
    return this->refund(context, account, wanted);
}

sdk::Result<ChargeAnswered> ProviderCalls::ask(const sdk::CallContext& context, const Account& account,
                                               const PaymentId& payment, sdk::Instant now) {
    const auto known = std::ranges::find(account.payments, payment, &Payment::id);
    if (known != account.payments.end() && known->kind == PaymentKind::refund)
        return ask_refund(context, account, *known);
    if (known != account.payments.end() && known->awaited) return runs_.ask(context, account, *known);
    const auto row = host_.database().query_one(context,
                                                "SELECT provider, method_id, on_page, reference, amount, started_at, "
                                                "invoice_id FROM billing_payments WHERE tenant_id = :tenant AND id = ?",
                                                {payment.text()});
    if (!row) return row.error();
    if (!*row) return sdk::fail("billing.unknown_payment", "There is no such payment.");
    const auto age = now - (*row)->instant("started_at");
    const bool on_page = (*row)->boolean("on_page");
    ChargeAnswered answered;
    answered.payment = payment;
    const auto& name = (*row)->text("provider");
    if (name.empty()) {
        // The provider's name is written before it is asked: nobody was.
        const bool waiting = known != account.payments.end() && known->status == PaymentStatus::pending;
        answered.result = !waiting                       ? ChargeResult::not_attempted
                          : age < std::chrono::hours{24} ? ChargeResult::pending
                                                         : ChargeResult::declined;
        answered.code = "no_payment_method";
        return answered;
    }
    const auto provider = provider_called(host_, name);
    const auto record =
        provider.call(&sdk::PaymentProvider::lookup, with_patience(context), sdk::PaymentLookup{payment.text(), {}});
    answered.result = on_page ? ChargeResult::pending : ChargeResult::unknown;
    if (!record) return answered;
    answered.reference = record->payment_id;
    answered.code = record->code;
    using Status = sdk::PaymentStatus;
    switch (record->status) {
        case Status::succeeded:
        case Status::refunded:
        case Status::partially_refunded:
        case Status::refund_pending:
        case Status::disputed:
            answered.result = ChargeResult::succeeded;
            if (record->amount && record->amount->currency == account.profile.currency)
                answered.amount = record->amount->minor;
            return answered;
        case Status::failed: answered.result = ChargeResult::declined; return answered;
        case Status::pending:
        case Status::authorized:
            answered.result = ChargeResult::pending;
            answered.customer_needed = record->code == kActionRequired;
            return answered.customer_needed ? given_up_after(age, answered) : answered;
        case Status::not_found: break;
    }
    if (on_page) {
        if (age > std::chrono::hours{24}) answered.result = ChargeResult::declined;
        answered.code = "checkout_expired";
        return answered;
    }
    // A key charges once, whoever keeps count of it: if nobody got to ask before, this asks now. In the
    // very words of the first time: providers refuse a key that comes with others.
    const auto* invoice = account.find_invoice(InvoiceId{(*row)->text("invoice_id")});
    auto again = answer_of(payment,
                           charge_method(context, payment, (*row)->text("method_id"),
                                         {(*row)->integer("amount"), account.profile.currency},
                                         invoice == nullptr ? std::string{} : invoice->number),
                           account.profile.currency);
    if (again.customer_needed) return given_up_after(age, again);
    if (again.result != ChargeResult::unknown || age <= std::chrono::hours{1}) return again;
    // It was asked once and never answered. Some providers know successes only: what they still do
    // not know after an hour did not happen.
    const auto info = provider.call(&sdk::PaymentProvider::describe);
    if (!info || info->capabilities.has(sdk::PaymentCapability::native_idempotency)) return again;
    answered.result = ChargeResult::declined;
    answered.code = "not_found";
    return answered;
}

sdk::Result<Step> ProviderCalls::answer(const sdk::CallContext& context, const TenantId& tenant,
                                        const ChargeAnswered& answered) {
    Request request;
    request.command = answered;
    return transitions_.run(context, tenant, wanted_by(request), {}, [&](Account& account, const Surroundings& around) {
        return apply(account, request, around);
    });
}

sdk::Result<void> ProviderCalls::serve(const sdk::CallContext& context, const TenantId& tenant, const Changes& changes,
                                       const PayWith& pay, Outcome& outcome) {
    const auto own = sdk::on_behalf_of(context, tenant);
    std::deque<Changes> todo{changes};
    for (int rounds = 0; !todo.empty() && rounds < 50; ++rounds) {
        const auto next = std::move(todo.front());
        todo.pop_front();
        const auto settle = [&](const sdk::Result<ChargeAnswered>& answered) -> sdk::Result<void> {
            if (!answered) return answered.error();
            auto step = this->answer(own, tenant, *answered);
            if (!step) return step.error();
            outcome.account = std::move(step->account);
            Changes more;
            more.charges = step->changes.charges;
            more.refunds = step->changes.refunds;
            more.questions = step->changes.questions;
            if (!more.charges.empty() || !more.refunds.empty() || !more.questions.empty())
                todo.push_back(std::move(more));
            return sdk::ok();
        };
        for (const auto& wanted : next.charges)
            if (auto done = settle(charge(own, outcome.account, wanted, pay, outcome)); !done) return done;
        for (const auto& wanted : next.refunds)
            if (auto done = settle(refund(own, outcome.account, wanted)); !done) return done;
        for (const auto& question : next.questions)
            if (auto done = settle(ask(own, outcome.account, question, outcome.account.profile.watermark)); !done)
                return done;
    }
    return sdk::ok();
}

}  // namespace whatsflow::billing
