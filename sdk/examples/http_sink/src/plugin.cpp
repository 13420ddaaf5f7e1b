// Wiring only: settings in, sink out.
#include "sink.hpp"

#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <optional>

namespace httpsink {

class Plugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        SinkSettings settings;
        settings.url = config.text("url");
        settings.token = sdk::Secret{config.text("token")};
        settings.max_events = static_cast<std::size_t>(config.integer("max_events"));
        settings.consent = config.text("consent");
        sink_.emplace(host.https(), host.clock(), std::move(settings));
        return sdk::provide_service<sdk::AnalyticsSink>(host, *sink_, {{"sink", "http"}});
    }

    void stop() noexcept override { sink_.reset(); }

private:
    std::optional<HttpSink> sink_;
};

}  // namespace httpsink

WHATSFLOW_PLUGIN(httpsink::Plugin)
