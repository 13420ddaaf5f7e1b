#include "staff_pages.hpp"

namespace whatsflow::analytics::pages {

Handler handler_of(std::string_view tab) {
    if (tab == "churn") return churn_page();
    auto found = traffic_page(tab);
    return found ? found : business_page(tab);
}

sdk::Result<void> register_staff_pages(const AnalyticsOffice& office) {
    const sdk::PermissionDefinition see{sdk::Site::admin,
                                        kSee,
                                        "analytics.permissions.read",
                                        {"super_admin", "support_admin", "finance_admin", "read_only"}};
    if (auto done = office.host.contribute(see); !done) return done;
    const sdk::PermissionDefinition manage{sdk::Site::admin, kManage, "analytics.permissions.manage", {"super_admin"}};
    if (auto done = office.host.contribute(manage); !done) return done;
    const sdk::NavigationEntry entry{sdk::Site::admin, "main", "analytics.pages.nav", "chart-line", kHome, kSee, 60};
    if (auto done = office.host.contribute(entry); !done) return done;
    for (const auto register_part :
         {&register_traffic_pages, &register_business_pages, &register_churn_page, &register_product_pages, &register_experiments_page,
          &register_paths_page, &register_support_page, &register_health_page, &register_setup_page,
          &register_erase_page, &register_tenant_page})
        if (auto done = register_part(office); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::analytics::pages
