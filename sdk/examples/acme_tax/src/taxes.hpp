/// \file
/// Canadian sales taxes from memory: no I/O, nothing kept.
#pragma once

#include <whatsflow/sdk/tax_provider.hpp>

namespace acmetax {

namespace sdk = whatsflow::sdk;

class Taxes final : public sdk::TaxProvider {
public:
    explicit Taxes(bool federal_without_region) : federal_without_region_(federal_without_region) {}
    sdk::Result<std::vector<sdk::LineTaxes>> taxes(const sdk::CallContext& context,
                                                   const sdk::TaxRequest& request) override;

private:
    bool federal_without_region_;
};

}  // namespace acmetax
