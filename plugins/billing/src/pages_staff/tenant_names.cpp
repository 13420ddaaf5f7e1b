#include "tenant_names.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::billing::staff {

const std::string& TenantNames::name_of(const TenantId& tenant) {
    const auto known = known_.find(tenant.text());
    if (known != known_.end()) return known->second;
    auto name = tenant.text();
    const auto directory = sdk::find_service<sdk::Directory>(office_.host);
    const auto profile = directory.call(&sdk::Directory::tenant, over_all(request_, "billing.tenant_names"), tenant);
    if (profile && *profile && !(*profile)->name.empty()) name = (*profile)->name;
    return known_.emplace(tenant.text(), std::move(name)).first->second;
}

nlohmann::json TenantNames::cell_of(const TenantId& tenant) {
    return cell(name_of(tenant), {{"cell_path", "/tenants/" + tenant.text()}});
}

}  // namespace whatsflow::billing::staff
