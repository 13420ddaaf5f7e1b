/// \file
/// The frame of the tenant app: first page, settings, notifications, search, usage, and the
/// page for developers with webhooks. Everything else on the site other plugins bring.
#pragma once

#include "dashboard.hpp"
#include "notice_pages.hpp"
#include "notifier.hpp"
#include "personal_data.hpp"
#include "search.hpp"
#include "settings.hpp"
#include "webhook_pages.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <memory>

namespace whatsflow::app {

class AppPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    struct Parts {
        Parts(sdk::Host& host, const sdk::Config& config)
            : settings(Settings::from(config)),
              notices(host.database()),
              preferences(host),
              notifier(host, notices, preferences),
              endpoints(host),
              deliveries(host.database(), host.jobs()),
              sender(host, settings, endpoints, deliveries, notifier),
              personal_data(host.database()),
              frame_pages(host, preferences),
              notice_pages(host, notices),
              search(host),
              webhook_pages(host, settings, endpoints, deliveries, sender) {}

        Settings settings;
        Notices notices;
        NoticePreferences preferences;
        AppNotifier notifier;
        WebhookEndpoints endpoints;
        WebhookDeliveries deliveries;
        WebhookSender sender;
        AppPersonalData personal_data;
        FramePages frame_pages;
        NoticePages notice_pages;
        Search search;
        WebhookPages webhook_pages;
    };
    std::unique_ptr<Parts> parts_;
};

}  // namespace whatsflow::app
