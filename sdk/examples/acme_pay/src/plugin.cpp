// Wiring only: settings in, provider out. The host keeps the notices' route and inbox.
#include "provider.hpp"

#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <optional>

namespace acme {

class AcmePay final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        const sdk::Secret key{config.text("api_key")};
        NoticeRules rules;
        rules.secret = sdk::Secret{config.text("webhook_secret")};
        rules.tolerance = std::chrono::seconds(config.integer("tolerance_seconds"));
        rules.live = config.text("mode") == "live";
        provider_.emplace(AcmeApi(host.https(), config.text("api_base"), key), rules, !key.empty());
        return sdk::provide_service<sdk::PaymentProvider>(host, *provider_, {{"provider", "acme"}});
    }

    void stop() noexcept override { provider_.reset(); }

private:
    std::optional<Provider> provider_;
};

}  // namespace acme

WHATSFLOW_PLUGIN(acme::AcmePay)
