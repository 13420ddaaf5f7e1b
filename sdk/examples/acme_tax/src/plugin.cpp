// Wiring only: settings in, provider out.
#include "taxes.hpp"

#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <optional>

namespace acmetax {

class Plugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        taxes_.emplace(config.text("without_region") == "federal");
        return sdk::provide_service<sdk::TaxProvider>(host, *taxes_, {{"provider", "acme"}});
    }

    void stop() noexcept override { taxes_.reset(); }

private:
    std::optional<Taxes> taxes_;
};

}  // namespace acmetax

WHATSFLOW_PLUGIN(acmetax::Plugin)
