// Wiring only: settings in, provider out. Billing keeps the notices' route and inbox.
#include "provider.hpp"

#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <optional>

namespace whatsflow::payhere {
namespace {

/// Without the path of the API, however the address was written.
std::string base_of(std::string address, bool live) {
    if (address.empty()) return live ? "https://www.payhere.lk" : "https://sandbox.payhere.lk";
    while (address.ends_with('/')) address.pop_back();
    for (const std::string_view tail : {"/merchant/v1", "/pay/checkout"})
        if (address.ends_with(tail)) address.resize(address.size() - tail.size());
    return address;
}

}  // namespace

class PayHerePlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        const bool live = config.text("mode") == "live";
        FormSettings forms;
        forms.base = base_of(config.text("api_base"), live);
        forms.merchant = {config.text("merchant_id"), sdk::Secret{config.text("merchant_secret")}};
        forms.contact_phone = config.text("contact_phone");
        forms.keep_amount_lkr = config.text("preapproval_amount_lkr");
        forms.keep_amount_other = config.text("preapproval_amount_other");
        if (forms.keep_amount_other.empty()) forms.keep_amount_other = live ? "0.51" : "1.01";
        forms.most_per_payment_lkr = config.integer("most_per_payment_lkr");
        api_.emplace(host.https(), host.clock(), host.log(), forms.base,
                     AppCredentials{config.text("app_id"), sdk::Secret{config.text("app_secret")}});
        attempts_.emplace(host.database(), host.clock());
        provider_.emplace(std::move(forms), live, *api_, *attempts_, host.clock());
        tidying_ = host.every(std::chrono::hours(24), [this, &host] {
            attempts_->forget_before(sdk::CallContext{}, host.clock().now() - std::chrono::hours(24 * 400));
        });
        const sdk::Properties properties{{"provider", "payhere"}};
        if (auto done = sdk::provide_service<sdk::PaymentProvider>(host, *provider_, properties); !done) return done;
        return sdk::provide_service<sdk::ConnectionTest>(host, *provider_, {{"plugin", host.plugin_id()}});
    }

    void stop() noexcept override {
        tidying_ = {};
        provider_.reset();
        attempts_.reset();
        api_.reset();
    }

private:
    std::optional<PayHereApi> api_;
    std::optional<Attempts> attempts_;
    std::optional<Provider> provider_;
    sdk::Registration tidying_;
};

}  // namespace whatsflow::payhere

WHATSFLOW_PLUGIN(whatsflow::payhere::PayHerePlugin)
