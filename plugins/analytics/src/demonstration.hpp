/// \file
/// Four weeks of made-up visits, sign-ups and payments, so that every page has something to show.
#pragma once

#include "keys.hpp"
#include "ledger.hpp"
#include "sites.hpp"

#include <whatsflow/sdk/demo_data.hpp>

namespace whatsflow::analytics {

class Demonstration final : public sdk::DemoData {
public:
    /// How the ids of made-up tenants begin; a number follows.
    static constexpr std::string_view kTenant = "demonstration-";

    Demonstration(sdk::Host& host, Sites& sites, Ledger& ledger, const StoreInUse& store)
        : host_(host), sites_(sites), ledger_(ledger), store_(store) {}
    /// Does nothing where days before today have visits already.
    sdk::Result<std::string> load(const sdk::CallContext& context) override;

private:
    /// The sites that count the people of each demonstration tenant.
    sdk::Result<std::vector<std::int64_t>> sites_of_tenants(const sdk::CallContext& context);

    sdk::Host& host_;
    Sites& sites_;
    Ledger& ledger_;
    const StoreInUse& store_;
};

}  // namespace whatsflow::analytics
