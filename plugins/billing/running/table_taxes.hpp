/// \file
/// The table of rates by country, offered as the tax service {"provider", "table"}: for plugins that
/// know some countries and leave the others to it.
#pragma once

#include "store/catalogue_store.hpp"

#include <whatsflow/sdk/tax_provider.hpp>

namespace whatsflow::billing {

class TableTaxes final : public sdk::TaxProvider {
public:
    explicit TableTaxes(store::LiveCatalogue& catalogue) : catalogue_(catalogue) {}
    /// Whether prices include the tax is said by the request here, not by the table.
    sdk::Result<std::vector<sdk::LineTaxes>> taxes(const sdk::CallContext& context,
                                                   const sdk::TaxRequest& request) override;

private:
    store::LiveCatalogue& catalogue_;
};

}  // namespace whatsflow::billing
