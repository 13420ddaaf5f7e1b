/// \file
/// What a payment provider can do, and within which limits.
///
/// Providers differ more than their brochures say: one takes a browser form and has no
/// session, another has idempotency keys and webhooks for refunds. Billing asks before it
/// offers a button, and never branches on a provider's name.
///
///     PaymentCapabilities can{PaymentCapability::hosted_checkout, PaymentCapability::refund_full};
///     if (can.has(PaymentCapability::refund_partial)) …
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

/// New ones are appended, so that the numbers stay.
enum class PaymentCapability : std::uint8_t {
    hosted_checkout,            ///< the customer pays on the provider's page
    checkout_via_form_post,     ///< … reached by a form the browser posts
    checkout_via_redirect_url,  ///< … reached by a URL
    checkout_expire,            ///< an open checkout can be closed by us
    setup_without_payment,      ///< a method can be saved without paying
    charge_saved_method,        ///< a saved method can be charged without the customer
    off_session_step_up,        ///< such a charge may ask the customer back (3-D Secure)
    native_idempotency,         ///< the provider itself recognises a repeated key
    provider_subscriptions,     ///< the provider can run the renewals
    subscription_plan_change,
    subscription_quantity,
    provider_proration,
    provider_trial,
    provider_coupons,
    pause_resume,
    cancel_immediate,
    cancel_at_period_end,
    retry_renewal,           ///< a failed renewal can be tried again on request
    update_method_in_place,  ///< the card of a running subscription can change
    customer_portal,
    refund_full,
    refund_partial,
    refund_by_webhook,  ///< a refund's fate is announced; without it, poll lookup()
    authorize_capture,
    partial_capture,
    void_authorization,
    lookup_by_reference,
    list_subscription_payments,
    list_events,
    signed_webhooks,
    webhook_timestamped,       ///< the signature covers the time: replays grow stale
    webhook_full_body_signed,  ///< without it every notice is confirmed before it counts
    chargebacks,
    dispute_lifecycle,
    provider_dunning,
    provider_tax,
    provider_invoices,
    test_clock,
};

/// `hosted_checkout` and so on, for lists and the admin panel. Never empty.
std::string_view to_text(PaymentCapability capability);

/// A set of capabilities. A value.
class PaymentCapabilities {
public:
    constexpr PaymentCapabilities() = default;
    constexpr PaymentCapabilities(std::initializer_list<PaymentCapability> list) {
        for (const auto capability : list) add(capability);
    }
    constexpr bool has(PaymentCapability capability) const noexcept { return (bits_ & bit(capability)) != 0; }
    constexpr void add(PaymentCapability capability) noexcept { bits_ |= bit(capability); }
    /// In the order of the enumeration.
    std::vector<PaymentCapability> list() const;
    bool operator==(const PaymentCapabilities&) const = default;

private:
    static constexpr std::uint64_t bit(PaymentCapability capability) {
        return std::uint64_t{1} << static_cast<unsigned>(capability);
    }
    std::uint64_t bits_ = 0;
};

/// What one payment in one currency may amount to, in minor units.
struct CurrencyLimit {
    std::string currency;                 ///< ISO 4217, three capitals
    std::int64_t minimum = 1;             ///< inclusive
    std::optional<std::int64_t> maximum;  ///< inclusive; nothing when not known
};

struct PaymentLimits {
    std::vector<CurrencyLimit> currencies;  ///< a currency that is not here is refused
    std::size_t reference_max_length = 64;  ///< bytes of our reference
    /// Every character a reference may have, spelled out.
    std::string reference_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::optional<std::chrono::hours> refund_window;           ///< after that, a refund is refused
    std::optional<std::chrono::hours> authorization_lifetime;  ///< after that, a hold is gone
};

}  // namespace whatsflow::sdk
