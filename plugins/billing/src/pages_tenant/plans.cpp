// The plans on sale, in the tenant's currency, with the current one marked.
#include "tenant_pages.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

constexpr Interval kMonth{IntervalUnit::month, 1};
constexpr Interval kYear{IntervalUnit::year, 1};

json points_of(const TenantFront& front, const Catalogue& catalogue, const Plan& plan) {
    auto points = json::array();
    // In the order of the meters; what a plan has none of is no point in its favour.
    for (const auto& meter : catalogue.meters) {
        const auto found = plan.limits.find(meter.code);
        if (found == plan.limits.end() || found->second == std::int64_t{0}) continue;
        const auto& limit = found->second;
        points.push_back(
            {{"text", limit ? front.words("plans.limit", {{"count", front.words.number(*limit)}, {"what", meter.name}})
                            : front.words("plans.unlimited", {{"what", meter.name}})}});
    }
    for (const auto& [feature, included] : plan.features)
        if (included) points.push_back({{"text", front.words.feature(feature)}});
    return points;
}

bool sold_in(const Catalogue& catalogue, const std::string& currency, const Interval& interval) {
    return std::ranges::any_of(catalogue.plans, [&](const Plan& plan) {
        return !plan.retired && find_price(plan.prices, currency, interval) != nullptr;
    });
}

json card_of(const TenantFront& front, const Standing& standing, const Plan& plan, const Interval& interval,
             const Subscription* subscription) {
    const auto& currency = standing.account.profile.currency;
    const bool is_plan = subscription != nullptr && subscription->plan() == plan.code;
    const bool is_current = is_plan && subscription->base().interval == interval;
    json card{{"name", plan.name},
              {"is_current", is_current},
              {"is_scheduled", subscription != nullptr && subscription->scheduled &&
                                   subscription->scheduled->plan == plan.code &&
                                   subscription->scheduled->interval == interval},
              {"points", points_of(front, *standing.catalogue, plan)},
              {"price", false},
              {"by_agreement", plan.prices.empty()},
              {"contact_url",
               front.host.site_url(sdk::Site::landing) + "/contact?topic=sales&plan=" + sdk::encode_url(plan.code)},
              {"note", false},
              {"trial", false},
              {"change_path",
               "/billing/change?plan=" + sdk::encode_url(plan.code) + "&interval=" + sdk::encode_url(interval.text())}};
    const auto* price = find_price(plan.prices, currency, interval);
    const auto* version = price == nullptr ? nullptr : version_for_new(*price, standing.today);
    if (version == nullptr) return card;
    const auto own = is_current ? subscription->base().unit_price : version->amount;
    card["price"] = front.words.money(own, currency);
    card["unit"] = front.words("price.unit", {{"interval", front.words.interval(interval)}});
    if (interval == kYear && own > 0)
        card["note"] = front.words("plans.a_month", {{"amount", front.words.money(prorated(own, 1, 12), currency)}});
    if (subscription == nullptr && !standing.account.profile.had_trial && plan.trial_days > 0)
        card["trial"] = front.words("plans.trial", {{"days", std::to_string(plan.trial_days)}});
    return card;
}

}  // namespace

TenantAnswer show_plans(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const auto& catalogue = *standing->catalogue;
    const auto& currency = standing->account.profile.currency;
    const auto* subscription = standing->account.live_subscription();
    auto wanted = read_interval(front.request.query.get("interval"));
    if (!wanted) wanted = subscription != nullptr ? subscription->base().interval : kMonth;
    if (*wanted != kYear && *wanted != kMonth) wanted = kMonth;
    auto cards = json::array();
    for (const auto& plan : catalogue.plans) {
        if (plan.retired && !(subscription != nullptr && subscription->plan() == plan.code)) continue;
        auto card = card_of(front, *standing, plan, *wanted, subscription);
        card["may_choose"] = !card["is_current"].get<bool>() && card["price"] != false && !plan.retired;
        card["is_first_choice"] = subscription == nullptr;
        cards.push_back(std::move(card));
    }
    auto tabs = json::array();
    for (const auto& interval : {kMonth, kYear})
        if (sold_in(catalogue, currency, interval))
            tabs.push_back({{"label", front.words("plans.by_" + interval.text())},
                            {"tab_path", "/billing/plans?interval=" + interval.text()},
                            {"is_current", interval == *wanted},
                            {"count", false}});
    const bool no_plan = cards.empty();
    return sdk::page(
        "billing/tenant_plans",
        {{"title", front.words("plans.title")},
         {"header", header_of(front.words("plans.title"), front.words("plans.lead", {{"currency", currency}}),
                              json::array({{{"label", front.words("nav")}, {"link_path", "/billing"}}}))},
         {"intervals", {{"tabs_label", front.words("plans.how_often")}, {"tabs", std::move(tabs)}}},
         {"may_change", !front.impersonated()},
         {"none", no_plan},
         {"cards", std::move(cards)}});
}

}  // namespace whatsflow::billing
