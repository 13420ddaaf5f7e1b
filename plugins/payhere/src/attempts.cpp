#include "attempts.hpp"

#include <array>

namespace whatsflow::payhere {
namespace {

using sdk::PaymentOutcome;
using sdk::PaymentOutcomeClass;

/// The states that an attempt can be remembered in. `unknown` is also what it is while it runs.
constexpr std::array kRemembered{PaymentOutcomeClass::succeeded, PaymentOutcomeClass::pending,
                                 PaymentOutcomeClass::declined, PaymentOutcomeClass::rejected,
                                 PaymentOutcomeClass::unknown};

PaymentOutcomeClass class_of(std::string_view text) {
    for (const auto one : kRemembered)
        if (sdk::to_text(one) == text) return one;
    return PaymentOutcomeClass::unknown;
}

}  // namespace

PaymentOutcome Attempts::once(const sdk::CallContext& context, const std::string& operation, const sdk::Money& amount,
                              const std::function<PaymentOutcome()>& send) {
    if (operation.size() > 250) return PaymentOutcome::rejected("key", "The idempotency key is too long for PayHere.");
    const auto written = database_.execute(context,
                                           "INSERT INTO payhere_attempts (operation, state, provider_id, code, "
                                           "message, started_at) VALUES (?, 'unknown', '', '', '', ?)",
                                           {operation, clock_.now()});
    if (!written && written.error().code == "database.duplicate") return recall(context, operation, amount);
    if (!written) return PaymentOutcome::transient(written.error().code, "The attempt could not be written down.");
    auto outcome = send();
    if (outcome.is(PaymentOutcomeClass::transient)) {
        // Nothing left the house: the same key may be used again. If this fails, the next try
        // says `unknown`, which costs a look and no money.
        (void)database_.execute(context, "DELETE FROM payhere_attempts WHERE operation = ?", {operation});
    } else {
        settle(context, operation, outcome);
    }
    return outcome;
}

void Attempts::settle(const sdk::CallContext& context, const std::string& operation, const PaymentOutcome& outcome) {
    (void)database_.execute(context,
                            "UPDATE payhere_attempts SET state = ?, provider_id = ?, code = ?, message = ? "
                            "WHERE operation = ?",
                            {sdk::to_text(outcome.outcome), outcome.id.substr(0, 64), outcome.code.substr(0, 100),
                             outcome.message.substr(0, 250), operation});
}

PaymentOutcome Attempts::recall(const sdk::CallContext& context, const std::string& operation,
                                const sdk::Money& amount) {
    const auto row = database_.query_one(
        context, "SELECT state, provider_id, code, message FROM payhere_attempts WHERE operation = ?", {operation});
    PaymentOutcome outcome = PaymentOutcome::unknown("asked_before", "PayHere was asked before, and did not answer.");
    if (!row || !*row) return outcome;
    const auto state = class_of((*row)->text("state"));
    if (state == PaymentOutcomeClass::unknown) return outcome;
    outcome.outcome = state;
    outcome.id = (*row)->text("provider_id");
    outcome.code = (*row)->text("code");
    outcome.message = (*row)->text("message");
    if (state == PaymentOutcomeClass::succeeded) outcome.amount = amount;
    if (state == PaymentOutcomeClass::declined) outcome.decline = sdk::Decline::soft;
    return outcome;
}

void Attempts::forget_before(const sdk::CallContext& context, sdk::Instant then) {
    (void)database_.execute(context, "DELETE FROM payhere_attempts WHERE started_at < ?", {then});
}

}  // namespace whatsflow::payhere
