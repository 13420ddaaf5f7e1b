/// \file
/// What every page of a site can show beside what its handler put into the model.
///
/// Frame facts (request id, CSRF token, locale, path, canonical address, site, year), the
/// navigation that this person may see, and the scripts that plugins contributed.
#pragma once

#include "web/dependencies.hpp"
#include "web/security_headers.hpp"

#include <whatsflow/sdk/identity.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::web {

struct PageFacts {
    sdk::Site site = sdk::Site::landing;
    std::string locale = "en";
    std::string path = "/";
    std::string request_id{};
    std::string csrf_token{};
    const sdk::Identity* identity = nullptr;
};

class PageModel {
public:
    PageModel(const WebDependencies& dependencies, const SiteTable& sites)
        : dependencies_(dependencies), sites_(sites) {}

    /// Adds the common fields and returns what the page's policy must allow. A model may
    /// name origins its forms lead to: `"form_origins": ["https://pay.example"]`.
    /// `navigation` holds the entries of section `main`; `navigation_sections` holds all,
    /// as `[{section, label, entries}]`; the label is the text `theme.section.<section>`.
    [[nodiscard]] PageOrigins complete(nlohmann::json& model, const PageFacts& facts) const;

private:
    [[nodiscard]] std::string section_label(const std::string& locale, const std::string& section) const;
    void add_navigation(nlohmann::json& model, const PageFacts& facts) const;
    void add_scripts(nlohmann::json& model, const PageFacts& facts, PageOrigins& origins) const;
    [[nodiscard]] int year() const;

    const WebDependencies& dependencies_;
    const SiteTable& sites_;
};

}  // namespace whatsflow::web
