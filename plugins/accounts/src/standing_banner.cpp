#include "standing_banner.hpp"

#include "tenants.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {

namespace {

sdk::Result<sdk::View> draw_standing(const Office& office, const sdk::Request& request) {
    if (!request.identity || request.identity->tenant.empty()) return sdk::View{};
    // Every member of a workspace in good standing may see the team: nothing is read for them.
    if (request.identity->may("team.read")) return sdk::View{};
    const auto tenant = find_tenant(office.database(), request.context, request.identity->tenant.text());
    if (!tenant) return tenant.error();
    if (!*tenant) return sdk::View{};
    const auto& status = (*tenant)->profile.status;
    if (status != "suspended" && status != "closed") return sdk::View{};
    const bool may_reopen = status == "closed" && request.identity->may("account.security.close");
    return sdk::View{"accounts/standing_banner",
                     {{"title", office.text(request.locale, "standing." + status)},
                      {"text", office.text(request.locale, "standing." + status + "_text")},
                      {"reopen", may_reopen ? nlohmann::json(office.text(request.locale, "closure.reopen"))
                                            : nlohmann::json(false)}}};
}

}  // namespace

sdk::Result<void> register_standing_banner(Office& office) {
    const sdk::PageBanner banner{sdk::Site::app, "accounts.standing", "account.profile", 5,
                                 [&office](const sdk::Request& request) { return draw_standing(office, request); }};
    return office.host().contribute(banner);
}

}  // namespace whatsflow::accounts
