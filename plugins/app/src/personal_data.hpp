/// \file
/// What this plugin keeps of people and tenants, for the export and the erasure that the law
/// promises.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::app {

class AppPersonalData final : public sdk::PersonalData {
public:
    explicit AppPersonalData(sdk::Database& database) : database_(database) {}

    sdk::Result<std::vector<ExportedFile>> export_user(const sdk::CallContext& context,
                                                       const sdk::UserId& user) override;
    sdk::Result<std::vector<ExportedFile>> export_tenant(const sdk::CallContext& context,
                                                         const sdk::TenantId& tenant) override;
    sdk::Result<int> erase_user(const sdk::CallContext& context, const sdk::UserId& user) override;
    sdk::Result<int> erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) override;

private:
    sdk::Result<int> erase(const sdk::CallContext& context, const std::vector<std::string>& statements,
                           const sdk::DbValues& values);

    sdk::Database& database_;
};

}  // namespace whatsflow::app
