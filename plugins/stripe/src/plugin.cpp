// Wiring only: settings in, provider out. Billing keeps the notices' route and inbox.
#include "provider.hpp"

#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <sodium.h>

#include <optional>

namespace whatsflow::stripe {
namespace {

/// `https://api.stripe.com`, however its end was written.
std::string base_of(std::string address) {
    while (address.ends_with('/')) address.pop_back();
    if (address.ends_with("/v1")) address.resize(address.size() - 3);
    return address;
}

/// A key of the other mode would take real money for a test, or none for a sale.
bool fits_mode(const std::string& key, bool live) {
    const bool live_key = key.starts_with("sk_live_") || key.starts_with("rk_live_");
    const bool test_key = key.starts_with("sk_test_") || key.starts_with("rk_test_");
    return live ? !test_key : !live_key;
}

}  // namespace

class StripePlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        if (sodium_init() < 0) return sdk::fail("stripe.no_random", "The cryptographic library did not start.");
        const sdk::Secret key{config.text("secret_key")};
        ProviderSettings settings;
        settings.notices.live = config.text("mode") == "live";
        if (!fits_mode(key.reveal(), settings.notices.live))
            return sdk::fail("stripe.wrong_mode",
                             "plugins.stripe.secret_key is a key of the other mode than plugins.stripe.mode says.");
        for (const auto& secret : config.value("webhook_secrets"))
            if (secret.is_string()) settings.notices.secrets.emplace_back(secret.get<std::string>());
        settings.return_url = [&host] { return host.site_url(sdk::Site::app) + "/billing"; };
        provider_.emplace(StripeApi(host.https(), host.log(), base_of(config.text("api_base")), key),
                          std::move(settings));
        const sdk::Properties properties{{"provider", "stripe"}};
        if (auto done = sdk::provide_service<sdk::PaymentProvider>(host, *provider_, properties); !done) return done;
        return sdk::provide_service<sdk::ConnectionTest>(host, *provider_, {{"plugin", host.plugin_id()}});
    }

    void stop() noexcept override { provider_.reset(); }

private:
    std::optional<Provider> provider_;
};

}  // namespace whatsflow::stripe

WHATSFLOW_PLUGIN(whatsflow::stripe::StripePlugin)
