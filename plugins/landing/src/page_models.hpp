/// \file
/// What each page shows, as plain data: texts from the locale files, prices from the plans.
///
/// Nothing here knows the host; the routes in plugin.cpp hand everything in.
#pragma once

#include "json_ld.hpp"
#include "plans.hpp"
#include "texts.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::landing {

/// One way to see the site: who runs it, what it costs, where the visitor came from.
struct Visit {
    const Operator& company;
    Pricing pricing;
    std::string site_url;  ///< of the landing site, without a slash at the end
    std::string campaign;  ///< of campaign_of()
    Texts texts;
};

/// What the layout needs of every page. `name` is the page's key in the locale files; its
/// title and description come from there.
nlohmann::json common_model(const Visit& visit, const std::string& path);
nlohmann::json titled_model(const Visit& visit, const std::string& path, const std::string& name);

nlohmann::json home_model(const Visit& visit);
nlohmann::json features_model(const Visit& visit);
nlohmann::json pricing_model(const Visit& visit);
nlohmann::json about_model(const Visit& visit);
/// Without the form: plugin.cpp adds it.
nlohmann::json contact_model(const Visit& visit);

}  // namespace whatsflow::landing
