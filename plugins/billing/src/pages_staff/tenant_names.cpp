#include "tenant_names.hpp"

#include <whatsflow/sdk/directory.hpp>

#include <cctype>

namespace whatsflow::billing::staff {

namespace {

std::string lower_case(std::string text) {
    for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

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

std::vector<TenantId> tenants_called(const StaffOffice& office, const sdk::Request& request, const std::string& typed) {
    constexpr std::size_t kEnough = 200;
    constexpr int kPage = 1000;
    std::vector<TenantId> found;
    if (is_id(typed)) return {TenantId{typed}};
    const auto wanted = lower_case(typed);
    const auto directory = sdk::find_service<sdk::Directory>(office.host);
    std::string after;
    for (int pages = 0; pages < 100 && found.size() < kEnough; ++pages) {
        const auto some =
            directory.call(&sdk::Directory::tenants, over_all(request, "billing.tenants.search"), after, kPage);
        if (!some || some->empty()) break;
        for (const auto& tenant : *some)
            if (found.size() < kEnough && lower_case(tenant.name).find(wanted) != std::string::npos)
                found.push_back(tenant.id);
        if (static_cast<int>(some->size()) < kPage) break;
        after = some->back().id.text();
    }
    return found;
}

}  // namespace whatsflow::billing::staff
