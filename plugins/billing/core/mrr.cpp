#include "mrr.hpp"

namespace whatsflow::billing {
namespace {

bool pays_regularly(const Subscription& subscription) {
    return subscription.state == SubscriptionState::active || subscription.state == SubscriptionState::past_due;
}

bool discounts(const Coupon& coupon, const CouponRedemption& redemption, const SubscriptionItem& item,
               const Subscription& subscription) {
    if (redemption.ended || coupon.duration.kind == CouponDuration::Kind::once) return false;
    if (!coupon.plans.empty() && std::ranges::find(coupon.plans, item.code) == coupon.plans.end()) return false;
    return coupon.duration.kind == CouponDuration::Kind::forever || redemption.periods_used < coupon.duration.periods ||
           redemption.last_period == subscription.period().from;
}

Fraction to_month(const Fraction& price, const Interval& interval) {
    const auto rate = interval.per_year();
    return price.times(rate.count, static_cast<Wide>(rate.divisor) * 12);
}

Fraction least_zero(const Fraction& value) {
    return value < Fraction{} ? Fraction{} : value;
}

/// What a tax service has said of the item, on the newest line that bills its days. A line is loaded as
/// long as its days count.
const InvoiceLine* taxed_line(const Account& account, const SubscriptionItem& item) {
    for (auto invoice = account.invoices.rbegin(); invoice != account.invoices.rend(); ++invoice) {
        if (!invoice->in_force || invoice->state == InvoiceState::voided) continue;
        for (const auto& line : invoice->lines)
            if (line.type == LineType::recurring && line.item == item.id && line.tax_terms.said && line.net() > 0)
                return &line;
    }
    return nullptr;
}

Fraction take_off(const Fraction& gross, const Decimal& percent) {
    const Wide whole = percent.denominator() * 100;
    return percent.zero() ? gross : gross.times(whole, whole + percent.digits);
}

/// A price without the tax that it contains: the one on its line where a service said it, else the table's.
Fraction without_tax(const Account& account, const Catalogue& catalogue, const SubscriptionItem& item,
                     const Fraction& gross) {
    const auto* line = taxed_line(account, item);
    if (line == nullptr) {
        const auto table = tax_for(catalogue, account.profile.tax, LocalDate::of(9999, 12, 31));
        return table.inclusive ? take_off(gross, table.percent) : gross;
    }
    const auto& terms = line->tax_terms;
    if (!terms.inclusive) return gross;
    const bool by_percent =
        std::ranges::none_of(terms.shares, [](const TaxShare& share) { return share.percent.zero(); });
    // A sum that is no percentage is a part of what was paid for these days.
    return by_percent ? take_off(gross, terms.percent) : gross.times(line->net() - line->tax, line->net());
}

Fraction mrr_of_one(const Account& account, const Catalogue& catalogue, const Subscription& subscription) {
    Fraction all;
    for (const auto& item : subscription.items) {
        if (item.ended) continue;
        Fraction price{static_cast<Wide>(item.unit_price) * item.quantity, 1};
        for (const auto& redemption : account.redemptions) {
            const auto* coupon = catalogue.find_coupon(redemption.coupon);
            if (coupon == nullptr || !coupon->percent || !discounts(*coupon, redemption, item, subscription)) continue;
            const Wide whole = coupon->percent->denominator() * 100;
            price = least_zero(price.times(whole - coupon->percent->digits, whole));
        }
        all = all + to_month(without_tax(account, catalogue, item, price), item.interval);
    }
    for (const auto& redemption : account.redemptions) {
        const auto* coupon = catalogue.find_coupon(redemption.coupon);
        if (coupon == nullptr || !coupon->amount || !discounts(*coupon, redemption, subscription.base(), subscription))
            continue;
        const auto off = without_tax(account, catalogue, subscription.base(), {*coupon->amount, 1});
        all = least_zero(all - to_month(off, subscription.base().interval));
    }
    return all;
}

}  // namespace

Fraction mrr_of(const Account& account, const Catalogue& catalogue) {
    Fraction all;
    for (const auto& subscription : account.subscriptions)
        if (pays_regularly(subscription)) all = all + mrr_of_one(account, catalogue, subscription);
    return all;
}

std::optional<MrrMovement> movement_between(const Fraction& before, const Fraction& after, bool paid_before,
                                            LocalDate on) {
    if (before == after) return std::nullopt;
    if (before.zero())
        return MrrMovement{on, paid_before ? MrrMovementKind::reactivation : MrrMovementKind::new_business, after};
    if (after.zero()) return MrrMovement{on, MrrMovementKind::churn, before};
    if (before < after) return MrrMovement{on, MrrMovementKind::expansion, after - before};
    return MrrMovement{on, MrrMovementKind::contraction, before - after};
}

}  // namespace whatsflow::billing
