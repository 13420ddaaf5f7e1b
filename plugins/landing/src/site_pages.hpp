/// \file
/// The routes of the landing site: which address shows which page.
#pragma once

#include "json_ld.hpp"
#include "page_models.hpp"
#include "plans.hpp"

#include <whatsflow/sdk/host.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::landing {

struct ContactInput;

/// Holds the settings for as long as the plugin runs; its handlers only read them.
class SitePages {
public:
    SitePages(sdk::Host& host, const sdk::Config& config);

    sdk::Result<void> register_routes();

private:
    sdk::Result<void> register_navigation();
    sdk::Result<void> register_pages();
    sdk::Result<void> register_contact();
    sdk::Result<void> register_consent();
    sdk::Result<void> register_for_machines();

    Pricing pricing_for(const sdk::Request& request) const;
    Visit visit(const sdk::Request& request) const;
    sdk::Response show_contact(const sdk::Request& request) const;
    sdk::Response receive_contact(const sdk::Request& request);
    void tell_staff(const sdk::Request& request, const std::string& id, const ContactInput& input);
    sdk::Response show_consent(const sdk::Request& request) const;
    sdk::Response receive_consent(const sdk::Request& request) const;

    sdk::Host& host_;
    const Operator company_;
    const Pricing pricing_;  ///< of the settings
};

}  // namespace whatsflow::landing
