#include "billing_plugin.hpp"

#include "scenario/simulate_command.hpp"

namespace whatsflow::billing {

sdk::Result<void> BillingPlugin::start(sdk::Host& host, const sdk::Config&) {
    return host.command(scenario::simulate_command());
}

void BillingPlugin::stop() noexcept {}

}  // namespace whatsflow::billing
