#include "scripted_provider.hpp"

namespace whatsflow::billing::scenario {

ChargeAnswered ScriptedProvider::charge(const ChargeRequest& request) {
    Outcome outcome;
    if (!next_.empty()) {
        outcome = next_.front();
        next_.pop_front();
    }
    ChargeAnswered answer;
    answer.payment = request.payment;
    switch (outcome.kind) {
        case Outcome::Kind::success: answer.result = ChargeResult::succeeded; break;
        case Outcome::Kind::decline:
            answer.result = ChargeResult::declined;
            answer.code = "insufficient_funds";
            break;
        case Outcome::Kind::hard_decline:
            answer.result = ChargeResult::hard_declined;
            answer.code = "stolen_card";
            break;
        case Outcome::Kind::pending: answer.result = ChargeResult::pending; break;
        case Outcome::Kind::unknown:
        case Outcome::Kind::timeout_then_success: answer.result = ChargeResult::unknown; break;
        case Outcome::Kind::partial:
            answer.result = ChargeResult::succeeded;
            answer.amount = outcome.amount;
            break;
    }
    open_[request.payment] = outcome.kind;
    return answer;
}

ChargeAnswered ScriptedProvider::look_up(const PaymentId& payment) const {
    ChargeAnswered answer;
    answer.payment = payment;
    const auto found = open_.find(payment);
    if (found == open_.end()) return answer;
    if (found->second == Outcome::Kind::timeout_then_success) answer.result = ChargeResult::succeeded;
    if (found->second == Outcome::Kind::pending) answer.result = ChargeResult::pending;
    return answer;
}

}  // namespace whatsflow::billing::scenario
