// Money that goes back: refunds and disputes.
#include "events.hpp"
#include "stripe_json.hpp"

namespace whatsflow::stripe {
namespace {

using sdk::PaymentEventType;

/// The payment a refund or dispute is about. Old charges had no PaymentIntent.
std::string payment_of(const nlohmann::json& object) {
    auto payment = id_of(at(object, "payment_intent"));
    return payment.empty() ? id_of(at(object, "charge")) : payment;
}

sdk::PaymentEvent refund_event(const EventSource& source, const nlohmann::json& refund) {
    const auto status = text_of(at(refund, "status"));
    auto event = source.make(PaymentEventType::refund_pending);
    // `succeeded` was the only status before there was a field for it.
    if (status == "succeeded" || status.empty()) event.type = PaymentEventType::refund_succeeded;
    if (status == "failed" || status == "canceled" || source.type == "refund.failed")
        event.type = PaymentEventType::refund_failed;
    event.refund_id = id_of(refund);
    event.payment_id = payment_of(refund);
    event.amount = money_of(at(refund, "amount"), at(refund, "currency"));
    if (event.type == PaymentEventType::refund_failed) {
        event.code = text_of(at(refund, "failure_reason"), 100);
        if (event.code.empty()) event.code = status;
        event.message = "The refund did not reach the customer.";
    }
    return event;
}

}  // namespace

Events refund_events(const EventSource& source) {
    if (source.type != "charge.refunded") return {refund_event(source, source.object)};
    // The old shape lists the refunds inside the charge; the new one announces each by itself.
    Events events;
    const auto& list = at(source.object, {"refunds", "data"});
    if (!list.is_array()) return {};
    for (const auto& refund : list) {
        if (events.size() == 100 || id_of(refund).empty()) break;
        auto event = refund_event(source, refund);
        if (event.payment_id.empty()) event.payment_id = id_of(at(source.object, "payment_intent"));
        if (event.payment_id.empty()) event.payment_id = id_of(source.object);
        events.push_back(std::move(event));
    }
    return events;
}

Events dispute_events(const EventSource& source) {
    auto event = source.make(PaymentEventType::dispute_opened);
    event.dispute_id = id_of(source.object);
    event.payment_id = payment_of(source.object);
    event.amount = money_of(at(source.object, "amount"), at(source.object, "currency"));
    event.code = text_of(at(source.object, "reason"), 100);
    if (source.type == "charge.dispute.created") return {event};
    if (source.type != "charge.dispute.closed") return {};
    const auto status = text_of(at(source.object, "status"));
    event.type = PaymentEventType::dispute_closed;
    // A warning that is closed never took the money.
    event.dispute = status == "lost" ? sdk::DisputeResult::lost : sdk::DisputeResult::won;
    return {event};
}

}  // namespace whatsflow::stripe
