/// \file
/// What every page of a site can show beside what its handler put into the model.
///
/// Frame facts (request id, CSRF token, locale, path, canonical address, site, year), who is
/// signed in, the navigation and the banners that this person may see, and the scripts that
/// plugins contributed. Nothing here asks the database; a banner's own function may.
#pragma once

#include "web/dependencies.hpp"
#include "web/navigation.hpp"
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

/// What surrounds the model of a page, and what the page's policy must allow.
struct PageFrame {
    views::Frame frame;
    PageOrigins origins;
};

/// `Ann de Silva` → `AS`, `ann@acme.lk` → `A`. Whole characters, capitals where ASCII has them.
[[nodiscard]] std::string initials_of(const sdk::Identity& identity);

class PageModel {
public:
    PageModel(const WebDependencies& dependencies, const SiteTable& sites)
        : dependencies_(dependencies), sites_(sites), navigation_(dependencies) {}

    /// The common fields of a page with this model, which may name origins its forms lead to
    /// (`"form_origins": ["https://pay.example"]`) and its own `canonical_url`.
    /// `identity` is `{name, email, initials, role, tenant_name, impersonated}` or null,
    /// `banners_html` what plugins say above the pages of somebody who is signed in.
    [[nodiscard]] PageFrame around(const nlohmann::json& model, const PageFacts& facts) const;

private:
    /// To be held while it is walked.
    [[nodiscard]] std::shared_ptr<const std::vector<sdk::Contribution>> contributed_to(const sdk::SlotId& slot,
                                                                                       sdk::Site site) const;
    void add_identity(nlohmann::json& page, const PageFacts& facts) const;
    void add_banners(nlohmann::json& page, const PageFacts& facts) const;
    [[nodiscard]] std::string draw(const sdk::Contribution& banner, const PageFacts& facts) const;
    void add_scripts(nlohmann::json& page, const PageFacts& facts, PageOrigins& origins) const;
    void add_live_updates(nlohmann::json& page, const PageFacts& facts, PageOrigins& origins) const;
    [[nodiscard]] int year() const;

    const WebDependencies& dependencies_;
    const SiteTable& sites_;
    Navigation navigation_;
};

}  // namespace whatsflow::web
