// Coupons on the lines of a draft, narrowest scope first, each on what is left; then taxes.
#include "lines.hpp"

namespace whatsflow::billing {
namespace {

bool is_eligible(const Coupon& coupon, const InvoiceLine& line) {
    if (!line.is_charge() || line.type == LineType::adjustment || line.net() <= 0) return false;
    if (line.type == LineType::fixed) return false;  // as staff have agreed it
    if (coupon.plans.empty()) return true;
    return line.type == LineType::recurring && std::ranges::find(coupon.plans, line.code) != coupon.plans.end();
}

/// What this coupon has already taken off the current period, as far as it still counts: the part
/// of a discount on days that were given back is free again.
Amount spent_in_period(const Transition& t, const CouponRedemption& redemption, LocalDate period, const Draft& draft) {
    Amount spent = 0;
    for (const auto& invoice : t.account.invoices) {
        if (!invoice.in_force || invoice.state == InvoiceState::voided) continue;
        for (const auto& line : invoice.lines) {
            if (line.span.from < period || line.span.empty()) continue;
            for (const auto& share : line.coupons)
                if (share.redemption == redemption.id)
                    spent = sum(spent, prorated(share.share, days_between(line.span.from, kept_until(line, draft)),
                                                line.span.days()));
        }
    }
    return spent;
}

struct Application {
    bool applies = false;
    bool counts_period = false;
    std::optional<Amount> amount;  ///< of an amount coupon: what may be taken off
};

Application application_of(const Transition& t, const Coupon& coupon, const CouponRedemption& redemption,
                           LocalDate period, const Draft& draft) {
    const bool same_period = redemption.last_period == period;
    const bool bills_a_plan = std::ranges::any_of(draft.lines, [&](const InvoiceLine& line) {
        return line.type == LineType::recurring && is_eligible(coupon, line);
    });
    const auto kind = coupon.duration.kind;
    if (kind == CouponDuration::Kind::once) {
        if (coupon.amount) return {redemption.amount_left.value_or(0) > 0, false, redemption.amount_left};
        return {redemption.periods_used == 0 && bills_a_plan, true, std::nullopt};
    }
    const bool fresh = kind == CouponDuration::Kind::forever || redemption.periods_used < coupon.duration.periods;
    Application application{fresh || same_period, !same_period && bills_a_plan, std::nullopt};
    if (!bills_a_plan && kind == CouponDuration::Kind::periods && !same_period) application.applies = false;
    if (coupon.amount) {
        application.amount = *coupon.amount;
        if (same_period)
            application.amount = std::max<Amount>(0, *coupon.amount - spent_in_period(t, redemption, period, draft));
        application.applies = application.applies && bills_a_plan && *application.amount > 0;
    }
    return application;
}

void apply_coupon(const Transition& t, const Coupon& coupon, const CouponRedemption& redemption, LocalDate period,
                  Draft& draft) {
    const auto application = application_of(t, coupon, redemption, period, draft);
    if (!application.applies) return;
    std::vector<InvoiceLine*> lines;
    std::vector<Amount> left;
    Amount all_left = 0;
    for (auto& line : draft.lines)
        if (is_eligible(coupon, line)) {
            lines.push_back(&line);
            left.push_back(line.net());
            all_left = sum(all_left, line.net());
        }
    if (lines.empty()) return;
    std::vector<Amount> shares;
    if (coupon.percent)
        for (const auto each : left) shares.push_back(percent_of(each, *coupon.percent));
    else
        shares = split(std::min(application.amount.value_or(0), all_left), left);
    bool counts = application.counts_period;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        lines[at]->coupons.push_back(
            {redemption.id, coupon.code, coupon.percent, application.amount, shares[at], counts});
        lines[at]->discount += shares[at];
        counts = false;
    }
}

/// Over all charges, each by its share of what is left of them.
void reduce(const Draft::Reduction& reduction, Draft& draft) {
    std::vector<InvoiceLine*> lines;
    std::vector<Amount> left;
    Amount all_left = 0;
    for (auto& line : draft.lines)
        if (line.is_charge() && line.type != LineType::adjustment && line.net() > 0) {
            lines.push_back(&line);
            left.push_back(line.net());
            all_left = sum(all_left, line.net());
        }
    if (lines.empty()) return;
    const auto shares = split(std::min(reduction.amount, all_left), left);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (shares[at] == 0) continue;
        lines[at]->coupons.push_back({{}, reduction.reason, std::nullopt, reduction.amount, shares[at], false});
        lines[at]->discount += shares[at];
    }
}

sdk::TaxableKind kind_of(const Subscription& after, const InvoiceLine& line) {
    if (line.type == LineType::usage) return sdk::TaxableKind::usage;
    if (line.type != LineType::recurring) return sdk::TaxableKind::one_time;
    const auto* item = after.find_item(line.item);
    return item != nullptr && item->kind == ItemKind::add_on ? sdk::TaxableKind::add_on : sdk::TaxableKind::plan;
}

bool is_taxed_now(const InvoiceLine& line) {
    return line.is_charge() && line.type != LineType::adjustment;
}

/// What a tax service has said of the charges. Raises `billing.tax_needed` while nobody has asked it.
void take_what_was_said(Transition& t, const Subscription& after, bool inclusive, Draft& draft) {
    TaxQuestion question{t.today, t.account.profile.currency, t.account.profile.tax, inclusive, {}};
    std::vector<InvoiceLine*> taxed;
    for (auto& line : draft.lines) {
        if (!is_taxed_now(line) || line.net() <= 0) continue;
        question.lines.push_back({kind_of(after, line), line.code, line.net()});
        taxed.push_back(&line);
    }
    if (taxed.empty()) return;
    const auto* said = t.taxes->find(question);
    if (said == nullptr) refuse("billing.tax_needed", "The tax of this invoice has not been worked out yet.");
    for (std::size_t at = 0; at < taxed.size(); ++at) taxed[at]->tax_terms = said->at(at);
}

void tax(Transition& t, const Subscription& after, Draft& draft) {
    const auto table = tax_for(t.catalogue, t.account.profile.tax, t.today);
    const bool asks = t.taxes != nullptr && !t.account.profile.tax.fixed;
    for (auto& line : draft.lines) {
        if (line.type == LineType::adjustment)
            line.tax_terms = {{}, table.inclusive, "taxed before"};
        else if (line.is_charge())
            line.tax_terms = asks ? TaxTerms{{}, table.inclusive, "none"} : table;
    }
    if (asks) take_what_was_said(t, after, table.inclusive, draft);
    for (auto& line : draft.lines) {
        if (is_taxed_now(line)) line.tax = tax_of(line.net(), line.tax_terms);
        if (line.is_charge()) continue;
        const auto& why = *line.credit;
        line.tax = why.whole ? -why.remaining_tax
                             : -std::min(tax_of_part(-line.amount, why.net, line.tax_terms), why.remaining_tax);
    }
}

}  // namespace

void discount_and_tax(Transition& t, const Subscription& after, Draft& draft) {
    std::vector<std::pair<const Coupon*, const CouponRedemption*>> active;
    for (const auto& redemption : t.account.redemptions) {
        const auto* coupon = redemption.ended ? nullptr : t.catalogue.find_coupon(redemption.coupon);
        if (coupon != nullptr) active.emplace_back(coupon, &redemption);
    }
    std::ranges::stable_partition(active, [](const auto& each) { return !each.first->plans.empty(); });
    for (const auto& [coupon, redemption] : active) apply_coupon(t, *coupon, *redemption, after.period().from, draft);
    for (const auto& reduction : draft.reductions) reduce(reduction, draft);

    tax(t, after, draft);
}

}  // namespace whatsflow::billing
