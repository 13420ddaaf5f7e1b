/// \file
/// Tenants and members, for the other plugins.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::accounts {

class AccountsDirectory final : public sdk::Directory {
public:
    explicit AccountsDirectory(const Office& office) : office_(office) {}

    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext& context,
                                                          const sdk::TenantId& id) override;
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext& context, const sdk::TenantId& id,
                                                         const std::vector<std::string>& roles) override;
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext& context, const std::string& after,
                                                         int limit) override;

private:
    const Office& office_;
};

}  // namespace whatsflow::accounts
