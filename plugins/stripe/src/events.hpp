/// \file
/// Stripe's event → what WhatsFlow understands.
///
/// Both shapes are read: what Stripe sent before 2025-03-31 (an invoice names its payment and
/// its subscription itself) and after (it names them in lists and parents).
#pragma once

#include <whatsflow/sdk/payment_event.hpp>

#include <nlohmann/json.hpp>

#include <vector>

namespace whatsflow::stripe {

/// `event` is a whole proven event. Empty for types we have no use for.
std::vector<sdk::PaymentEvent> events_of(const nlohmann::json& event, sdk::Instant received_at);

/// What the parts of the translation share: the object the event is about, and an event with
/// everything filled in that all have in common.
struct EventSource {
    const nlohmann::json& object;
    const nlohmann::json& previous;  ///< what changed, in its old state
    std::string type;
    sdk::PaymentEvent common;

    sdk::PaymentEvent make(sdk::PaymentEventType as) const {
        auto event = common;
        event.type = as;
        return event;
    }
};

using Events = std::vector<sdk::PaymentEvent>;

Events checkout_events(const EventSource& source);      ///< `checkout.session.*`
Events payment_events(const EventSource& source);       ///< `payment_intent.*`
Events method_events(const EventSource& source);        ///< `setup_intent.*`, `payment_method.*`
Events refund_events(const EventSource& source);        ///< `refund.*`, `charge.refund…`
Events dispute_events(const EventSource& source);       ///< `charge.dispute.*`
Events invoice_events(const EventSource& source);       ///< `invoice.*`, `invoice_payment.*`
Events subscription_events(const EventSource& source);  ///< `customer.subscription.*`

/// A saved method as Stripe describes it. `customer` when the method does not say whose it is.
sdk::SavedPaymentMethod method_of(const nlohmann::json& payment_method, const std::string& customer);

}  // namespace whatsflow::stripe
