/// \file
/// Names of tenants for lists of staff, asked for once a tenant and page; and tenants by their names.
#pragma once

#include "staff_office.hpp"

#include <map>

namespace whatsflow::billing::staff {

class TenantNames {
public:
    TenantNames(const StaffOffice& office, const sdk::Request& request) : office_(office), request_(request) {}

    /// The name; the id of one that the directory does not know.
    const std::string& name_of(const TenantId& tenant);
    /// The name as a link to the tenant's page.
    nlohmann::json cell_of(const TenantId& tenant);

private:
    const StaffOffice& office_;
    const sdk::Request& request_;
    std::map<std::string, std::string> known_;
};

/// Tenants whose name has what somebody typed, or the one with this id. More than a page could show is enough.
std::vector<TenantId> tenants_called(const StaffOffice& office, const sdk::Request& request, const std::string& typed);

}  // namespace whatsflow::billing::staff
