#include "token_uses.hpp"

#include <whatsflow/sdk/token_use.hpp>

#include <array>

namespace whatsflow::analytics {
namespace {

/// Scope, key of the title, code.
constexpr std::array<const char*, 3> kUses[] = {
    {"analytics:capture", "analytics.uses.send", R"(curl '{api}/capture/' -H 'Content-Type: application/json' \
  -d '{"api_key": "{token}", "event": "order_placed", "distinct_id": "user-42", "properties": {"plan": "pro"}}')"},
    {"analytics:capture", "analytics.uses.posthog", R"(import {PostHog} from 'posthog-node';

const analytics = new PostHog('{token}', {host: '{api}'});
analytics.capture({distinctId: 'user-42', event: 'order_placed', properties: {plan: 'pro'}});
await analytics.shutdown();)"},
    {"analytics:capture", "analytics.uses.umami", R"(import {Umami} from '@umami/node';

const analytics = new Umami({websiteId: '{id}', hostUrl: '{api}'});
await analytics.track({url: '/checkout', hostname: 'shop.example'});)"},
    {"analytics:read", "analytics.uses.read",
     R"(curl '{api}/v1/analytics/query?metric=visitors&interval=day' -H 'Authorization: Bearer {token}')"},
};

}  // namespace

sdk::Result<void> contribute_token_uses(sdk::Host& host) {
    int order = 10;
    for (const auto& [scope, title, code] : kUses)
        if (auto done = host.contribute(sdk::TokenUse{scope, title, code, order++}); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::analytics
