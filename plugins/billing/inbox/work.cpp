// What notices mean: read once, confirmed where needed, handed to the engine.
#include "inbox.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

using Type = sdk::PaymentEventType;

constexpr int kMostAttempts = 20;

std::optional<ChargeResult> result_of(const sdk::PaymentEvent& event) {
    switch (event.type) {
        case Type::checkout_completed:
        case Type::payment_succeeded: return ChargeResult::succeeded;
        case Type::checkout_pending:
        case Type::payment_action_required: return ChargeResult::pending;
        case Type::checkout_canceled:
        case Type::checkout_expired: return ChargeResult::declined;
        case Type::payment_failed:
            return event.decline == sdk::Decline::hard ? ChargeResult::hard_declined : ChargeResult::declined;
        default: return std::nullopt;
    }
}

bool belongs_to_a_run(const sdk::PaymentEvent& event) {
    switch (event.type) {
        case Type::subscription_activated:
        case Type::subscription_renewed:
        case Type::subscription_past_due:
        case Type::subscription_canceled:
        case Type::subscription_completed: return true;
        case Type::payment_succeeded: return !event.subscription_id.empty();
        default: return false;
    }
}

/// Disputes and refunds name one payment of the many that a reference may have.
bool is_of_one_payment(Type type) {
    return type == Type::dispute_opened || type == Type::dispute_closed || type == Type::refund_succeeded ||
           type == Type::refund_failed;
}

}  // namespace

sdk::Result<int> Inbox::work(const sdk::CallContext& context, int limit) {
    const auto now = host_.clock().now();
    const auto waiting = host_.database().query(context,
                                                "SELECT * FROM billing_notices WHERE status IN ('received', 'waiting') "
                                                "AND next_try_at <= ? ORDER BY id LIMIT " +
                                                    std::to_string(std::clamp(limit, 1, 500)),
                                                {now});
    if (!waiting) return waiting.error();
    int finished = 0;
    for (const auto& row : *waiting) {
        const auto attempts = row.integer("attempts") + 1;
        // The pause doubles up to an hour; it is the claim as well: nobody else reads it meanwhile.
        const auto pause =
            std::chrono::seconds{std::min<std::int64_t>(3'600, 60LL << std::min<std::int64_t>(attempts - 1, 6))};
        const auto claimed = host_.database().execute(
            context,
            "UPDATE billing_notices SET attempts = attempts + 1, next_try_at = ? WHERE id = ? AND attempts = ?",
            {now + pause, row.text("id"), attempts - 1});
        if (!claimed) return claimed.error();
        if (*claimed == 0) continue;
        const auto became = handle_or_say_why(context, row);
        const bool over = attempts >= kMostAttempts;
        const auto status =
            became ? (*became == "waiting" && over ? "failed" : *became) : (over ? "failed" : "waiting");
        const auto problem = became ? std::string{} : became.error().code + ": " + became.error().message;
        if (status != "waiting") ++finished;
        if (auto done =
                host_.database().execute(context, "UPDATE billing_notices SET status = ?, problem = ? WHERE id = ?",
                                         {status, problem.substr(0, 480), row.text("id")});
            !done)
            return done.error();
    }
    return finished;
}

sdk::Result<std::string> Inbox::handle_or_say_why(const sdk::CallContext& context, const sdk::Row& row) {
    try {
        const auto notice = read_back(context, row);
        if (!notice) return notice.error();
        return handle(context, row.text("provider"), *notice);
    } catch (const std::exception& why) {
        host_.log().error("a notice could not be read", {{"notice", row.text("id")}, {"reason", why.what()}});
        return sdk::fail("billing.fault", "Something went wrong on the way; the log says what.");
    }
}

sdk::Result<std::string> Inbox::handle(const sdk::CallContext& context, const std::string& name,
                                       const sdk::PaymentNotice& notice) {
    const auto provider = sdk::find_service<sdk::PaymentProvider>(host_, {{"provider", name}});
    const auto events = provider.call(&sdk::PaymentProvider::read_notice, notice);
    if (!events) return events.error();
    std::string worst = "ignored";
    for (auto event : *events) {
        if (event.trust == sdk::NoticeTrust::partially_signed) {
            const auto confirmed = provider.call(&sdk::PaymentProvider::confirm, context, event);
            if (!confirmed) return confirmed.error();
            if (confirmed->verdict == sdk::PaymentConfirmation::Verdict::not_yet) {
                worst = "waiting";
                continue;
            }
            if (confirmed->verdict == sdk::PaymentConfirmation::Verdict::contradicted) continue;
            event = confirmed->event;
        } else if (event.method && event.method->last4.empty()) {
            // Signed and true; the provider may still know what kind of card it is. It counts without.
            if (const auto completed = provider.call(&sdk::PaymentProvider::confirm, context, event);
                completed && completed->verdict == sdk::PaymentConfirmation::Verdict::confirmed)
                event = completed->event;
        }
        const auto became = take(context, name, event);
        if (!became) return became;
        if (worst != "waiting" && *became != "ignored") worst = *became;
    }
    return worst;
}

sdk::Result<std::string> Inbox::take(const sdk::CallContext& context, const std::string& provider,
                                     const sdk::PaymentEvent& event) {
    const auto all = sdk::across_tenants(context, "billing.whose_payment_is_it");
    const auto by_reference = [&] {
        return host_.database().query_one(
            all, "SELECT tenant_id, id, invoice_id, kind FROM billing_payments WHERE id = ?", {event.reference});
    };
    const auto by_payment = [&]() -> sdk::Result<std::optional<sdk::Row>> {
        if (event.payment_id.empty()) return std::optional<sdk::Row>{};
        return host_.database().query_one(all,
                                          "SELECT tenant_id, id, invoice_id, kind FROM billing_payments WHERE "
                                          "reference = ? AND provider = ? AND kind = 'charge'",
                                          {event.payment_id, provider});
    };
    // Ours is what bears our reference, or the provider's number of a payment of ours.
    const bool one = is_of_one_payment(event.type);
    auto row = one ? by_payment() : by_reference();
    if (row && !*row) row = one ? by_reference() : by_payment();
    if (!row) return row.error();
    if (*row)
        return take_for(context, provider, event, TenantId{(*row)->text("tenant_id")}, PaymentId{(*row)->text("id")},
                        InvoiceId{(*row)->text("invoice_id")},
                        read_payment_kind((*row)->text("kind")).value_or(PaymentKind::charge));
    const auto setup = host_.database().query_one(
        all, "SELECT tenant_id FROM billing_setups WHERE reference = ? AND provider = ?", {event.reference, provider});
    if (!setup) return setup.error();
    if (!*setup || !event.method) return std::string("ignored");
    if (auto kept = teller_.keep_method(context, TenantId{(*setup)->text("tenant_id")}, provider, *event.method); !kept)
        return kept.error();
    return std::string("done");
}

sdk::Result<std::string> Inbox::take_for(const sdk::CallContext& context, const std::string& provider,
                                         const sdk::PaymentEvent& event, const TenantId& tenant,
                                         const PaymentId& payment, const InvoiceId& invoice, PaymentKind kind) {
    if (event.method)
        if (auto kept = teller_.keep_method(context, tenant, provider, *event.method); !kept) return kept.error();
    if (belongs_to_a_run(event)) return take_of_run(context, provider, event, tenant, payment, invoice);
    Request request;
    if (const auto result = result_of(event); result && kind == PaymentKind::charge) {
        const auto loaded = teller_.with_invoice(context, tenant, invoice);
        if (!loaded) return loaded.error();
        if (!*loaded) return std::string("ignored");
        ChargeAnswered answered{payment, *result, std::nullopt, event.code, event.payment_id};
        if (event.amount) {
            if (event.amount->currency != (*loaded)->profile.currency)
                return sdk::fail("billing.other_currency", "The provider speaks of another currency than the invoice.");
            if (*result == ChargeResult::succeeded) answered.amount = event.amount->minor;
        }
        request.command = answered;
    } else if (event.type == Type::dispute_opened ||
               (event.type == Type::dispute_closed && event.dispute == sdk::DisputeResult::lost)) {
        request.command = Chargeback{invoice};
        request.key = "dispute:" + (event.dispute_id.empty() ? payment.text() : event.dispute_id);
    } else if (event.type == Type::dispute_closed && event.dispute == sdk::DisputeResult::won) {
        request.command = ReverseChargeback{invoice};
        request.key = "dispute-won:" + (event.dispute_id.empty() ? payment.text() : event.dispute_id);
    } else if (event.type == Type::refund_succeeded || event.type == Type::refund_failed) {
        const auto loaded = teller_.with_invoice(context, tenant, invoice);
        if (!loaded) return loaded.error();
        if (!*loaded) return std::string("ignored");
        const auto& payments = (*loaded)->payments;
        const auto ours = std::ranges::find_if(payments, [&](const Payment& each) {
            return each.kind == PaymentKind::refund && each.unresolved() &&
                   (!event.amount || -each.amount == event.amount->minor);
        });
        if (ours == payments.end() && event.type == Type::refund_failed) return std::string("ignored");
        if (ours == payments.end())
            request.command = Notice{invoice, NoticeKind::refunded};
        else
            request.command = ChargeAnswered{
                ours->id, event.type == Type::refund_succeeded ? ChargeResult::succeeded : ChargeResult::declined,
                std::nullopt, event.code, event.refund_id};
    } else {
        return std::string(event.method ? "done" : "ignored");
    }
    auto done = teller_.act(context, tenant, request, {});
    if (!done && done.error().code.starts_with("billing.") && done.error().code != "billing.raced")
        return std::string("ignored");  // the engine has nothing to do with it any more
    if (!done) return done.error();
    return std::string("done");
}

}  // namespace whatsflow::billing
