// The plan from the price list, offered to who signed up for it and has not decided yet.
#include "tenant_pages.hpp"

namespace whatsflow::billing {

nlohmann::json chosen_plan_offer(const TenantFront& front, const Standing& standing) {
    const auto& account = standing.account;
    if (!account.subscriptions.empty() || account.profile.had_trial || front.impersonated()) return false;
    const auto chosen = front.desk.chosen_plan(front.request.context, front.tenant());
    if (!chosen || !*chosen) return false;
    const auto* plan = standing.catalogue->find_plan((*chosen)->plan);
    if (plan == nullptr || plan->retired) return false;
    const auto& currency = account.profile.currency;
    const auto* price = find_price(plan->prices, currency, (*chosen)->interval);
    const auto* version = price == nullptr ? nullptr : version_for_new(*price, standing.today);
    if (version == nullptr) return false;
    const auto cost = front.words("price.per", {{"amount", front.words.money(version->amount, currency)},
                                                {"interval", front.words.interval((*chosen)->interval)}});
    const bool on_trial = plan->trial_days > 0;
    const auto* terms = on_trial ? "chosen.trial" : version->amount == 0 ? "chosen.free" : "chosen.text";
    return {{"name", plan->name},
            {"title", front.words("chosen.title", {{"plan", plan->name}})},
            {"text", front.words(terms, {{"days", front.words.number(plan->trial_days)}, {"price", cost}})},
            {"button", front.words(on_trial ? "chosen.begin_trial" : "chosen.begin")},
            {"change_path", "/billing/change?plan=" + sdk::encode_url(plan->code) +
                                "&interval=" + sdk::encode_url((*chosen)->interval.text())}};
}

}  // namespace whatsflow::billing
