// What other pages show of billing: meters on /usage, a card on the first page, a banner on all.
#include "tenant_pages.hpp"

#include "core/explain.hpp"

#include <whatsflow/sdk/allowance.hpp>

namespace whatsflow::billing {

using nlohmann::json;

namespace {

/// What the meter will have counted at the end of its period if it goes on like this.
std::int64_t forecast_of(const UsageCounter& counter, LocalDate today) {
    const auto past = std::max(1, days_between(counter.period.from, today) + 1);
    return static_cast<std::int64_t>(round_half_up(static_cast<Wide>(counter.used) * counter.period.days(), past));
}

/// How the number is made, where it is not simply all that was used.
json made_of(const TenantFront& front, const UsageCounter& counter, const std::string& zone) {
    const auto& words = front.words;
    switch (counter.aggregation) {
        case Aggregation::sum: break;
        case Aggregation::count: return words("usage.made.count");
        case Aggregation::unique_count: return words("usage.made.unique_count");
        case Aggregation::max: return words("usage.made.max");
        case Aggregation::latest:
            if (!counter.latest_at) break;
            return words("usage.made.latest", {{"date", words.date(local_date(*counter.latest_at, zone))}});
        case Aggregation::time_weighted: {
            const auto parts = std::max<std::int64_t>(0, counter.level * counter.period.days() - counter.moment);
            return words("usage.made.time_weighted", {{"held", words.number(counter.level)},
                                                      {"parts", words.number(parts)},
                                                      {"days", words.number(counter.whole)},
                                                      {"used", parts_text(parts, counter.whole)}});
        }
    }
    return false;
}

const UsageCounter* open_counter(const Account& account, const Meter& meter, LocalDate today) {
    for (auto counter = account.counters.rbegin(); counter != account.counters.rend(); ++counter)
        if (counter->meter == meter.code && !counter->closed &&
            (meter.reset == MeterReset::never || counter->period.contains(today)))
            return &*counter;
    return nullptr;
}

json banner(const TenantFront& front, const char* kind, const char* tone, const std::string& path,
            const std::vector<std::pair<std::string, std::string>>& values = {}) {
    const std::string key = std::string("banner.") + kind;
    return {{"text", front.words(key, values)},
            {"is_error", std::string_view(tone) == "error"},
            {"is_warning", std::string_view(tone) == "warning"},
            {"is_info", std::string_view(tone) == "info"},
            {"link_path", path},
            {"link_label", front.words(key + "_link")}};
}

/// The gravest thing alone; false when all is well.
json banner_of(const TenantFront& front, const Standing& standing, const Subscription& subscription) {
    if (access_of(subscription) == Access::suspended) return banner(front, "suspended", "error", "/billing");
    if (access_of(subscription) == Access::limited) return banner(front, "limited", "error", "/billing");
    if (subscription.state == SubscriptionState::past_due)
        return banner(front, "payment_failed", "warning", "/billing");
    if (subscription.state == SubscriptionState::trialing && subscription.trial_end) {
        const auto days = days_between(standing.today, *subscription.trial_end);
        if (days < 0 || days > 7) return false;
        const auto methods = front.desk.methods(front.request.context, front.tenant());
        auto shown = banner(front, days <= 1 ? "trial_last_day" : "trial_ending", "info", "/billing",
                            {{"days", std::to_string(days)}, {"date", front.words.date(*subscription.trial_end)}});
        // Who has saved a method has nothing to do; who has none should.
        if (methods && methods->empty()) {
            shown["link_path"] = "/billing/methods";
            shown["link_label"] = front.words("banner.add_method");
        }
        return shown;
    }
    return false;
}

}  // namespace

json meters_of(const TenantFront& front, const Standing& standing) {
    auto meters = json::array();
    const auto& words = front.words;
    const auto* subscription = standing.account.live_subscription();
    if (subscription == nullptr) return meters;
    for (const auto& meter : standing.catalogue->meters) {
        const auto* counter = open_counter(standing.account, meter, standing.today);
        const auto limit = counter != nullptr && counter->trial
                               ? counter->limit
                               : limit_of(*standing.catalogue, *subscription, meter.code);
        if (counter == nullptr && !limit) continue;
        const auto used = counter == nullptr ? std::int64_t{0} : counter->used;
        const bool metered = meter.overage.has_value();
        const auto percent = !limit        ? 0
                             : *limit <= 0 ? (used > 0 ? 100 : 0)
                                           : static_cast<std::int64_t>(static_cast<Wide>(used) * 100 / *limit);
        json row{
            {"meter_label", meter.name},
            {"used_text", limit ? words("usage.of", {{"used", words.number(used)}, {"limit", words.number(*limit)}})
                                : words("usage.no_limit", {{"used", words.number(used)}})},
            {"percent", std::min<std::int64_t>(percent, 100)},
            {"tone", percent >= 100  ? (metered ? "warn" : "bad")
                     : percent >= 80 ? "warn"
                                     : "good"},
            {"note", false},
            {"made", counter == nullptr ? json(false) : made_of(front, *counter, standing.account.profile.time_zone)},
            {"upgrade", false}};
        if (percent >= 100)
            row["note"] = words(metered ? "usage.over_billed" : "usage.reached");
        else if (percent >= 80)
            row["note"] = words("usage.nearly", {{"percent", std::to_string(percent)}});
        if (counter != nullptr && meter.reset == MeterReset::period) {
            row["resets"] = words("usage.resets", {{"date", words.date(counter->period.to)}});
            row["forecast"] = false;
            // Only what adds up day by day goes on as it did.
            const bool adds_up = counter->aggregation == Aggregation::sum || counter->aggregation == Aggregation::count;
            const auto forecast = adds_up ? forecast_of(*counter, standing.today) : used;
            if (adds_up) row["forecast"] = words("usage.forecast", {{"count", words.number(forecast)}});
            if (limit && forecast > *limit && percent < 100) {
                row["note"] = words("usage.forecast_over", {{"count", words.number(forecast)}});
                if (percent < 80) row["tone"] = "warn";
            }
        } else {
            row["resets"] = false;
            row["forecast"] = false;
        }
        row["upgrade"] = row["note"] != false && front.request.identity->may(kManageBilling);
        meters.push_back(std::move(row));
    }
    return meters;
}

/// What the plan has, and whether it is open: a switched-off feature is said to be so to those who pay for it.
json features_of(const TenantFront& front, const Standing& standing) {
    auto features = json::array();
    const auto* subscription = standing.account.live_subscription();
    const auto* plan = subscription ? standing.catalogue->find_plan(subscription->plan()) : nullptr;
    if (plan == nullptr) return features;
    std::vector<std::string> codes;
    for (const auto& [code, included] : plan->features) codes.push_back(code);
    const auto allowed = sdk::allowances(front.host, front.request, codes);
    for (const auto& code : codes) {
        const auto& answer = allowed[code];
        const bool other_plan_helps = answer["cause"] == "not_in_plan";
        features.push_back({{"name", front.words.feature(code)},
                            {"status", answer["yes"] == true ? "good"
                                       : other_plan_helps    ? "idle"
                                                             : "warn"},
                            {"reason", answer["reason"]},
                            {"upgrade", other_plan_helps && front.request.identity->may(kManageBilling)}});
    }
    return features;
}

sdk::Result<sdk::View> usage_section(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    auto meters = meters_of(front, *standing);
    auto features = features_of(front, *standing);
    if (meters.empty() && features.empty()) return sdk::View{};
    return sdk::View{"billing/tenant_usage",
                     {{"heading", front.words("usage.title")},
                      {"meters", std::move(meters)},
                      {"has_features", !features.empty()},
                      {"features", std::move(features)}}};
}

sdk::Result<sdk::View> plan_card(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const auto* subscription = standing->account.live_subscription();
    json model{{"heading", front.words("card.title")},
               {"subscribed", subscription != nullptr},
               {"chosen", chosen_plan_offer(front, *standing)}};
    if (subscription != nullptr) {
        model["plan_name"] = title_of(*standing->catalogue, subscription->plan());
        model["state"] = status_of(front.words, "state", to_text(subscription->state));
        model["price"] = price_line(front, *standing, *subscription);
        model["note"] = subscription->cancel_at
                            ? front.words("card.ends", {{"date", front.words.date(*subscription->cancel_at)}})
                            : front.words("card.renews", {{"date", front.words.date(subscription->period().to)}});
    }
    return sdk::View{"billing/tenant_card", std::move(model)};
}

sdk::Result<sdk::View> billing_banner(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const auto* subscription = standing->account.live_subscription();
    if (subscription == nullptr) return sdk::View{};
    auto shown = banner_of(front, *standing, *subscription);
    if (!shown.is_object()) return sdk::View{};
    return sdk::View{"billing/tenant_banner", std::move(shown)};
}

}  // namespace whatsflow::billing
