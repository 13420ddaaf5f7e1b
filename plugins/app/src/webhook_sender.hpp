/// \file
/// Delivers webhooks: takes events out of the outbox, sends each to the endpoints that want it,
/// tries again with growing pauses, and switches off an endpoint that has failed for days.
#pragma once

#include "settings.hpp"
#include "webhook_deliveries.hpp"
#include "webhook_endpoints.hpp"

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/notifications.hpp>

namespace whatsflow::app {

class WebhookSender {
public:
    WebhookSender(sdk::Host& host, const Settings& settings, WebhookEndpoints& endpoints, WebhookDeliveries& deliveries,
                  sdk::Notifier& notifier)
        : host_(host), settings_(settings), endpoints_(endpoints), deliveries_(deliveries), notifier_(notifier) {}

    sdk::Result<void> start();
    /// A delivery of the test event to this endpoint, whatever it wants. Returns its id.
    sdk::Result<std::string> send_test(const sdk::Request& request, const WebhookEndpoint& endpoint);

private:
    sdk::Result<void> take(sdk::Transaction& tx, const sdk::Envelope& envelope);
    sdk::Result<void> deliver(sdk::JobRun& run);
    WebhookTry send(const sdk::CallContext& context, const WebhookEndpoint& endpoint, const WebhookDelivery& delivery,
                    const std::vector<sdk::Secret>& secrets);
    sdk::Result<void> conclude(sdk::JobRun& run, const WebhookEndpoint& endpoint, const WebhookDelivery& delivery,
                               const WebhookTry& outcome);
    void tell_disabled(const sdk::CallContext& context, const WebhookEndpoint& endpoint);

    sdk::Host& host_;
    const Settings& settings_;
    WebhookEndpoints& endpoints_;
    WebhookDeliveries& deliveries_;
    sdk::Notifier& notifier_;
};

}  // namespace whatsflow::app
