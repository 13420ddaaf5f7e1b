/// \file
/// Tenants are told by name; events know their ids only.
#pragma once

#include "office.hpp"

namespace whatsflow::analytics::pages {

/// `kept`, else the id itself, when nobody knows the tenant any more.
std::string tenant_name(const AnalyticsOffice& office, const sdk::Request& request, const std::string& tenant,
                        const std::string& kept = {});

}  // namespace whatsflow::analytics::pages
