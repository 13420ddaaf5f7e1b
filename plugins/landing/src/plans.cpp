#include "plans.hpp"

#include "campaign.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <algorithm>

namespace whatsflow::landing {

using nlohmann::json;

namespace {

constexpr std::int64_t kUnlimited = -1;

std::string amount_text(std::int64_t limit, const Texts& texts) {
    return limit == kUnlimited ? texts("plans.unlimited") : grouped(limit);
}

/// "5,000 messages a month", or "Unlimited messages".
std::string limit_point(std::string_view what, std::int64_t limit, const Texts& texts) {
    const auto key = "plans." + std::string(what);
    if (limit == kUnlimited) return texts(key + ".unlimited");
    return sdk::fill_in(texts(key + (limit == 1 ? ".one" : ".many")), {{"count", grouped(limit)}});
}

json points(const Plan& plan, const Texts& texts) {
    json list = json::array();
    const auto add = [&](std::string text) { list.push_back({{"text", std::move(text)}}); };
    add(limit_point("devices", plan.devices, texts));
    add(limit_point("contacts", plan.contacts, texts));
    add(limit_point("messages", plan.messages, texts));
    if (plan.ai != "none") add(texts("plans.ai." + plan.ai + ".point"));
    if (plan.broadcasts) add(texts("plans.broadcasts"));
    if (!plan.support.empty()) add(texts("plans.support." + plan.support + ".point"));
    return list;
}

std::string signup_link(const Plan& plan, std::string_view interval, const std::string& campaign) {
    return with_parameters("/signup", "plan=" + plan.code + "&interval=" + std::string(interval), campaign);
}

json price_of(const Plan& plan, const Pricing& pricing, const Texts& texts, const std::string& campaign) {
    if (!plan.monthly_price) return false;
    const auto monthly = *plan.monthly_price;
    const auto text = [&](std::int64_t minor) { return price_text({minor, pricing.currency}); };
    const bool free = monthly == 0;
    const json by_month{{"amount", text(monthly)},
                        {"unit", texts("plans.a_month")},
                        {"note", texts(free ? "plans.free_note" : "plans.billed_monthly")},
                        {"path", signup_link(plan, "month", campaign)}};
    if (!plan.year_price) return {{"month", by_month}, {"year", by_month}};
    const auto yearly = *plan.year_price;
    const auto saved = std::max<std::int64_t>(0, monthly * 12 - yearly);
    const json by_year{
        {"amount", text(monthly_share(yearly))},
        {"unit", texts("plans.a_month")},
        {"note", free ? texts("plans.free_note")
                      : sdk::fill_in(texts(saved > 0 ? "plans.billed_yearly" : "plans.billed_once_a_year"),
                                     {{"total", text(yearly)}, {"saved", text(saved)}})},
        {"path", signup_link(plan, "year", campaign)}};
    return {{"month", plan.only_yearly ? by_year : by_month}, {"year", by_year}};
}

json cell(std::string text) {
    return {{"text", std::move(text)}, {"yes", false}, {"no", false}};
}
json mark(bool included) {
    return {{"text", false}, {"yes", included}, {"no", !included}};
}

template <class CellOf>
json row(const Pricing& pricing, std::string label, CellOf cell_of) {
    json cells = json::array();
    for (const Plan& plan : pricing.plans) cells.push_back(cell_of(plan));
    return {{"label", std::move(label)}, {"cells", std::move(cells)}};
}

}  // namespace

Pricing read_pricing(const json& settings) {
    Pricing pricing;
    pricing.currency = settings.at("currency").get<std::string>();
    pricing.yearly_discount_percent = settings.at("yearly_discount_percent").get<std::int64_t>();
    pricing.trial_days = settings.at("trial_days").get<std::int64_t>();
    pricing.trial_messages = settings.at("trial_messages").get<std::int64_t>();
    pricing.trial_ai_replies = settings.at("trial_ai_replies").get<std::int64_t>();
    for (const json& entry : settings.at("plans")) {
        Plan plan;
        plan.code = entry.at("code").get<std::string>();
        plan.name = entry.at("name").get<std::string>();
        plan.tagline = entry.at("tagline").get<std::string>();
        if (entry.contains("monthly_price")) {
            plan.monthly_price = entry.at("monthly_price").get<std::int64_t>();
            plan.year_price = yearly_price(*plan.monthly_price, pricing.yearly_discount_percent);
        }
        plan.recommended = entry.value("recommended", false);
        plan.devices = entry.at("devices").get<std::int64_t>();
        plan.contacts = entry.at("contacts").get<std::int64_t>();
        plan.messages = entry.at("messages").get<std::int64_t>();
        plan.ai = entry.at("ai").get<std::string>();
        plan.broadcasts = entry.at("broadcasts").get<bool>();
        plan.support = entry.at("support").get<std::string>();
        pricing.plans.push_back(std::move(plan));
    }
    return pricing;
}

std::int64_t yearly_price(std::int64_t monthly, std::int64_t discount_percent) {
    return (monthly * 12 * (100 - discount_percent) + 50) / 100;
}

std::int64_t monthly_share(std::int64_t yearly) {
    return (yearly + 6) / 12;
}

std::string price_text(const sdk::Money& price) {
    auto text = price.decimal();
    const auto point = text.find('.');
    auto whole = grouped(std::stoll(text.substr(0, point)));
    auto fraction = point == std::string::npos ? std::string() : text.substr(point);
    if (fraction.find_first_not_of(".0") == std::string::npos) fraction.clear();
    return (price.currency == "USD" ? "$" : price.currency + " ") + whole + fraction;
}

json plan_cards(const Pricing& pricing, const Texts& texts, const std::string& campaign) {
    json cards = json::array();
    for (const Plan& plan : pricing.plans) {
        const bool priced = plan.monthly_price.has_value();
        const bool free = priced && *plan.monthly_price == 0;
        const bool tried = priced && !free && pricing.trial_days > 0;
        auto action = !priced ? texts("plans.contact_us")
                      : tried ? sdk::fill_in(texts("plans.try"), {{"days", std::to_string(pricing.trial_days)}})
                              : texts(free ? "plans.start_free" : "plans.choose");
        cards.push_back({{"code", plan.code},
                         {"name", plan.name},
                         {"tagline", plan.tagline},
                         {"highlighted", plan.recommended},
                         {"price", price_of(plan, pricing, texts, campaign)},
                         {"custom", texts("plans.custom")},
                         {"custom_note", texts("plans.custom_note")},
                         {"contact_path", with_parameters("/contact", "topic=sales&plan=" + plan.code, campaign)},
                         {"action", std::move(action)},
                         {"points", points(plan, texts)}});
    }
    return cards;
}

json comparison(const Pricing& pricing, const Texts& texts) {
    const auto label = [&](std::string_view key) { return texts("compare." + std::string(key)); };
    json limits = json::array({
        row(pricing, label("devices"), [&](const Plan& plan) { return cell(amount_text(plan.devices, texts)); }),
        row(pricing, label("contacts"), [&](const Plan& plan) { return cell(amount_text(plan.contacts, texts)); }),
        row(pricing, label("messages"), [&](const Plan& plan) { return cell(amount_text(plan.messages, texts)); }),
    });
    json team = json::array({
        row(pricing, label("inbox"), [](const Plan&) { return mark(true); }),
        row(pricing, label("roles"), [](const Plan&) { return mark(true); }),
        row(pricing, label("ai"),
            [&](const Plan& plan) {
                return plan.ai == "none" ? mark(false) : cell(texts("plans.ai." + plan.ai + ".short"));
            }),
        row(pricing, label("knowledge"),
            [](const Plan& plan) { return mark(plan.ai == "advanced" || plan.ai == "custom"); }),
        row(pricing, label("broadcasts"), [](const Plan& plan) { return mark(plan.broadcasts); }),
    });
    json service = json::array({
        row(pricing, label("support"),
            [&](const Plan& plan) {
                return plan.support.empty() ? mark(false) : cell(texts("plans.support." + plan.support + ".short"));
            }),
        row(pricing, label("meter"), [](const Plan&) { return mark(true); }),
        row(pricing, label("trial"),
            [&](const Plan& plan) {
                const bool tried = plan.monthly_price && *plan.monthly_price > 0 && pricing.trial_days > 0;
                return tried ? cell(sdk::fill_in(label("trial_days"), {{"days", std::to_string(pricing.trial_days)}}))
                             : mark(false);
            }),
    });
    return json::array({{{"title", label("limits_title")}, {"rows", std::move(limits)}},
                        {{"title", label("team_title")}, {"rows", std::move(team)}},
                        {{"title", label("service_title")}, {"rows", std::move(service)}}});
}

}  // namespace whatsflow::landing
