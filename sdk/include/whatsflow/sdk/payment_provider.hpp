/// \file
/// What a payment plugin offers: rails, not billing.
///
/// A provider turns "this tenant owes LKR 2,500" into a page where somebody can pay, charges
/// a saved method, gives money back, and translates the provider's messages. It never
/// decides what a tenant may use, when a retry is due or what an invoice says: billing does.
///
/// A small provider overrides the six pure methods. The others answer `unsupported` until a
/// capability says otherwise, and are only called when it does.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/payment_capabilities.hpp>
#include <whatsflow/sdk/payment_event.hpp>
#include <whatsflow/sdk/payment_outcome.hpp>
#include <whatsflow/sdk/service.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct PaymentProviderInfo {
    std::string name;   ///< for people: "Acme Pay"
    bool live = false;  ///< false: a sandbox, no real money moves
    PaymentCapabilities capabilities;
    PaymentLimits limits;
    /// Names of the saved credentials that are missing. Empty: ready to be used.
    std::vector<std::string> missing_settings;
};

struct PaymentCustomer {
    std::string id;  ///< the provider's customer id; empty when there is none yet
    std::string first_name;
    std::string last_name;
    std::string email;
    std::string phone;  ///< E.164
    std::string address;
    std::string city;
    std::string postal_code;
    std::string country;  ///< ISO 3166-1 alpha-2
};

struct PaymentLine {
    std::string description;
    int quantity = 1;
    Money unit_amount;
};

/// A rhythm for renewals that the provider runs. Needs `provider_subscriptions`.
struct ProviderRecurrence {
    enum class Interval { day, week, month, year };
    Interval interval = Interval::month;
    int interval_count = 1;
    std::optional<int> instalments;  ///< nothing: until cancelled
};

struct CheckoutRequest {
    /// Ours, unique for each attempt, within the provider's limits, stored before the call.
    /// It comes back in notices and is what lookup() takes.
    std::string reference;
    std::string idempotency_key;  ///< the same key never opens two charges
    Money amount;
    std::string description;  ///< such as the invoice's number
    std::vector<PaymentLine> lines;
    PaymentCustomer customer;
    std::string return_url;  ///< the browser's way back. Proves nothing.
    std::string cancel_url;
    std::string notify_url;  ///< where notices go, for providers that are told each time
    bool save_method = false;
    std::optional<ProviderRecurrence> recurrence;
    std::string locale = "en";
};

struct ChargeRequest {
    std::string reference;
    std::string idempotency_key;
    Money amount;
    SavedPaymentMethod method;
    std::string description;
    std::string notify_url;
};

struct CaptureRequest {
    std::string idempotency_key;
    std::string authorization_id;
    Money amount;
};

struct RefundRequest {
    std::string idempotency_key;
    std::string payment_id;  ///< the provider's, from the payment's event or outcome
    Money amount;            ///< must not exceed what is left of the payment
    std::string reason;      ///< shown to the customer by some providers
};

enum class PaymentStatus {
    not_found,
    pending,
    succeeded,
    failed,
    authorized,
    refund_pending,
    refunded,
    partially_refunded,
    disputed,
};

/// A payment as the provider's records have it.
struct PaymentRecord {
    PaymentStatus status = PaymentStatus::not_found;
    std::string payment_id;
    std::string reference;
    std::string subscription_id;
    std::optional<Money> amount;
    std::optional<Money> refunded;
    std::optional<Money> fee;  ///< what the provider kept
    Instant created_at{};
    std::string code;
    std::string message;
};

/// Exactly one of the two is set.
struct PaymentLookup {
    std::string reference;
    std::string payment_id;
};

/// Provided with the property {"provider", "<name>"}, such as {"provider", "stripe"}.
///
/// Methods run on several threads at once. Except where it says so they are
/// [pool-thread or job-thread], may block until the context's deadline and no longer, and
/// use Host::https() for every call. They report in their value; an Error means that the
/// provider was not asked at all, except `plugin.fault` (an exception escaped), which for a
/// money operation means the same as `unknown`.
class PaymentProvider : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.payment_provider", 1};

    /// [any thread] From memory. May change when the settings change.
    virtual Result<PaymentProviderInfo> describe() const = 0;

    /// Asks the provider whether the credentials work, without moving money. Errors:
    /// `payment.rejected` (credentials), `payment.transient` (not reachable).
    virtual Result<void> health(const CallContext& context) = 0;

    /// Opens a page to pay on. Moves no money. The same idempotency key gives the same
    /// payment: paid twice by an impatient customer is impossible. Errors:
    /// `payment.rejected`, `payment.transient`, `payment.unknown`.
    virtual Result<CheckoutPage> create_checkout(const CallContext& context, const CheckoutRequest& request) = 0;

    /// What the provider knows of a payment. Safe to repeat. Not knowing it is a value
    /// (`not_found`), not an error: careful, some providers know successful payments only.
    virtual Result<PaymentRecord> lookup(const CallContext& context, const PaymentLookup& what) = 0;

    /// [any thread, the loop included; no I/O, no locks held for long, never throws]
    /// Checks the signature over the raw bytes before it reads anything else, and that the
    /// notice is not stale. Error `payment.notice_refused` for everything that is not
    /// proven: forged, stale, malformed, for another account, or in the wrong mode.
    virtual Result<VerifiedNotice> verify_notice(const PaymentNotice& notice) const = 0;

    /// [any thread; no I/O] Translates a notice, after verifying it again. Empty for types we
    /// have no use for: they are answered 2xx and forgotten. Errors: `payment.notice_refused`.
    virtual Result<std::vector<PaymentEvent>> read_notice(const PaymentNotice& notice) const = 0;

    /// Asks the provider whether `event` is true. Called for every partially signed event
    /// before it has an effect, and again after `not_yet`. The default confirms a fully
    /// signed event and refuses the others.
    virtual Result<PaymentConfirmation> confirm(const CallContext& context, const PaymentEvent& event);

    /// Opens a page where a method is saved without a payment. [setup_without_payment]
    /// `amount` is ignored by most providers. Errors as for create_checkout.
    virtual Result<CheckoutPage> create_setup(const CallContext& context, const CheckoutRequest& request);

    /// Closes an open checkout, so that nobody can pay it any more. [checkout_expire]
    virtual Result<PaymentOutcome> expire_checkout(const CallContext& context, const std::string& session);

    /// [charge_saved_method] Once per idempotency key, whatever happens in between.
    virtual Result<PaymentOutcome> charge(const CallContext& context, const ChargeRequest& request);

    /// [authorize_capture] Holds the amount without taking it.
    virtual Result<PaymentOutcome> authorize(const CallContext& context, const ChargeRequest& request);
    virtual Result<PaymentOutcome> capture(const CallContext& context, const CaptureRequest& request);
    /// [void_authorization]
    virtual Result<PaymentOutcome> void_authorization(const CallContext& context, const CaptureRequest& request);

    /// [refund_full, refund_partial] `pending` is the usual good answer.
    virtual Result<PaymentOutcome> refund(const CallContext& context, const RefundRequest& request);

    /// [provider_subscriptions] Ends the renewals now; cancelling a cancelled one succeeds.
    virtual Result<PaymentOutcome> cancel_subscription(const CallContext& context, const std::string& subscription_id);
    /// [retry_renewal]
    virtual Result<PaymentOutcome> retry_subscription(const CallContext& context, const std::string& subscription_id);
    /// [list_subscription_payments] Newest first.
    virtual Result<std::vector<PaymentRecord>> list_payments(const CallContext& context,
                                                             const std::string& subscription_id);

    /// [customer_portal] A short-lived URL where the customer manages saved methods.
    virtual Result<std::string> portal_url(const CallContext& context, const std::string& customer_id,
                                           const std::string& return_url);

protected:
    ~PaymentProvider() override;
};

}  // namespace whatsflow::sdk
