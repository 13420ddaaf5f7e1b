#include "open_offers.hpp"

#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::billing {

sdk::Result<void> contribute_open_offers(sdk::Host& host) {
    for (const auto& [key, description] :
         {std::pair{kCouponsFlag, "Coupons are taken when somebody subscribes or types one in"},
          {kReferralsFlag, "Customers are thanked with credit for those they bring"},
          {kProviderRenewalsFlag, "Providers named in provider_renewals take the renewals of new subscriptions"}}) {
        sdk::Contribution flag;
        flag.slot = "whatsflow.slot.platform_flag/1";
        flag.site = sdk::Site::admin;
        flag.key = std::string(key);
        flag.data = {{"description", description}, {"type", "kill-switch"}, {"enabled", true}};
        if (auto done = host.contribute(std::move(flag)); !done) return done;
    }
    return sdk::ok();
}

bool is_open(sdk::Host& host, std::string_view flag, const TenantId& tenant) {
    return sdk::flag_value(sdk::find_service<sdk::FeatureFlags>(host), flag, true, {.targeting_key = tenant.text()});
}

}  // namespace whatsflow::billing
