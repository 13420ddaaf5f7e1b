#include "page_models.hpp"

#include "campaign.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <array>
#include <initializer_list>
#include <string_view>

namespace whatsflow::landing {

using nlohmann::json;

namespace {

using Keys = std::initializer_list<std::string_view>;

constexpr std::array<std::string_view, 8> kHomeQuestions{"free", "trial", "limit", "change",
                                                         "pay",  "ai",    "data",  "official"};
constexpr std::array<std::string_view, 6> kPricingQuestions{"trial", "limit", "change", "yearly", "pay", "tax"};

std::string key(std::initializer_list<std::string_view> parts) {
    std::string joined;
    for (const auto part : parts) {
        if (!joined.empty()) joined += '.';
        joined += part;
    }
    return joined;
}

/// Texts with the plans' own numbers filled in, so that copy and settings cannot disagree.
std::string with_numbers(const Visit& visit, const std::string& text_key) {
    return sdk::fill_in(visit.texts(text_key), {{"days", std::to_string(visit.pricing.trial_days)},
                                                {"messages", grouped(visit.pricing.trial_messages)},
                                                {"replies", grouped(visit.pricing.trial_ai_replies)},
                                                {"currency", visit.pricing.currency},
                                                {"percent", std::to_string(visit.pricing.yearly_discount_percent)}});
}

template <class List>
std::vector<Question> questions(const Visit& visit, const List& names) {
    std::vector<Question> list;
    for (const auto name : names) {
        list.push_back(
            {with_numbers(visit, key({"faq", name, "question"})), with_numbers(visit, key({"faq", name, "answer"}))});
    }
    return list;
}

json faq_model(const std::vector<Question>& list) {
    json entries = json::array();
    for (const auto& [question, answer] : list) entries.push_back({{"question", question}, {"answer", answer}});
    return entries;
}

/// Objects with the named texts of each key: {"title": "…", "text": "…"}.
json text_list(const Visit& visit, std::string_view group, Keys names, Keys fields) {
    json list = json::array();
    for (const auto name : names) {
        json entry = json::object();
        for (const auto field : fields) entry[std::string(field)] = with_numbers(visit, key({group, name, field}));
        list.push_back(std::move(entry));
    }
    return list;
}

json facts(const Visit& visit) {
    json list = text_list(visit, "home.facts", {"team", "pay", "host", "clear"}, {"title", "text"});
    constexpr std::array<const char*, 4> kIcons{"users", "credit-card", "package", "gauge"};
    for (std::size_t at = 0; at < kIcons.size(); ++at) list[at]["icon"] = kIcons[at];
    return list;
}

json steps(const Visit& visit) {
    json list = text_list(visit, "how", {"connect", "teach", "answer"}, {"title", "text"});
    for (std::size_t at = 0; at < list.size(); ++at) list[at]["number"] = "0" + std::to_string(at + 1);
    return list;
}

json scenarios(const Visit& visit) {
    return text_list(visit, "scenarios", {"shop", "clinic", "school"}, {"who", "before", "after", "use1", "use2"});
}

}  // namespace

json common_model(const Visit& visit, const std::string& path) {
    json social = json::array();
    for (const auto& [label, address] : visit.company.social) social.push_back({{"label", label}, {"url", address}});
    const auto address = visit.site_url + path;
    return {{"campaign", visit.campaign},
            {"signup_path", "/signup" + visit.campaign},
            {"alternates",
             json::array({{{"locale", "en"}, {"url", address}}, {{"locale", "x-default"}, {"url", address}}})},
            {"og_image_url", visit.site_url + "/og.png"},
            {"has_manifest", true},
            {"company_name", visit.company.name},
            {"has_social", !visit.company.social.empty()},
            {"social", std::move(social)},
            {"json_ld_html", ""}};
}

json titled_model(const Visit& visit, const std::string& path, const std::string& name) {
    auto model = common_model(visit, path);
    model["title"] = with_numbers(visit, name + ".title");
    model["description"] = with_numbers(visit, name + ".description");
    return model;
}

json home_model(const Visit& visit) {
    auto model = titled_model(visit, "/", "home");
    const auto faq = questions(visit, kHomeQuestions);
    const auto description = model["description"].get<std::string>();
    model["facts"] = facts(visit);
    model["steps"] = steps(visit);
    model["scenarios"] = scenarios(visit);
    model["plans_lead"] = with_numbers(visit, "home.plans.lead");
    model["reassurance"] = with_numbers(visit, "home.reassurance");
    model["plans"] = plan_cards(visit.pricing, visit.texts, visit.campaign);
    model["faq"] = faq_model(faq);
    model["json_ld_html"] = script_element(organization(visit.company, visit.site_url)) +
                            script_element(product(visit.pricing, description, visit.site_url)) +
                            script_element(faq_page(faq));
    return model;
}

json features_model(const Visit& visit) {
    auto model = titled_model(visit, "/features", "features");
    constexpr std::array<const char*, 6> kParts{"inbox", "ai", "broadcasts", "flows", "team", "billing"};
    for (const char* part : kParts) {
        model[std::string(part) + "_points"] =
            text_list(visit, key({"features", part}), {"first", "second", "third", "fourth"}, {"title", "text"});
    }
    return model;
}

json pricing_model(const Visit& visit) {
    auto model = titled_model(visit, "/pricing", "pricing");
    const auto faq = questions(visit, kPricingQuestions);
    json names = json::array();
    for (const Plan& plan : visit.pricing.plans) names.push_back({{"name", plan.name}});
    json currencies = json::array();
    for (const auto& currency : visit.pricing.currencies)
        currencies.push_back({{"label", currency},
                              {"currency_path", with_parameters("/pricing", "currency=" + currency, visit.campaign)},
                              {"is_current", currency == visit.pricing.currency}});
    model["has_currencies"] = currencies.size() > 1;
    model["currencies"] = std::move(currencies);
    model["lead"] = with_numbers(visit, "pricing.lead");
    model["saving"] =
        visit.pricing.yearly_discount_percent > 0 ? json(with_numbers(visit, "pricing.saving")) : json(false);
    model["trial_note"] = with_numbers(visit, "pricing.trial_note");
    model["plans"] = plan_cards(visit.pricing, visit.texts, visit.campaign);
    model["plan_names"] = std::move(names);
    model["comparison"] = comparison(visit.pricing, visit.texts);
    model["faq"] = faq_model(faq);
    model["json_ld_html"] =
        script_element(product(visit.pricing, model["description"].get<std::string>(), visit.site_url)) +
        script_element(faq_page(faq));
    return model;
}

json about_model(const Visit& visit) {
    auto model = titled_model(visit, "/about", "about");
    model["values"] = text_list(visit, "about.values", {"plain", "consent", "exact", "yours"}, {"title", "text"});
    model["json_ld_html"] = script_element(organization(visit.company, visit.site_url));
    return model;
}

json contact_model(const Visit& visit) {
    auto model = titled_model(visit, "/contact", "contact");
    const auto or_false = [](const std::string& text) { return text.empty() ? json(false) : json(text); };
    model["operator"] = {{"name", visit.company.name},
                         {"email", or_false(visit.company.email)},
                         {"address", or_false(visit.company.address)},
                         {"jurisdiction", or_false(visit.company.jurisdiction)}};
    model["json_ld_html"] = script_element(organization(visit.company, visit.site_url));
    return model;
}

}  // namespace whatsflow::landing
