/// \file
/// What this plugin knows of a person or a tenant: given out, and forgotten.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::accounts {

class AccountsPersonalData final : public sdk::PersonalData {
public:
    explicit AccountsPersonalData(const Office& office) : office_(office) {}

    sdk::Result<std::vector<ExportedFile>> export_user(const sdk::CallContext& context,
                                                       const sdk::UserId& user) override;
    sdk::Result<std::vector<ExportedFile>> export_tenant(const sdk::CallContext& context,
                                                         const sdk::TenantId& tenant) override;
    /// The row stays under a pseudonym, so that records of others keep a meaning.
    sdk::Result<int> erase_user(const sdk::CallContext& context, const sdk::UserId& user) override;
    sdk::Result<int> erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) override;

private:
    const Office& office_;
};

}  // namespace whatsflow::accounts
