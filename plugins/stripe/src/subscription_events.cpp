// Subscriptions and invoices that Stripe itself runs. Our own engine renews by itself; these
// are read for accounts that still have some.
#include "events.hpp"
#include "stripe_json.hpp"

namespace whatsflow::stripe {
namespace {

using sdk::PaymentEventType;

/// Old shape first, then the new one.
std::string subscription_of(const nlohmann::json& invoice) {
    auto id = id_of(at(invoice, "subscription"));
    return id.empty() ? id_of(at(invoice, {"parent", "subscription_details", "subscription"})) : id;
}

std::string reference_of_subscription(const nlohmann::json& invoice) {
    auto reference = text_of(at(invoice, {"subscription_details", "metadata", "reference"}), 200);
    if (reference.empty())
        reference = text_of(at(invoice, {"parent", "subscription_details", "metadata", "reference"}), 200);
    return reference;
}

std::string payment_of_invoice(const nlohmann::json& invoice) {
    auto id = id_of(at(invoice, "payment_intent"));
    return id.empty() ? id_of(at(first_of(at(invoice, {"payments", "data"})), {"payment", "payment_intent"})) : id;
}

Events paid_invoice(sdk::PaymentEvent event, const nlohmann::json& invoice) {
    Events events;
    // Without the payment's id the money is announced by the payment itself, and counted there.
    if (!event.payment_id.empty()) {
        event.type = PaymentEventType::payment_succeeded;
        events.push_back(event);
    }
    const auto reason = text_of(at(invoice, "billing_reason"));
    if (event.subscription_id.empty()) return events;
    if (reason == "subscription_cycle")
        event.type = PaymentEventType::subscription_renewed;
    else if (reason == "subscription_create")
        event.type = PaymentEventType::subscription_activated;
    else
        return events;
    events.push_back(event);
    return events;
}

/// Old shape: on the subscription. New: on its items.
std::optional<sdk::Instant> end_of_period(const nlohmann::json& subscription) {
    if (auto end = time_of(at(subscription, "current_period_end"))) return end;
    return time_of(at(first_of(at(subscription, {"items", "data"})), "current_period_end"));
}

std::optional<PaymentEventType> type_of_status(const std::string& status) {
    if (status == "active" || status == "trialing") return PaymentEventType::subscription_activated;
    if (status == "past_due" || status == "unpaid") return PaymentEventType::subscription_past_due;
    if (status == "paused") return PaymentEventType::subscription_paused;
    if (status == "canceled" || status == "incomplete_expired") return PaymentEventType::subscription_canceled;
    return std::nullopt;
}

}  // namespace

Events invoice_events(const EventSource& source) {
    const auto& object = source.object;
    auto event = source.make(PaymentEventType::payment_succeeded);
    if (source.type == "invoice_payment.paid") {
        event.payment_id = id_of(at(object, {"payment", "payment_intent"}));
        event.amount = money_of(at(object, "amount_paid"), at(object, "currency"));
        return event.payment_id.empty() ? Events{} : Events{event};
    }
    if (event.reference.empty()) event.reference = reference_of_subscription(object);
    event.subscription_id = subscription_of(object);
    event.payment_id = payment_of_invoice(object);
    event.amount = money_of(at(object, "amount_paid"), at(object, "currency"));
    if (source.type == "invoice.paid") return paid_invoice(event, object);

    event.amount = money_of(at(object, "amount_due"), at(object, "currency"));
    event.next_charge_at = time_of(at(object, "next_payment_attempt"));
    if (source.type == "invoice.payment_failed") {
        event.type =
            event.subscription_id.empty() ? PaymentEventType::payment_failed : PaymentEventType::subscription_past_due;
        event.decline = sdk::Decline::soft;
        event.code = "invoice_not_paid";
        event.message = "The invoice could not be paid with the saved method.";
        return {event};
    }
    if (source.type != "invoice.payment_action_required") return {};
    event.type = PaymentEventType::payment_action_required;
    return {event};
}

Events subscription_events(const EventSource& source) {
    const auto what = source.type.substr(std::string_view("customer.subscription.").size());
    auto event = source.make(PaymentEventType::subscription_canceled);
    event.subscription_id = id_of(source.object);
    event.next_charge_at = end_of_period(source.object);
    if (what == "created" || what == "updated") {
        const auto type = type_of_status(text_of(at(source.object, "status")));
        if (!type) return {};
        event.type = *type;
    } else if (what == "paused") {
        event.type = PaymentEventType::subscription_paused;
    } else if (what == "resumed") {
        event.type = PaymentEventType::subscription_resumed;
    } else if (what == "trial_will_end") {
        event.type = PaymentEventType::subscription_trial_ending;
        event.next_charge_at = time_of(at(source.object, "trial_end"));
    } else if (what != "deleted") {
        return {};
    }
    return {event};
}

}  // namespace whatsflow::stripe
