// Coupons and credit: value that is given.
#include "handlers.hpp"
#include "invoicing.hpp"
#include "life.hpp"

namespace whatsflow::billing {
namespace {

LedgerAccount paid_from(CreditSource source) {
    switch (source) {
        case CreditSource::gift: return LedgerAccount::gift_liability;
        case CreditSource::referral: return LedgerAccount::referral_expense;
        case CreditSource::prepaid: return LedgerAccount::clearing;
        default: return LedgerAccount::goodwill_expense;
    }
}

void take_credit(Transition& t, Amount amount, const std::string& reason, CreditSource source) {
    if (amount > t.account.credit_balance())
        refuse("billing.credit_too_small", "The account has only " + std::to_string(t.account.credit_balance()) +
                                               " of credit; no more can be taken away.");
    auto rest = amount;
    const auto take = [&](CreditGrant& grant) {
        const auto taken = std::min(rest, grant.remaining);
        grant.remaining -= taken;
        rest -= taken;
    };
    // What was given for a cause is taken back from what was given for it.
    if (source != CreditSource::goodwill)
        for (auto& grant : t.account.grants)
            if (grant.source == source) take(grant);
    for (auto& grant : t.account.grants) take(grant);
    t.ledger.move(t.today, LedgerAccount::customer_credit, paid_from(source), amount, "credit",
                  t.account.profile.tenant.text());
    t.account.credit_entries.push_back({t.make<CreditEntryId>(), t.today, -amount, reason, std::nullopt});
    t.tell("billing.credit_taken/1",
           {{"tenant", t.account.profile.tenant.text()}, {"amount", amount}, {"reason", reason}});
}

}  // namespace

void redeem_coupon(Transition& t, const std::string& code, const std::string& plan) {
    const auto* coupon = t.catalogue.find_coupon(code);
    if (coupon == nullptr) refuse("billing.unknown_coupon", "There is no coupon '" + code + "'.");
    const auto refused = [&](const std::string& why) {
        refuse("billing.coupon_refused", "The coupon '" + code + "' " + why);
    };
    if (coupon->from && t.today < *coupon->from) refused("is not valid before " + coupon->from->text() + ".");
    if (coupon->until && t.today >= *coupon->until) refused("was valid until " + coupon->until->text() + ".");
    if (coupon->amount && !coupon->currency.empty() && coupon->currency != t.account.profile.currency)
        refused("is in " + coupon->currency + ", the account in " + t.account.profile.currency + ".");
    if (coupon->first_purchase_only && t.account.profile.has_paid) refused("is for a first purchase.");
    if (!plan.empty() && !coupon->plans.empty() && std::ranges::find(coupon->plans, plan) == coupon->plans.end())
        refused("is not for the plan '" + plan + "'.");
    for (const auto& redemption : t.account.redemptions)
        if (redemption.coupon == code && (coupon->once_per_tenant || !redemption.ended))
            refused("was redeemed before.");
    CouponRedemption redemption;
    redemption.id = t.make<RedemptionId>();
    redemption.coupon = code;
    redemption.redeemed_on = t.today;
    if (coupon->amount && coupon->duration.kind == CouponDuration::Kind::once) redemption.amount_left = coupon->amount;
    t.tell("billing.coupon_redeemed/1",
           {{"tenant", t.account.profile.tenant.text()}, {"redemption", redemption.id.text()}, {"coupon", code}});
    t.account.redemptions.push_back(std::move(redemption));
}

void handle(Transition& t, const RedeemCoupon& command) {
    auto* subscription = t.account.live_subscription();
    redeem_coupon(t, command.coupon, subscription == nullptr ? std::string{} : subscription->plan());
    if (subscription != nullptr) take_renewals_back(t, *subscription);
}

void handle(Transition& t, const GrantCredit& command) {
    if (command.amount == 0) refuse("billing.bad_amount", "A credit of nothing changes nothing.");
    checked(command.amount);
    if (command.amount < 0) return take_credit(t, -command.amount, command.reason, command.source);
    if (command.expires_on && *command.expires_on <= t.today)
        refuse("billing.bad_date", "The credit would have expired already.");
    CreditGrant grant;
    grant.source = command.source;
    grant.amount = command.amount;
    grant.reason = command.reason;
    grant.expires_on = command.expires_on;
    grant.priority = command.priority;
    grant_credit(t, std::move(grant), paid_from(command.source), "credit", t.account.profile.tenant.text(),
                 std::nullopt);
}

}  // namespace whatsflow::billing
