/// \file
/// What providers tell us, in one vocabulary.
///
/// A webhook arrives as raw bytes in the provider's own words. The provider's plugin turns
/// it into zero or more of these; billing understands nothing else. An event is a claim of
/// the provider, not yet a fact: `trust` says how much of it the signature covers.
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/payment_outcome.hpp>
#include <whatsflow/sdk/secret.hpp>
#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::sdk {

/// A notice as it came, before anybody believed it. Kept byte for byte, so that it can be
/// read again.
struct PaymentNotice {
    std::string body;  ///< raw bytes; signatures are made over these
    Headers headers;
    std::string query_string;
    std::string path_token;  ///< the secret segment of the address, where the route has one
    Instant received_at{};   ///< staleness is measured against this, so old notices stay readable
};

enum class NoticeTrust {
    fully_signed,      ///< the signature covers the whole body
    partially_signed,  ///< only some fields are covered: confirm() before anything is granted
};

/// What can be known about a notice without asking anybody.
struct VerifiedNotice {
    NoticeTrust trust = NoticeTrust::partially_signed;
    /// Identity of the notice for recognising repeats: the provider's event id, or a digest
    /// of what tells two notices apart where the provider has none. At most 200 bytes.
    std::string event_id;
    std::string type;  ///< the provider's own word for it, for lists: `invoice.paid`
};

enum class PaymentEventType {
    checkout_completed,
    checkout_pending,
    checkout_canceled,
    checkout_expired,
    payment_succeeded,
    payment_failed,
    payment_action_required,
    payment_method_saved,
    payment_method_updated,
    payment_method_removed,
    subscription_activated,
    subscription_renewed,
    subscription_past_due,
    subscription_canceled,
    subscription_completed,
    subscription_paused,
    subscription_resumed,
    subscription_trial_ending,
    refund_pending,
    refund_succeeded,
    refund_failed,
    authorization_succeeded,
    authorization_captured,
    authorization_voided,
    dispute_opened,
    dispute_closed,
};

/// `checkout.completed`, `payment_method.saved` and so on. Never empty.
std::string_view to_text(PaymentEventType type);
std::optional<PaymentEventType> payment_event_type(std::string_view text);

/// A method of payment that the provider keeps for us.
struct SavedPaymentMethod {
    Secret token;          ///< charges money: seal it before storing it
    std::string customer;  ///< the provider's customer id; empty where there is none
    std::string kind;      ///< `card`, `wallet`, `bank_account`
    std::string brand;     ///< `visa`; lower case
    std::string last4;     ///< four digits at most
    int exp_month = 0;     ///< 1 to 12; 0 when not known
    int exp_year = 0;      ///< four digits; 0 when not known
    /// The same for the same card whoever pays with it, and for no other card. Empty where the provider
    /// does not know: the last digits and a name are shared by too many.
    std::string fingerprint{};
};

enum class DisputeResult { open, won, lost };

struct PaymentEvent {
    PaymentEventType type = PaymentEventType::payment_succeeded;
    NoticeTrust trust = NoticeTrust::partially_signed;
    std::string event_id;       ///< unique within the provider; one notice may carry several
    std::string provider_type;  ///< the provider's own word for it
    Instant occurred_at{};      ///< by the provider's clock; received_at where it says nothing
    std::string reference;      ///< ours, as given to create_checkout or charge
    /// The provider's id of the money movement. Money is counted by distinct payment ids,
    /// never by messages.
    std::string payment_id;
    std::string subscription_id;
    std::string customer_id;
    std::string refund_id;
    std::string authorization_id;
    std::string dispute_id;
    std::optional<Money> amount;
    std::optional<SavedPaymentMethod> method;
    Decline decline = Decline::none;
    std::string code;                       ///< of a failure
    std::string message;                    ///< of a failure; for people
    std::optional<Instant> next_charge_at;  ///< of a provider-run subscription
    std::optional<int> instalment;          ///< which payment of the subscription, from 1
    DisputeResult dispute = DisputeResult::open;
};

/// What the provider answered when asked whether an event is true.
struct PaymentConfirmation {
    enum class Verdict {
        confirmed,     ///< `event` holds what the provider's own records say
        contradicted,  ///< the provider knows nothing of it, or knows something else
        not_yet,       ///< ask again later
    };
    Verdict verdict = Verdict::not_yet;
    PaymentEvent event;   ///< the corrected event; use this one, not the notice's
    std::string message;  ///< why, when not confirmed
};

}  // namespace whatsflow::sdk
