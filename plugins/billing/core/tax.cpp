#include "tax_questions.hpp"

#include <algorithm>

namespace whatsflow::billing {

const TaxRate* rate_on(const Catalogue& catalogue, const std::string& country, LocalDate day) {
    const TaxRate* rate = nullptr;
    for (const auto& each : catalogue.tax_rates) {
        const bool valid = each.country == country && each.from <= day && (!each.until || day < *each.until);
        if (valid && (rate == nullptr || rate->from <= each.from)) rate = &each;
    }
    return rate;
}

TaxTerms tax_for(const Catalogue& catalogue, const TaxProfile& profile, LocalDate day) {
    if (profile.fixed) return *profile.fixed;
    const auto* rate = rate_on(catalogue, profile.country, day);
    if (rate == nullptr) return {{}, false, "none"};
    if (rate->reverse_charge_for_businesses && profile.business && !profile.tax_id.empty())
        return {{}, rate->inclusive, "reverse charge (" + profile.tax_id + ")", true};
    return {rate->percent, rate->inclusive, rate->name + " " + rate->percent.text() + " % (" + rate->country + ")"};
}

Amount tax_of(Amount net, const TaxTerms& terms) {
    if (terms.said) return *terms.said;
    return tax_of_part(net, net, terms);
}

Amount tax_of_part(Amount part, Amount net, const TaxTerms& terms) {
    if (terms.said) return net == 0 ? 0 : prorated(*terms.said, part, net);
    if (terms.percent.zero()) return 0;
    return terms.inclusive ? contained_percent(part, terms.percent) : percent_of(part, terms.percent);
}

const std::vector<TaxTerms>* KnownTaxes::find(const TaxQuestion& question) {
    const auto found = std::ranges::find(
        known_, question, [](const auto& each) -> const auto& { return each.first; });
    if (found != known_.end()) return &found->second;
    if (std::ranges::find(wanted_, question) == wanted_.end()) wanted_.push_back(question);
    return nullptr;
}

void KnownTaxes::know(TaxQuestion question, std::vector<TaxTerms> terms) {
    known_.emplace_back(std::move(question), std::move(terms));
}

}  // namespace whatsflow::billing
