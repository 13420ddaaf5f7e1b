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
        all = all + to_month(price, item.interval);
    }
    for (const auto& redemption : account.redemptions) {
        const auto* coupon = catalogue.find_coupon(redemption.coupon);
        if (coupon == nullptr || !coupon->amount || !discounts(*coupon, redemption, subscription.base(), subscription))
            continue;
        all = least_zero(all - to_month({*coupon->amount, 1}, subscription.base().interval));
    }
    return all;
}

}  // namespace

Fraction mrr_of(const Account& account, const Catalogue& catalogue) {
    Fraction all;
    for (const auto& subscription : account.subscriptions)
        if (pays_regularly(subscription)) all = all + mrr_of_one(account, catalogue, subscription);
    if (all.zero()) return all;
    const auto tax = tax_for(catalogue, account.profile.tax, LocalDate::of(9999, 12, 31));
    if (!tax.inclusive || tax.percent.zero()) return all;
    const Wide whole = tax.percent.denominator() * 100;
    return all.times(whole, whole + tax.percent.digits);
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
