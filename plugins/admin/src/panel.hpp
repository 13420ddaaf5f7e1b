/// \file
/// What every page of the panel works with. Lives as long as the plugin runs.
#pragma once

#include "address_list.hpp"
#include "roles.hpp"

#include <whatsflow/sdk/host.hpp>

#include <string>
#include <utility>

namespace whatsflow::admin {

struct PanelSettings {
    bool require_two_factor = false;
    AddressList allowed;
    std::string issuer = "WhatsFlow";
};

sdk::Result<PanelSettings> read_settings(const sdk::Config& config);

struct Panel {
    Panel(sdk::Host& given, PanelSettings chosen) : host(given), settings(std::move(chosen)), permissions(given) {}
    Panel(const Panel&) = delete;
    Panel& operator=(const Panel&) = delete;

    sdk::Host& host;
    const PanelSettings settings;
    RolePermissions permissions;
};

}  // namespace whatsflow::admin
