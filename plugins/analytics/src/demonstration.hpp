/// \file
/// Four weeks of made-up visits, sign-ups and payments, so that every page has something to show.
#pragma once

#include "keys.hpp"
#include "ledger.hpp"

#include <whatsflow/sdk/demo_data.hpp>

namespace whatsflow::analytics {

class Demonstration final : public sdk::DemoData {
public:
    Demonstration(sdk::Host& host, Ledger& ledger, const StoreInUse& store)
        : host_(host), ledger_(ledger), store_(store) {}
    /// Does nothing where days before today have visits already.
    sdk::Result<std::string> load(const sdk::CallContext& context) override;

private:
    sdk::Host& host_;
    Ledger& ledger_;
    const StoreInUse& store_;
};

}  // namespace whatsflow::analytics
