// Wiring only. Refuses to start where real customers could meet it.
#include "pay_page.hpp"
#include "provider.hpp"

#include <whatsflow/sdk/operations.hpp>
#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/plugin_entry.hpp>

#include <sodium.h>

#include <optional>

namespace whatsflow::testpay {
namespace {

/// A host without the service of operations is one made for a test.
bool is_production(sdk::Host& host) {
    const auto operations = sdk::find_service<sdk::Operations>(host);
    if (!operations) return false;
    const auto settings = operations.call(&sdk::Operations::configuration);
    return !settings || !settings->is_object() || settings->value("environment", "production") == "production";
}

sdk::Secret made_up_secret() {
    std::array<unsigned char, 32> random{};
    randombytes_buf(random.data(), random.size());
    std::string hex(random.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
    hex.pop_back();
    return sdk::Secret{hex};
}

}  // namespace

class TestpayPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        if (is_production(host))
            return sdk::fail("testpay.production", "Testpay moves no money, so it runs in development only.");
        if (sodium_init() < 0) return sdk::fail("testpay.no_random", "The cryptographic library did not start.");
        sdk::Secret secret{config.text("notice_secret")};
        till_.emplace(host.database(), host.clock());
        messenger_.emplace(host, *till_, secret.empty() ? made_up_secret() : secret);
        outcomes_.emplace(host, *till_, *messenger_, std::chrono::seconds(config.integer("slow_seconds")));
        page_.emplace(host, *till_, *outcomes_);
        provider_.emplace(*till_, *outcomes_, *messenger_);
        if (auto done = messenger_->start(); !done) return done;
        if (auto done = page_->register_routes(); !done) return done;
        const sdk::Properties properties{{"provider", "testpay"}};
        if (auto done = sdk::provide_service<sdk::PaymentProvider>(host, *provider_, properties); !done) return done;
        return sdk::provide_service<sdk::ConnectionTest>(host, *provider_, {{"plugin", host.plugin_id()}});
    }

    void stop() noexcept override {
        provider_.reset();
        page_.reset();
        outcomes_.reset();
        messenger_.reset();
        till_.reset();
    }

private:
    std::optional<Till> till_;
    std::optional<Messenger> messenger_;
    std::optional<Outcomes> outcomes_;
    std::optional<PayPage> page_;
    std::optional<Provider> provider_;
};

}  // namespace whatsflow::testpay

WHATSFLOW_PLUGIN(whatsflow::testpay::TestpayPlugin)
