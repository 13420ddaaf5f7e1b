#include "events.hpp"

#include "declines.hpp"
#include "stripe_json.hpp"

#include <array>

namespace whatsflow::stripe {
namespace {

using sdk::PaymentEventType;

struct Family {
    std::string_view prefix;
    Events (*translate)(const EventSource&);
};

/// The first that fits.
constexpr std::array<Family, 10> kFamilies{{{"checkout.session.", checkout_events},
                                            {"payment_intent.", payment_events},
                                            {"setup_intent.", method_events},
                                            {"payment_method.", method_events},
                                            {"refund.", refund_events},
                                            {"charge.refund", refund_events},
                                            {"charge.dispute.", dispute_events},
                                            {"invoice.", invoice_events},
                                            {"invoice_payment.", invoice_events},
                                            {"customer.subscription.", subscription_events}}};

/// Ours, wherever this kind of object keeps it.
std::string reference_of(const nlohmann::json& object) {
    auto reference = text_of(at(object, "client_reference_id"), 200);
    if (reference.empty()) reference = text_of(at(object, {"metadata", "reference"}), 200);
    return reference;
}

/// A payment names the card that is kept by its id; what the card is stands with the charge. Older
/// events carry their charges, newer ones the last charge where it is expanded, or nothing: then
/// Provider::confirm asks.
void add_card_of_charge(const nlohmann::json& payment, sdk::SavedPaymentMethod& method) {
    if (!method.last4.empty()) return;
    auto charge = first_of(at(payment, {"charges", "data"}));
    if (charge.is_null()) charge = at(payment, "latest_charge");
    const nlohmann::json details{{"id", method.token.reveal()},
                                 {"type", at(charge, {"payment_method_details", "type"})},
                                 {"card", at(charge, {"payment_method_details", "card"})}};
    if (id_of(at(charge, "payment_method")) != method.token.reveal()) return;
    method = method_of(details, method.customer);
}

}  // namespace

Events events_of(const nlohmann::json& event, sdk::Instant received_at) {
    const auto& object = at(event, {"data", "object"});
    if (!object.is_object()) return {};
    EventSource source{object, at(event, {"data", "previous_attributes"}), text_of(at(event, "type")), {}};
    source.common.trust = sdk::NoticeTrust::fully_signed;
    source.common.event_id = text_of(at(event, "id"));
    source.common.provider_type = source.type;
    source.common.occurred_at = time_of(at(event, "created")).value_or(received_at);
    source.common.reference = reference_of(object);
    source.common.customer_id = id_of(at(object, "customer"));

    for (const auto& family : kFamilies) {
        if (!source.type.starts_with(family.prefix)) continue;
        auto events = family.translate(source);
        // One notice, several events: each needs an identity of its own.
        for (std::size_t i = 1; i < events.size(); ++i) events[i].event_id += "/" + std::to_string(i + 1);
        return events;
    }
    return {};
}

Events checkout_events(const EventSource& source) {
    const auto what = source.type.substr(std::string_view("checkout.session.").size());
    auto event = source.make(PaymentEventType::checkout_completed);
    event.amount = money_of(at(source.object, "amount_total"), at(source.object, "currency"));
    event.payment_id = id_of(at(source.object, "payment_intent"));
    event.subscription_id = id_of(at(source.object, "subscription"));

    if (what == "expired") {
        event.type = PaymentEventType::checkout_expired;
        return {event};
    }
    if (what == "async_payment_failed") {
        event.type = PaymentEventType::payment_failed;
        event.decline = sdk::Decline::soft;
        event.code = "async_payment_failed";
        event.message = "The payment was not completed by the customer's bank.";
        return {event};
    }
    if (what != "completed" && what != "async_payment_succeeded") return {};
    const auto paid = text_of(at(source.object, "payment_status"));
    if (what == "completed" && paid == "unpaid") {
        event.type = PaymentEventType::checkout_pending;
        return {event};
    }
    Events events{event};
    // A checkout that only saved a method, or was free, moved no money.
    if (paid != "no_payment_required" && !event.payment_id.empty()) {
        event.type = PaymentEventType::payment_succeeded;
        events.push_back(event);
    }
    return events;
}

Events payment_events(const EventSource& source) {
    const auto& object = source.object;
    const auto what = source.type.substr(std::string_view("payment_intent.").size());
    auto event = source.make(PaymentEventType::payment_succeeded);
    event.payment_id = id_of(object);
    event.amount = money_of(at(object, "amount"), at(object, "currency"));

    if (what == "succeeded") {
        if (auto received = money_of(at(object, "amount_received"), at(object, "currency"))) event.amount = received;
        Events events{event};
        if (!id_of(at(object, "payment_method")).empty() &&
            text_of(at(object, "setup_future_usage")) == "off_session") {
            event.type = PaymentEventType::payment_method_saved;
            event.method = method_of(at(object, "payment_method"), event.customer_id);
            add_card_of_charge(object, *event.method);
            events.push_back(event);
        }
        return events;
    }
    if (what == "payment_failed") {
        const auto refusal = refusal_of(at(object, "last_payment_error"));
        event.type = PaymentEventType::payment_failed;
        event.decline = refusal.decline;
        event.code = refusal.code;
        event.message = refusal.message;
        return {event};
    }
    if (what == "canceled") {
        event.type = PaymentEventType::payment_failed;
        event.code = "canceled";
        event.message = "The payment was canceled.";
        return {event};
    }
    if (what == "processing")
        event.type = PaymentEventType::checkout_pending;
    else if (what == "requires_action")
        event.type = PaymentEventType::payment_action_required;
    else if (what == "amount_capturable_updated") {
        event.type = PaymentEventType::authorization_succeeded;
        event.authorization_id = event.payment_id;
        event.amount = money_of(at(object, "amount_capturable"), at(object, "currency"));
    } else
        return {};
    return {event};
}

sdk::SavedPaymentMethod method_of(const nlohmann::json& payment_method, const std::string& customer) {
    sdk::SavedPaymentMethod method;
    method.token = sdk::Secret{id_of(payment_method)};
    method.customer = id_of(at(payment_method, "customer"));
    if (method.customer.empty()) method.customer = customer;
    const auto type = text_of(at(payment_method, "type"), 40);
    method.kind = type.empty() || type == "card" ? "card" : type.ends_with("_debit") ? "bank_account" : "wallet";
    const auto& card = at(payment_method, "card");
    method.brand = text_of(at(card, "brand"), 40);
    method.last4 = text_of(at(card, "last4"), 4);
    method.fingerprint = text_of(at(card, "fingerprint"), 100);
    const auto month = whole_number_of(at(card, "exp_month")).value_or(0);
    const auto year = whole_number_of(at(card, "exp_year")).value_or(0);
    if (month >= 1 && month <= 12 && year >= 2000 && year <= 9999) {
        method.exp_month = static_cast<int>(month);
        method.exp_year = static_cast<int>(year);
    }
    return method;
}

Events method_events(const EventSource& source) {
    const auto& object = source.object;
    auto event = source.make(PaymentEventType::payment_method_saved);
    if (source.type == "setup_intent.succeeded") {
        if (id_of(at(object, "payment_method")).empty()) return {};
        event.method = method_of(at(object, "payment_method"), event.customer_id);
        return {event};
    }
    if (source.type == "payment_method.detached") {
        // By then the method belongs to nobody; it says whose it was.
        if (event.customer_id.empty()) event.customer_id = id_of(at(source.previous, "customer"));
        event.type = PaymentEventType::payment_method_removed;
    } else if (source.type == "payment_method.updated" || source.type == "payment_method.automatically_updated") {
        event.type = PaymentEventType::payment_method_updated;
    } else if (source.type != "payment_method.attached") {
        return {};
    }
    event.method = method_of(object, event.customer_id);
    return {event};
}

}  // namespace whatsflow::stripe
