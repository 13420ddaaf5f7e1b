#include "price_list.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

std::vector<sdk::ListedLimit> listed(const Catalogue& catalogue, const Limits& limits) {
    std::vector<sdk::ListedLimit> list;
    for (const auto& [code, most] : limits) {
        const auto* meter = catalogue.find_meter(code);
        list.push_back({code, meter == nullptr ? code : meter->name, most});
    }
    return list;
}

}  // namespace

sdk::ListedPrices listed_prices(const Catalogue& catalogue, LocalDate today) {
    sdk::ListedPrices list;
    for (const auto& plan : catalogue.plans) {
        if (plan.retired) continue;
        sdk::ListedPlan shown;
        shown.code = plan.code;
        shown.name = plan.name;
        shown.trial_days = plan.trial_days;
        shown.limits = listed(catalogue, plan.limits);
        if (plan.trial_limits) shown.trial_limits = listed(catalogue, *plan.trial_limits);
        for (const auto& [feature, included] : plan.features)
            if (included) shown.features.push_back(feature);
        for (const auto& price : plan.prices) {
            const auto* version = version_for_new(price, today);
            if (version == nullptr) continue;
            shown.prices.push_back({price.interval.text(), {version->amount, price.currency}});
            if (std::ranges::find(list.currencies, price.currency) == list.currencies.end())
                list.currencies.push_back(price.currency);
        }
        list.plans.push_back(std::move(shown));
    }
    return list;
}

sdk::Result<sdk::ListedPrices> LivePriceList::prices(const sdk::CallContext& context) {
    const auto catalogue = desk_.catalogue(context);
    if (!catalogue) return catalogue.error();
    return listed_prices(**catalogue, local_date(host_.clock().now(), "UTC"));
}

}  // namespace whatsflow::billing
