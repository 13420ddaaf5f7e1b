/// \file
/// What became of an attempt to move money.
///
/// "It failed" is not an answer one can act on. Every money operation ends in exactly one
/// of seven ways, and the way decides what the caller may do next. The honest one is
/// `unknown`: the request left, no usable answer came, and the money may have moved.
#pragma once

#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::sdk {

enum class PaymentOutcomeClass {
    succeeded,        ///< done; final
    pending,          ///< accepted, decided later: wait for a notice or lookup()
    requires_action,  ///< the customer must go to `page`
    declined,         ///< the bank or the provider's risk check said no: see `decline`
    rejected,         ///< our request or configuration is wrong: never retried unchanged
    transient,        ///< nothing happened, or the same key may be sent again: retry later
    unknown,          ///< may have happened: lookup() before any retry
};

std::string_view to_text(PaymentOutcomeClass outcome);

enum class Decline {
    none,
    soft,  ///< may work later: insufficient funds, limit, issuer not reachable
    hard,  ///< will not work with this method: stolen, closed, revoked; never retried
};

/// A form that the customer's browser posts. The fields go out in this order.
struct FormPost {
    std::string action;  ///< https URL of the provider
    std::string method = "POST";
    std::vector<std::pair<std::string, std::string>> fields;  ///< unescaped
};

/// Where the customer pays, confirms or saves a method: a URL to go to, or a form to post.
/// Exactly one of `url` and `form` is set.
struct CheckoutPage {
    std::string url;
    std::optional<FormPost> form;
    std::string session;                ///< the provider's id; empty where there is none
    std::optional<Instant> expires_at;  ///< when the provider closes it
};

/// Texts are for people and logs: no card number, token or secret in them.
struct PaymentOutcome {
    PaymentOutcomeClass outcome = PaymentOutcomeClass::unknown;
    std::string id;                           ///< the provider's id of the payment, refund or hold
    std::optional<Money> amount;              ///< what really moved, where the provider says it
    std::optional<CheckoutPage> page;         ///< with requires_action
    Decline decline = Decline::none;          ///< with declined
    std::string code;                         ///< the provider's own code, such as `insufficient_funds`
    std::string message;                      ///< one sentence; empty when succeeded
    std::optional<Milliseconds> retry_after;  ///< with transient, where the provider says it

    bool is(PaymentOutcomeClass what) const noexcept { return outcome == what; }

    static PaymentOutcome succeeded(std::string id, Money amount);
    static PaymentOutcome pending(std::string id, std::string message);
    static PaymentOutcome requires_action(std::string id, CheckoutPage page);
    static PaymentOutcome declined(Decline decline, std::string code, std::string message);
    static PaymentOutcome rejected(std::string code, std::string message);
    static PaymentOutcome transient(std::string code, std::string message,
                                    std::optional<Milliseconds> retry_after = std::nullopt);
    static PaymentOutcome unknown(std::string code, std::string message);
    /// What an operation answers that the provider does not have.
    static PaymentOutcome unsupported(std::string_view operation);
};

}  // namespace whatsflow::sdk
