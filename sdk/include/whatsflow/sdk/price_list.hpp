/// \file
/// What is for sale, for whoever shows it: the landing site, a reseller's page.
///
///     auto list = find_service<PriceList>(host);
///     auto sold = list.call(&PriceList::prices, context);
///     if (!sold) return prices_of_the_settings();
///     for (const auto& plan : sold->plans) show(plan.name, plan.prices);
///
/// Only what a stranger may know: plans that take new subscribers, at what new subscribers pay.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/service.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct ListedPrice {
    std::string interval;  ///< `month`, `year`, `quarter`, `6 months`
    Money amount;
};

struct ListedLimit {
    std::string code;                  ///< `messages`
    std::string name;                  ///< for people
    std::optional<std::int64_t> most;  ///< nothing: unlimited
};

struct ListedPlan {
    std::string code;  ///< what a sign-up link names
    std::string name;
    std::vector<ListedPrice> prices;  ///< none: priced by agreement
    int trial_days = 0;
    std::vector<ListedLimit> limits;
    std::vector<ListedLimit> trial_limits;  ///< empty: the plan's own
    std::vector<std::string> features;      ///< codes of what is included
};

struct ListedPrices {
    std::vector<std::string> currencies;  ///< in which at least one plan has a price
    std::vector<ListedPlan> plans;        ///< in the order they are shown, small to large
};

/// Provided by whoever owns the catalogue. [pool-thread; from memory]
class PriceList : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.price_list", 1};

    virtual Result<ListedPrices> prices(const CallContext& context) = 0;

protected:
    ~PriceList() override;
};

}  // namespace whatsflow::sdk
