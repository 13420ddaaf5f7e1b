#include "token_uses.hpp"

#include <whatsflow/sdk/token_use.hpp>

#include <array>

namespace whatsflow::flags {
namespace {

/// Scope, key of the title, code.
constexpr std::array<const char*, 3> kUses[] = {
    {"flags:client", "flags.uses.ask", R"(curl '{api}/ofrep/v1/evaluate/flags' -H 'Authorization: Bearer {token}' \
  -H 'Content-Type: application/json' -d '{"context": {"targetingKey": "user-42"}}')"},
    {"flags:client", "flags.uses.open_feature", R"(import {OpenFeature} from '@openfeature/server-sdk';
import {OFREPProvider} from '@openfeature/ofrep-provider';

const headers = [['Authorization', 'Bearer {token}']];
await OpenFeature.setProviderAndWait(new OFREPProvider({baseUrl: '{api}', headers}));
const isOn = await OpenFeature.getClient().getBooleanValue('new-checkout', false, {targetingKey: 'user-42'});
console.log(isOn);)"},
    {"flags:client", "flags.uses.unleash", R"(import {startUnleash} from 'unleash-client';

const customHeaders = {Authorization: '{token}'};
const flags = await startUnleash({url: '{api}/api', appName: 'shop', customHeaders});
console.log(flags.isEnabled('new-checkout', {userId: 'user-42'}));
flags.destroy();)"},
    {"flags:frontend", "flags.uses.open_feature_web", R"(import {OpenFeature} from '@openfeature/web-sdk';
import {OFREPWebProvider} from '@openfeature/ofrep-web-provider';

const headers = [['Authorization', 'Bearer {token}']];
await OpenFeature.setContext({targetingKey: 'user-42'});
await OpenFeature.setProviderAndWait(new OFREPWebProvider({baseUrl: '{api}', headers}));
console.log(OpenFeature.getClient().getBooleanValue('new-checkout', false));)"},
    {"flags:frontend", "flags.uses.unleash_web", R"(import {UnleashClient} from 'unleash-proxy-client';

const flags = new UnleashClient({url: '{api}/api/frontend', clientKey: '{token}', appName: 'page'});
flags.updateContext({userId: 'user-42'});
await flags.start();
console.log(flags.isEnabled('new-checkout'));
flags.stop();)"},
};

}  // namespace

sdk::Result<void> contribute_token_uses(sdk::Host& host) {
    int order = 10;
    for (const auto& [scope, title, code] : kUses)
        if (auto done = host.contribute(sdk::TokenUse{scope, title, code, order++}); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::flags
