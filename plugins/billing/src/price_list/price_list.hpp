/// \file
/// The catalogue as strangers may see it, offered to other plugins as `whatsflow.price_list/1`.
#pragma once

#include "../desk.hpp"

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/price_list.hpp>

namespace whatsflow::billing {

/// Plans that take new subscribers, with the prices that are valid on `today`.
sdk::ListedPrices listed_prices(const Catalogue& catalogue, LocalDate today);

/// [thread-safe] Lives as long as the plugin runs.
class LivePriceList final : public sdk::PriceList {
public:
    LivePriceList(sdk::Host& host, Desk& desk) : host_(host), desk_(desk) {}
    sdk::Result<sdk::ListedPrices> prices(const sdk::CallContext& context) override;

private:
    sdk::Host& host_;
    Desk& desk_;
};

}  // namespace whatsflow::billing
