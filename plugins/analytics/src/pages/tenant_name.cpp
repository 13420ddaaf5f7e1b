#include "tenant_name.hpp"

#include "../demonstration.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::analytics::pages {

std::string tenant_name(const AnalyticsOffice& office, const sdk::Request& request, const std::string& tenant,
                        const std::string& kept) {
    if (tenant.starts_with(Demonstration::kTenant))
        return office.text(request.locale, "words.demo_tenant",
                           {{"number", tenant.substr(Demonstration::kTenant.size())}});
    const auto directory = sdk::find_service<sdk::Directory>(office.host);
    const auto& unknown = kept.empty() ? tenant : kept;
    if (!directory) return unknown;
    const auto found = directory.call(&sdk::Directory::tenant, request.context, sdk::TenantId{tenant});
    return found && *found ? (*found)->name : unknown;
}

}  // namespace whatsflow::analytics::pages
