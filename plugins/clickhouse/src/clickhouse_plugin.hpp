/// \file
/// Offers the store when an address is configured, and nothing otherwise.
#pragma once

#include "clickhouse_store.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <optional>

namespace whatsflow::clickhouse {

class ClickHousePlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override { store_.reset(); }

private:
    std::optional<ClickHouseStore> store_;
};

}  // namespace whatsflow::clickhouse
