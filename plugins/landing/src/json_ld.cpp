#include "json_ld.hpp"

namespace whatsflow::landing {

using nlohmann::json;

namespace {

json offer(const Plan& plan, std::int64_t amount, const std::string& currency, std::string_view interval,
           std::string_view site_url) {
    return {{"@type", "Offer"},
            {"name", plan.name + (interval == "year" ? " (yearly)" : " (monthly)")},
            {"price", sdk::Money{amount, currency}.decimal()},
            {"priceCurrency", currency},
            {"availability", "https://schema.org/InStock"},
            {"url", std::string(site_url) + "/pricing"}};
}

}  // namespace

std::string script_element(const json& value) {
    std::string escaped;
    for (const char c : value.dump(-1, ' ', true, json::error_handler_t::replace)) {
        if (c == '<')
            escaped += "\\u003c";
        else if (c == '>')
            escaped += "\\u003e";
        else if (c == '&')
            escaped += "\\u0026";
        else
            escaped += c;
    }
    return "<script type=\"application/ld+json\">" + escaped + "</script>";
}

json organization(const Operator& company, std::string_view site_url) {
    const std::string url(site_url);
    json value{{"@context", "https://schema.org"},
               {"@type", "Organization"},
               {"name", company.name},
               {"url", url + "/"},
               {"logo", url + "/icon-512.png"}};
    if (!company.email.empty()) {
        value["contactPoint"] = {
            {"@type", "ContactPoint"}, {"contactType", "customer support"}, {"email", company.email}};
    }
    if (!company.address.empty()) value["address"] = company.address;
    for (const auto& [label, address] : company.social) value["sameAs"].push_back(address);
    return value;
}

json product(const Pricing& pricing, std::string_view description, std::string_view site_url) {
    json offers = json::array();
    for (const Plan& plan : pricing.plans) {
        if (!plan.monthly_price) continue;
        const auto monthly = *plan.monthly_price;
        if (!plan.only_yearly) offers.push_back(offer(plan, monthly, pricing.currency, "month", site_url));
        if (monthly == 0) continue;
        if (plan.year_price) offers.push_back(offer(plan, *plan.year_price, pricing.currency, "year", site_url));
    }
    const std::string url(site_url);
    return {{"@context", "https://schema.org"},
            {"@type", "Product"},
            {"name", "WhatsFlow"},
            {"description", description},
            {"image", url + "/og.png"},
            {"brand", {{"@type", "Brand"}, {"name", "WhatsFlow"}}},
            {"url", url + "/"},
            {"offers", std::move(offers)}};
}

json faq_page(const std::vector<Question>& questions) {
    json entries = json::array();
    for (const auto& [question, answer] : questions) {
        entries.push_back(
            {{"@type", "Question"}, {"name", question}, {"acceptedAnswer", {{"@type", "Answer"}, {"text", answer}}}});
    }
    return {{"@context", "https://schema.org"}, {"@type", "FAQPage"}, {"mainEntity", std::move(entries)}};
}

}  // namespace whatsflow::landing
