/// \file
/// The fields of everything that billing keeps, once each: see field_codec.hpp.
#pragma once

#include "field_codec.hpp"

#include "core/account.hpp"
#include "core/catalogue.hpp"

namespace whatsflow::billing {

// Enumerations of policies have no words in the core: nobody but a store needs them.
inline std::string_view to_text(LimitKind kind) {
    constexpr std::string_view words[] = {"hard", "soft", "grace", "unlimited"};
    return words[static_cast<int>(kind)];
}
inline std::string_view to_text(MeterReset reset) {
    return reset == MeterReset::period ? "period" : "never";
}
inline std::string_view to_text(CouponDuration::Kind kind) {
    constexpr std::string_view words[] = {"once", "periods", "forever"};
    return words[static_cast<int>(kind)];
}
inline std::string_view to_text(ItemKind kind) {
    return kind == ItemKind::base ? "base" : "add_on";
}

namespace store {

#define WF_LAST(Enum, value)      \
    template <>                   \
    inline Enum last_of<Enum>() { \
        return Enum::value;       \
    }
WF_LAST(LimitKind, unlimited)
WF_LAST(MeterReset, never)
WF_LAST(Aggregation, time_weighted)
WF_LAST(CouponDuration::Kind, forever)
WF_LAST(OverageModel, package)
WF_LAST(SubscriptionState, canceled)
WF_LAST(OverdueLevel, suspended)
WF_LAST(ItemKind, add_on)
WF_LAST(LineType, adjustment)
WF_LAST(InvoiceState, voided)
WF_LAST(PaymentKind, chargeback_reversal)
WF_LAST(PaymentStatus, not_attempted)
WF_LAST(CreditSource, prepaid)
#undef WF_LAST

template <class T>
nlohmann::json write(const T& value) {
    return Codec<T>::encode(value);
}

/// Error `billing.unreadable`: the row was not written by this program.
template <class T>
sdk::Result<T> read(const std::string& text) {
    try {
        T value{};
        Codec<T>::decode(nlohmann::json::parse(text), value);
        return value;
    } catch (const std::exception& why) {
        return sdk::fail("billing.unreadable", std::string("A stored row of billing cannot be read: ") + why.what());
    }
}

}  // namespace store

// Found by argument-dependent look-up, so they live beside the structs.
template <class A>
void fields(A& a, Span& v) {
    a("from", v.from)("to", v.to);
}
template <class A>
void fields(A& a, Anchor& v) {
    a("year", v.year)("month", v.month)("day", v.day);
}
template <class A>
void fields(A& a, TaxShare& v) {
    a("name", v.name)("percent", v.percent)("amount", v.amount);
}
template <class A>
void fields(A& a, TaxTerms& v) {
    a("percent", v.percent)("inclusive", v.inclusive)("reason", v.reason)("reverse_charge", v.reverse_charge);
    a("said", v.said)("shares", v.shares);
}
template <class A>
void fields(A& a, TaxProfile& v) {
    a("country", v.country)("tax_id", v.tax_id)("business", v.business)("fixed", v.fixed);
    a("region", v.region)("tax_id_checked", v.tax_id_checked);
}
/// Tenant, version and number series have columns or rows of their own.
template <class A>
void fields(A& a, Profile& v) {
    a("currency", v.currency)("time_zone", v.time_zone)("billing_day", v.billing_day)("tax", v.tax);
    a("minimum_charge", v.minimum_charge)("carried", v.carried)("invoices", v.invoices_finalised);
    a("credit_notes", v.credit_notes_issued)("had_trial", v.had_trial)("has_paid", v.has_paid);
    a("watermark", v.watermark);
}
template <class A>
void fields(A& a, SubscriptionItem& v) {
    a("id", v.id)("kind", v.kind)("code", v.code)("interval", v.interval)("quantity", v.quantity);
    a("unit_price", v.unit_price)("price_version", v.price_version)("custom_price", v.custom_price);
    a("period", v.period)("ended", v.ended)("plan_version", v.plan_version);
    a("next_price_version", v.next_price_version)("next_quantity", v.next_quantity);
}
template <class A>
void fields(A& a, ScheduledChange& v) {
    a("effective_on", v.effective_on)("plan", v.plan)("interval", v.interval)("keep_anchor", v.keep_anchor);
    a("amount", v.amount);
}
template <class A>
void fields(A& a, ProviderRun& v) {
    a("provider", v.provider)("reference", v.reference)("amount", v.amount);
}
template <class A>
void fields(A& a, Stretch& v) {
    a("from", v.from)("to", v.to)("anchor", v.anchor)("interval", v.interval);
}
template <class A>
void fields(A& a, Subscription& v) {
    a("id", v.id)("state", v.state)("items", v.items)("started_on", v.started_on)("anchor", v.anchor);
    a("next_anchor", v.next_anchor)("trial_end", v.trial_end)("cancel_at", v.cancel_at)("pause_at", v.pause_at);
    a("resume_at", v.resume_at)("scheduled", v.scheduled)("incomplete_until", v.incomplete_until);
    a("overdue", v.overdue)("disputed", v.disputed)("version", v.version);
    a("provider_run", v.provider_run)("held", v.held)("blocked_since", v.blocked_since);
    a("stretches", v.stretches)("left_because", v.left_because);
}
template <class A>
void fields(A& a, CouponShare& v) {
    a("redemption", v.redemption)("coupon", v.coupon)("percent", v.percent)("of_amount", v.of_amount);
    a("share", v.share)("counts_period", v.counts_period);
}
template <class A>
void fields(A& a, OverageTier& v) {
    a("up_to", v.up_to)("unit_amount", v.unit_amount);
}
template <class A>
void fields(A& a, Overage& v) {
    a("model", v.model)("unit_amount", v.unit_amount)("tiers", v.tiers)("package_size", v.package_size);
    a("free_units", v.free_units);
}
template <class A>
void fields(A& a, UsageDerivation& v) {
    a("counter", v.counter)("used", v.used)("included", v.included)("units", v.units)("terms", v.terms);
    a("price", v.price)("billed_before", v.billed_before)("units_before", v.units_before);
    a("aggregation", v.aggregation)("whole", v.whole);
}
template <class A>
void fields(A& a, CreditDerivation& v) {
    a("line", v.line)("invoice", v.invoice)("amount", v.amount)("net", v.net)("remaining", v.remaining);
    a("remaining_tax", v.remaining_tax)("whole", v.whole);
}
template <class A>
void fields(A& a, InvoiceLine& v) {
    a("id", v.id)("type", v.type)("subscription", v.subscription)("item", v.item)("code", v.code);
    a("interval", v.interval)("span", v.span)("full", v.full)("quantity", v.quantity)("unit_price", v.unit_price);
    a("price_version", v.price_version)("amount", v.amount)("coupons", v.coupons)("discount", v.discount);
    a("tax_terms", v.tax_terms)("tax", v.tax)("usage", v.usage)("credit", v.credit)("note", v.note);
    a("kept_until", v.kept_until)("credited", v.credited)("credited_tax", v.credited_tax);
    a("recognised", v.recognised);
}
template <class A>
void fields(A& a, InvoiceDunning& v) {
    a("policy", v.policy_version)("started_on", v.started_on)("retries_done", v.retries_done);
    a("retries_stopped", v.retries_stopped)("held_since", v.held_since);
}
/// Lines have rows of their own.
template <class A>
void fields(A& a, Invoice& v) {
    a("id", v.id)("n", v.n)("number", v.number)("state", v.state)("currency", v.currency);
    a("subscription", v.subscription)("issued_on", v.issued_on)("due_on", v.due_on)("issued_at", v.issued_at);
    a("subtotal", v.subtotal)("discount", v.discount)("tax", v.tax)("total", v.total);
    a("credit_applied", v.credit_applied)("amount_paid", v.amount_paid)("credit_noted", v.credit_noted);
    a("carried_over", v.carried_over)("written_off", v.written_off)("in_force", v.in_force)("dunning", v.dunning);
    a("technical_retries", v.technical_retries)("technical_retry_at", v.technical_retry_at);
}
template <class A>
void fields(A& a, CreditNoteLine& v) {
    a("line", v.line)("net", v.net)("tax", v.tax);
}
template <class A>
void fields(A& a, CreditNote& v) {
    a("id", v.id)("n", v.n)("number", v.number)("invoice", v.invoice)("issued_on", v.issued_on)("lines", v.lines);
    a("net", v.net)("tax", v.tax)("total", v.total)("refunded", v.refunded)("credited", v.credited);
    a("forgiven", v.forgiven)("reason", v.reason);
}
template <class A>
void fields(A& a, Payment& v) {
    a("id", v.id)("kind", v.kind)("invoice", v.invoice)("of", v.of)("amount", v.amount)("status", v.status);
    a("started_at", v.started_at)("resolved_at", v.resolved_at)("hard", v.hard)("code", v.decline_code);
    a("reference", v.provider_reference)("asked", v.asked)("ask_at", v.ask_at)("refunded", v.refunded);
    a("charged_back", v.charged_back)("kept_as_credit", v.kept_as_credit)("awaited", v.awaited);
}
template <class A>
void fields(A& a, CreditGrant& v) {
    a("id", v.id)("source", v.source)("amount", v.amount)("remaining", v.remaining)("granted_on", v.granted_on);
    a("expires_on", v.expires_on)("priority", v.priority)("reason", v.reason);
}
template <class A>
void fields(A& a, CreditEntry& v) {
    a("id", v.id)("on", v.on)("amount", v.amount)("reason", v.reason)("invoice", v.invoice);
}
template <class A>
void fields(A& a, CouponRedemption& v) {
    a("id", v.id)("coupon", v.coupon)("redeemed_on", v.redeemed_on)("periods_used", v.periods_used);
    a("last_period", v.last_period)("amount_left", v.amount_left)("ended", v.ended);
}
/// `used` and `reserved` are columns: they are counted in place.
template <class A>
void fields(A& a, UsageCounter& v) {
    a("id", v.id)("meter", v.meter)("subscription", v.subscription)("period", v.period)("limit", v.limit);
    a("trial", v.trial)("closed", v.closed)("billed_units", v.billed_units)("billed_amount", v.billed_amount);
    a("aggregation", v.aggregation)("whole", v.whole)("start", v.start)("level", v.level)("moment", v.moment);
    a("latest_at", v.latest_at);
}
template <class A>
void fields(A& a, PendingChange::Release& v) {
    a("line", v.line)("kept_until", v.kept_until);
}
template <class A>
void fields(A& a, PendingChange& v) {
    a("id", v.id)("subscription", v.subscription)("subscription_version", v.subscription_version);
    a("invoice", v.invoice)("expires_at", v.expires_at)("after", v.after)("releases", v.releases)("event", v.event);
}

template <class A>
void fields(A& a, DraftAdjustment& v) {
    a("id", v.id)("amount", v.amount)("reason", v.reason);
}
template <class A>
void fields(A& a, WaitingDraft& v) {
    a("id", v.id)("subscription", v.subscription)("day", v.day)("finalise_on", v.finalise_on);
    a("drafted_at", v.drafted_at)("gauges", v.gauges)("adjustments", v.adjustments);
}

template <class A>
void fields(A& a, PriceVersion& v) {
    a("version", v.version)("amount", v.amount)("from", v.from)("existing_from", v.existing_from);
}
template <class A>
void fields(A& a, Price& v) {
    a("currency", v.currency)("interval", v.interval)("versions", v.versions);
}
template <class A>
void fields(A& a, Plan& v) {
    a("code", v.code)("name", v.name)("retired", v.retired)("prices", v.prices)("trial_days", v.trial_days);
    a("trial_needs_payment_method", v.trial_needs_payment_method)("limits", v.limits);
    a("trial_limits", v.trial_limits)("features", v.features);
}
template <class A>
void fields(A& a, AddOn& v) {
    a("code", v.code)("name", v.name)("prices", v.prices)("adds_to_limits", v.adds_to_limits);
    a("for_holders", v.for_holders);
}
template <class A>
void fields(A& a, LimitPolicy& v) {
    a("version", v.version)("kind", v.kind)("grace_percent", v.grace_percent)("warn_at_percent", v.warn_at_percent);
}
template <class A>
void fields(A& a, Meter& v) {
    a("code", v.code)("name", v.name)("reset", v.reset)("overage", v.overage)("policy", v.policy);
    a("aggregation", v.aggregation);
}
template <class A>
void fields(A& a, CouponDuration& v) {
    a("kind", v.kind)("periods", v.periods);
}
template <class A>
void fields(A& a, Coupon& v) {
    a("code", v.code)("percent", v.percent)("amount", v.amount)("currency", v.currency)("duration", v.duration);
    a("first_purchase_only", v.first_purchase_only)("once_per_tenant", v.once_per_tenant)("plans", v.plans);
    a("from", v.from)("until", v.until)("max_redemptions", v.max_redemptions);
}
template <class A>
void fields(A& a, TaxRate& v) {
    a("country", v.country)("name", v.name)("percent", v.percent)("inclusive", v.inclusive)("from", v.from);
    a("until", v.until)("reverse_charge_for_businesses", v.reverse_charge_for_businesses);
}
template <class A>
void fields(A& a, DunningPolicy& v) {
    a("version", v.version)("retry_days", v.retry_days)("limited_after", v.limited_after);
    a("suspended_after", v.suspended_after)("canceled_after", v.canceled_after);
    a("blocks_billing", v.blocks_billing);
}

}  // namespace whatsflow::billing
