#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<PanelSettings> read_settings(const sdk::Config& config) {
    PanelSettings settings;
    settings.require_two_factor = config.boolean("require_two_factor");
    settings.issuer = config.text("issuer");
    auto allowed = AddressList::read(config.value("allowed_addresses").get<std::vector<std::string>>());
    if (!allowed) return allowed.error();
    settings.allowed = std::move(*allowed);
    return settings;
}

}  // namespace whatsflow::admin
