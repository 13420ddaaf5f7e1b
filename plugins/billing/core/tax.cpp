#include "tax.hpp"

namespace whatsflow::billing {

TaxTerms tax_for(const Catalogue& catalogue, const TaxProfile& profile, LocalDate day) {
    if (profile.fixed) return *profile.fixed;
    const TaxRate* rate = nullptr;
    for (const auto& each : catalogue.tax_rates) {
        const bool valid = each.country == profile.country && each.from <= day && (!each.until || day < *each.until);
        if (valid && (rate == nullptr || rate->from <= each.from)) rate = &each;
    }
    if (rate == nullptr) return {{}, false, "none"};
    if (rate->reverse_charge_for_businesses && profile.business && !profile.tax_id.empty())
        return {{}, rate->inclusive, "reverse charge (" + profile.tax_id + ")"};
    return {rate->percent, rate->inclusive, rate->name + " " + rate->percent.text() + " % (" + rate->country + ")"};
}

Amount tax_of(Amount amount, const TaxTerms& terms) {
    if (terms.percent.zero()) return 0;
    return terms.inclusive ? contained_percent(amount, terms.percent) : percent_of(amount, terms.percent);
}

}  // namespace whatsflow::billing
