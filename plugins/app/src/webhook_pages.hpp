/// \file
/// The page for developers: webhook endpoints, their deliveries, and sections of other plugins
/// such as API tokens.
#pragma once

#include "settings.hpp"
#include "webhook_deliveries.hpp"
#include "webhook_endpoints.hpp"
#include "webhook_form.hpp"
#include "webhook_sender.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

class WebhookPages {
public:
    WebhookPages(sdk::Host& host, const Settings& settings, WebhookEndpoints& endpoints, WebhookDeliveries& deliveries,
                 WebhookSender& sender)
        : host_(host), settings_(settings), endpoints_(endpoints), deliveries_(deliveries), sender_(sender) {}
    sdk::Result<void> register_routes();

private:
    using OnEndpoint = sdk::Response (WebhookPages::*)(const sdk::Request&, const WebhookEndpoint&);

    sdk::Response developers(const sdk::Request& request);
    sdk::Response new_endpoint(const sdk::Request& request);
    sdk::Response create(const sdk::Request& request);
    sdk::Response endpoint(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response edit(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response change(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response enable(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response disable(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response rotate(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response remove(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response test(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response delivery(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Response replay(const sdk::Request& request, const WebhookEndpoint& endpoint);

    sdk::Response with_endpoint(const sdk::Request& request, OnEndpoint show);
    sdk::Response form_page(const sdk::Request& request, const WebhookForm& form, const WebhookEndpoint* known,
                            int status);
    sdk::Response secret_page(const sdk::Request& request, const std::string& id, const sdk::Secret& secret);

    sdk::Host& host_;
    const Settings& settings_;
    WebhookEndpoints& endpoints_;
    WebhookDeliveries& deliveries_;
    WebhookSender& sender_;
};

}  // namespace whatsflow::app
