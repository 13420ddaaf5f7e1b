/// \file
/// What staff see of the notices that go out to tenants' own servers: the newest deliveries of
/// everybody, on the panel's page of webhooks. What was sent and answered stays the tenant's.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

sdk::Result<void> contribute_webhook_panel(sdk::Host& host);

}  // namespace whatsflow::app
