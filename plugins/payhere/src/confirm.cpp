// Is a notice true? Its signature covers too little to believe it, so PayHere's own records
// are asked before anything is granted or taken away.
#include "provider.hpp"

#include <algorithm>

namespace whatsflow::payhere {
namespace {

using sdk::PaymentConfirmation;
using sdk::PaymentEvent;
using sdk::PaymentEventType;
using sdk::PaymentStatus;
using Verdict = PaymentConfirmation::Verdict;
using namespace std::chrono_literals;

/// How long PayHere may take to list what it has told us.
constexpr auto kPatience = 2h;

PaymentConfirmation say(Verdict verdict, PaymentEvent event, std::string why = {}) {
    return {verdict, std::move(event), std::move(why)};
}

bool moved_money(const sdk::PaymentRecord& record) {
    return record.status != PaymentStatus::not_found && record.status != PaymentStatus::pending &&
           record.status != PaymentStatus::failed;
}

}  // namespace

sdk::Result<PaymentConfirmation> Provider::confirm(const sdk::CallContext& context, const PaymentEvent& event) {
    switch (event.type) {
        case PaymentEventType::payment_succeeded:
        case PaymentEventType::checkout_completed:
        case PaymentEventType::subscription_activated:
        case PaymentEventType::subscription_renewed:
        case PaymentEventType::dispute_opened:
        case PaymentEventType::dispute_closed: return confirm_payment(context, event);
        case PaymentEventType::payment_failed:
        case PaymentEventType::subscription_past_due: return confirm_failure(context, event);
        case PaymentEventType::subscription_canceled:
        case PaymentEventType::subscription_completed: return confirm_end(context, event);
        case PaymentEventType::payment_method_saved:
            // There is no list of kept cards to ask. A false one grants nothing: the first
            // charge would fail. What is signed is the order that only its customer can open.
            return say(Verdict::confirmed, event);
        default: return say(Verdict::confirmed, event);
    }
}

sdk::Result<std::vector<sdk::PaymentRecord>> Provider::records_for(const sdk::CallContext& context,
                                                                   const PaymentEvent& event) {
    if (!event.subscription_id.empty()) return api_.payments_of_subscription(context, event.subscription_id);
    return api_.payments_of_order(context, event.reference);
}

sdk::Result<PaymentConfirmation> Provider::confirm_payment(const sdk::CallContext& context, const PaymentEvent& event) {
    const bool dispute =
        event.type == PaymentEventType::dispute_opened || event.type == PaymentEventType::dispute_closed;
    if (!api_.has_app()) {
        // What is signed is order, amount and status. A single payment is that, once an order;
        // a renewal is not, because each of them carries the same signature.
        if (event.subscription_id.empty()) return say(Verdict::confirmed, event);
        return say(Verdict::not_yet, event, "Confirming a renewal needs app_id and app_secret in the settings.");
    }
    const auto records = records_for(context, event);
    if (!records) return say(Verdict::not_yet, event, records.error().message);
    const auto found = std::ranges::find(*records, event.payment_id, &sdk::PaymentRecord::payment_id);
    if (found == records->end() || event.payment_id.empty() || !moved_money(*found)) {
        const bool young = clock_.now() - event.occurred_at < kPatience;
        return say(young ? Verdict::not_yet : Verdict::contradicted, event, "PayHere does not list this payment.");
    }
    if (!found->reference.empty() && found->reference != event.reference)
        return say(Verdict::contradicted, event, "PayHere lists this payment under another order.");
    if (found->amount && event.amount && *found->amount != *event.amount)
        return say(Verdict::contradicted, event, "PayHere lists this payment with another amount.");
    if (dispute && found->status != PaymentStatus::disputed)
        return say(Verdict::not_yet, event, "PayHere does not list this payment as charged back.");
    auto corrected = event;
    if (found->amount) corrected.amount = found->amount;
    if (found->created_at != sdk::Instant{} && !dispute) corrected.occurred_at = found->created_at;
    return say(Verdict::confirmed, std::move(corrected));
}

sdk::Result<PaymentConfirmation> Provider::confirm_failure(const sdk::CallContext& context, const PaymentEvent& event) {
    if (!api_.has_app()) return say(Verdict::confirmed, event);
    const auto records = records_for(context, event);
    if (!records) return say(Verdict::not_yet, event, records.error().message);
    // A single order that was paid after all did not fail, however late this notice comes. Of a
    // subscription only the payment itself tells: earlier instalments were paid.
    const bool paid = std::ranges::any_of(*records, [&](const auto& record) {
        return moved_money(record) && (event.subscription_id.empty() || record.payment_id == event.payment_id);
    });
    if (paid) return say(Verdict::contradicted, event, "PayHere lists the payment as received.");
    return say(Verdict::confirmed, event);
}

sdk::Result<PaymentConfirmation> Provider::confirm_end(const sdk::CallContext& context, const PaymentEvent& event) {
    if (!api_.has_app())
        return say(Verdict::not_yet, event, "Confirming the end of a subscription needs app_id and app_secret.");
    const auto status = api_.status_of_subscription(context, event.subscription_id);
    if (!status) return say(Verdict::not_yet, event, status.error().message);
    if (status->empty()) return say(Verdict::contradicted, event, "PayHere has no such subscription.");
    if (*status != "ACTIVE") return say(Verdict::confirmed, event);
    const bool young = clock_.now() - event.occurred_at < kPatience;
    return say(young ? Verdict::not_yet : Verdict::contradicted, event, "PayHere lists the subscription as active.");
}

}  // namespace whatsflow::payhere
