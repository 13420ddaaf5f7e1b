/// \file
/// What every page of a site can show beside what its handler put into the model.
///
/// Frame facts (request id, CSRF token, locale, path, canonical address, site, year), who is
/// signed in, the navigation and the banners that this person may see, and the scripts that
/// plugins contributed. Nothing here asks the database; a banner's own function may.
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
    /// What banners are drawn for. Null: the page has none, such as one that tells of an error.
    const sdk::Request* request = nullptr;
};

/// `Ann de Silva` → `AS`, `ann@acme.lk` → `A`. Whole characters, capitals where ASCII has them.
[[nodiscard]] std::string initials_of(const sdk::Identity& identity);

class PageModel {
public:
    PageModel(const WebDependencies& dependencies, const SiteTable& sites)
        : dependencies_(dependencies), sites_(sites) {}

    /// Adds the common fields and returns what the page's policy must allow. A model may
    /// name origins its forms lead to: `"form_origins": ["https://pay.example"]`.
    /// `navigation` holds the entries of section `main`; `navigation_sections` holds all,
    /// as `[{section, label, entries}]`; the label is the text `theme.section.<section>`.
    /// `identity` is `{name, email, initials, role, tenant_name, impersonated}` or null,
    /// `banners_html` what plugins say above the pages of somebody who is signed in.
    [[nodiscard]] PageOrigins complete(nlohmann::json& model, const PageFacts& facts) const;

private:
    /// The theme's text for a word such as a section or a role, or the word in plain letters.
    [[nodiscard]] std::string spoken(const std::string& locale, const std::string& group, const std::string& word) const;
    /// To be held while it is walked.
    [[nodiscard]] std::shared_ptr<const std::vector<sdk::Contribution>> contributed_to(const sdk::SlotId& slot,
                                                                                       sdk::Site site) const;
    void add_identity(nlohmann::json& model, const PageFacts& facts) const;
    void add_banners(nlohmann::json& model, const PageFacts& facts) const;
    [[nodiscard]] std::string draw(const sdk::Contribution& banner, const PageFacts& facts) const;
    void add_navigation(nlohmann::json& model, const PageFacts& facts) const;
    void add_scripts(nlohmann::json& model, const PageFacts& facts, PageOrigins& origins) const;
    void add_live_updates(nlohmann::json& model, const PageFacts& facts, PageOrigins& origins) const;
    [[nodiscard]] int year() const;

    const WebDependencies& dependencies_;
    const SiteTable& sites_;
};

}  // namespace whatsflow::web
