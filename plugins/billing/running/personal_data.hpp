/// \file
/// What billing keeps of a tenant, for the copy that the law promises and for erasure. Documents
/// and the ledger stay: the law wants them, and they name the tenant by its id alone.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::billing {

class BillingPersonalData final : public sdk::PersonalData {
public:
    explicit BillingPersonalData(sdk::Database& database) : database_(database) {}

    /// Nothing is kept of a single person.
    sdk::Result<std::vector<ExportedFile>> export_user(const sdk::CallContext& context,
                                                       const sdk::UserId& user) override;
    sdk::Result<std::vector<ExportedFile>> export_tenant(const sdk::CallContext& context,
                                                         const sdk::TenantId& tenant) override;
    sdk::Result<int> erase_user(const sdk::CallContext& context, const sdk::UserId& user) override;
    /// Ways to pay go.
    sdk::Result<int> erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) override;

private:
    sdk::Database& database_;
};

}  // namespace whatsflow::billing
