#include "campaign.hpp"

namespace whatsflow::landing {

namespace {

bool is_campaign(std::string_view name) {
    return name.starts_with("utm_");
}

template <class Wanted>
std::string query_of(const sdk::Fields& fields, Wanted wanted) {
    std::string query;
    for (const auto& [name, value] : fields.entries()) {
        if (!wanted(name)) continue;
        query += query.empty() ? '?' : '&';
        query += sdk::encode_url(name) + '=' + sdk::encode_url(value);
    }
    return query;
}

}  // namespace

std::string campaign_of(const sdk::Fields& query) {
    return query_of(query, is_campaign);
}

std::string with_parameters(std::string_view path, std::string_view parameters, std::string_view campaign) {
    std::string link(path);
    link += '?';
    link += parameters;
    if (!campaign.empty()) {
        link += '&';
        link += campaign.substr(1);
    }
    return link;
}

std::string signup_location(std::string_view app_url, const sdk::Fields& query) {
    const auto carried = [](std::string_view name) {
        return name == "plan" || name == "interval" || is_campaign(name);
    };
    return std::string(app_url) + "/signup" + query_of(query, carried);
}

}  // namespace whatsflow::landing
