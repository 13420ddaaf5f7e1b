// The plans of the settings at the prices and limits of a live price list.
#include "plans.hpp"

#include <algorithm>

namespace whatsflow::landing {
namespace {

constexpr std::int64_t kNoLimit = -1;

std::optional<std::int64_t> price_in(const sdk::ListedPlan& plan, const std::string& currency,
                                     std::string_view interval) {
    for (const auto& price : plan.prices)
        if (price.amount.currency == currency && price.interval == interval) return price.amount.minor;
    return std::nullopt;
}

std::int64_t limit_in(const std::vector<sdk::ListedLimit>& limits, std::string_view code, std::int64_t otherwise) {
    for (const auto& limit : limits)
        if (limit.code == code) return limit.most.value_or(kNoLimit);
    return otherwise;
}

bool includes(const sdk::ListedPlan& plan, std::string_view feature) {
    return std::ranges::find(plan.features, feature) != plan.features.end();
}

/// The words of the settings, if they have any for this plan.
Plan words_for(const Pricing& settings, const sdk::ListedPlan& listed) {
    for (const auto& plan : settings.plans)
        if (plan.code == listed.code) return plan;
    Plan plan;
    plan.code = listed.code;
    plan.devices = plan.contacts = plan.messages = kNoLimit;
    plan.ai = includes(listed, "assistant") ? "basic" : "none";
    return plan;
}

/// What each plan that is paid by the year saves at least, in whole percent.
std::int64_t saving_of(const std::vector<Plan>& plans) {
    std::optional<std::int64_t> least;
    for (const auto& plan : plans) {
        if (!plan.year_price || plan.only_yearly || plan.monthly_price.value_or(0) <= 0) continue;
        const auto twelve = *plan.monthly_price * 12;
        const auto saved = std::max<std::int64_t>(0, twelve - *plan.year_price) * 100 / twelve;
        least = std::min(least.value_or(saved), saved);
    }
    return least.value_or(0);
}

}  // namespace

Pricing with_live_prices(const Pricing& settings, const sdk::ListedPrices& live, const std::string& currency) {
    Pricing pricing = settings;
    pricing.currencies = live.currencies;
    const auto sold_in = [&](const std::string& wanted) {
        return std::ranges::find(live.currencies, wanted) != live.currencies.end();
    };
    if (sold_in(currency))
        pricing.currency = currency;
    else if (!sold_in(settings.currency) && !live.currencies.empty())
        pricing.currency = live.currencies.front();
    pricing.plans.clear();
    pricing.trial_days = 0;
    for (const auto& listed : live.plans) {
        auto plan = words_for(settings, listed);
        plan.name = listed.name;
        plan.year_price = price_in(listed, pricing.currency, "year");
        plan.monthly_price = price_in(listed, pricing.currency, "month");
        plan.only_yearly = !plan.monthly_price && plan.year_price;
        if (plan.only_yearly) plan.monthly_price = monthly_share(*plan.year_price);
        plan.devices = limit_in(listed.limits, "devices", plan.devices);
        plan.contacts = limit_in(listed.limits, "contacts", plan.contacts);
        plan.messages = limit_in(listed.limits, "messages", plan.messages);
        plan.broadcasts = includes(listed, "broadcasts");
        if (plan.monthly_price.value_or(0) > 0 && listed.trial_days > pricing.trial_days) {
            const auto& limits = listed.trial_limits.empty() ? listed.limits : listed.trial_limits;
            pricing.trial_days = listed.trial_days;
            pricing.trial_messages = limit_in(limits, "messages", pricing.trial_messages);
            pricing.trial_ai_replies = limit_in(limits, "ai_replies", pricing.trial_ai_replies);
        }
        pricing.plans.push_back(std::move(plan));
    }
    pricing.yearly_discount_percent = saving_of(pricing.plans);
    return pricing;
}

}  // namespace whatsflow::landing
