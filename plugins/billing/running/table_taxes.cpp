#include "table_taxes.hpp"

#include "core/refusal.hpp"
#include "core/tax.hpp"

namespace whatsflow::billing {

sdk::Result<std::vector<sdk::LineTaxes>> TableTaxes::taxes(const sdk::CallContext& context,
                                                           const sdk::TaxRequest& request) {
    const auto day = read_date(request.day);
    if (!day) return sdk::fail("tax.refused", "'" + request.day + "' is no day such as 2026-03-10.");
    const auto catalogue = catalogue_.get(context);
    if (!catalogue) return sdk::fail("tax.unreachable", catalogue.error().message);
    const auto& buyer = request.buyer;
    auto terms = tax_for(**catalogue, {buyer.country, buyer.tax_id, buyer.business, std::nullopt}, *day);
    terms.inclusive = request.prices_include_tax;
    const auto* rate = rate_on(**catalogue, buyer.country, *day);
    std::vector<sdk::LineTaxes> all;
    try {
        for (const auto& line : request.lines) {
            sdk::LineTaxes taxes{{}, terms.reverse_charge, terms.reason};
            if (!terms.percent.zero())
                taxes.parts.push_back({rate->name, terms.percent.text(), tax_of(line.amount, terms)});
            all.push_back(std::move(taxes));
        }
    } catch (const Refusal& why) {
        return sdk::fail("tax.refused", why.error.message);
    }
    return all;
}

}  // namespace whatsflow::billing
