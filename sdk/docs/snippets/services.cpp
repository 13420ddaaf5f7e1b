// The code blocks of services.md.
#include <whatsflow/sdk/allowance.hpp>
#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/tax_provider.hpp>

namespace {

namespace sdk = whatsflow::sdk;

// [declare_service]
/// Where an address is. Provided with {"region", "…"}.
class Geocoder : public sdk::Service {
public:
    static constexpr sdk::ServiceId kId{"com.acme.geocoder", 1};

    /// [pool-thread] Blocks until the context's deadline. Errors: `geo.unknown_address`.
    virtual sdk::Result<std::string> country_of(const sdk::CallContext& context, const std::string& address) = 0;

protected:
    ~Geocoder() = default;  // the host never deletes through this type
};
// [/declare_service]

class LankaGeocoder final : public Geocoder {
public:
    sdk::Result<std::string> country_of(const sdk::CallContext&, const std::string&) override {
        return std::string("LK");
    }
};

class Plugin final : public sdk::Plugin {
public:
    // [provide_service]
    sdk::Result<void> start(sdk::Host& host, const sdk::Config&) override {
        return sdk::provide_service<Geocoder>(host, geocoder_, {{"region", "south-asia"}});
    }
    // [/provide_service]
    void stop() noexcept override {}

private:
    LankaGeocoder geocoder_;
};

// [use_service]
sdk::Result<std::string> country(sdk::Host& host, const sdk::CallContext& context, const std::string& address) {
    const auto geocoder = sdk::find_service<Geocoder>(host, {{"region", "south-asia"}});
    if (!geocoder) return sdk::fail("geo.unavailable", "No plugin provides com.acme.geocoder/1.");
    return geocoder.call(&Geocoder::country_of, context, address);
}
// [/use_service]

// [use_flags]
bool shows_new_inbox(sdk::Host& host, const sdk::TenantId& tenant) {
    const auto flags = sdk::find_service<sdk::FeatureFlags>(host);
    return sdk::flag_value(flags, "app.new-inbox", false, {tenant.text(), {{"plan", "growth"}}});
}
// [/use_flags]

// [use_allowance]
sdk::Response start_broadcast(sdk::Host& host, const sdk::Request& request) {
    const auto broadcasts = sdk::allowance(host, request.context, "broadcasts");
    if (!broadcasts.yes) return sdk::problem(402, "not_allowed", broadcasts.reason);
    return sdk::redirect_to("/broadcasts");
}
// [/use_allowance]

// [use_allowance_in_a_template]
sdk::Response show_broadcasts(sdk::Host& host, const sdk::Request& request) {
    // {{#allowed.broadcasts.yes}}…{{/allowed.broadcasts.yes}} and {{allowed.broadcasts.reason}}
    return sdk::page("acme/broadcasts", {{"allowed", sdk::allowances(host, request, {"broadcasts", "assistant"})}});
}
// [/use_allowance_in_a_template]

// [send_mail]
sdk::Result<sdk::MailReceipt> send_receipt(sdk::Host& host, const sdk::CallContext& context,
                                           const std::string& invoice) {
    sdk::MailMessage mail;
    mail.idempotency_key = "billing.receipt:" + invoice;  // asking twice sends once
    mail.to = {{"nimal@example.com", "Nimal"}};
    mail.content = sdk::View{"billing/mail/receipt", {{"invoice", invoice}}};
    return sdk::find_service<sdk::Mailer>(host).call(&sdk::Mailer::send, context, mail);
}
// [/send_mail]

// [tax_provider]
/// 5 % at home, and nothing elsewhere but for the buyer to account for.
class HomeTaxes final : public sdk::TaxProvider {
public:
    sdk::Result<std::vector<sdk::LineTaxes>> taxes(const sdk::CallContext&, const sdk::TaxRequest& request) override {
        std::vector<sdk::LineTaxes> all;
        for (const auto& line : request.lines) {
            sdk::LineTaxes taxes;
            if (request.buyer.country != request.seller.country)
                taxes = {{}, request.buyer.business, "sold abroad"};
            else
                taxes = {{{"GST", "5", (line.amount * 5 + 50) / 100}}, false, "GST 5 %"};
            all.push_back(std::move(taxes));
        }
        return all;
    }
};
// [/tax_provider]

[[maybe_unused]] const auto built = std::make_tuple(&country, &shows_new_inbox, &start_broadcast, &show_broadcasts,
                                                    &send_receipt, sizeof(Plugin), sizeof(HomeTaxes));

}  // namespace
