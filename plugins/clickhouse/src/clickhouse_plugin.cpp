#include "clickhouse_plugin.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::clickhouse {

sdk::Result<void> ClickHousePlugin::start(sdk::Host& host, const sdk::Config& config) {
    auto url = config.text("url");
    if (url.empty()) return sdk::ok();
    while (url.ends_with('/')) url.pop_back();
    store_.emplace(Server(host.https(), {std::move(url), config.text("database"), config.text("user"),
                                         sdk::Secret(config.text("password"))}));
    return sdk::provide_service<sdk::draft::AnalyticsStore>(host, *store_, {{"store", "clickhouse"}});
}

}  // namespace whatsflow::clickhouse
