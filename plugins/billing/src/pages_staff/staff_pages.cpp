#include "staff_pages.hpp"

#include "approval_pages.hpp"
#include "book_pages.hpp"
#include "coupon_pages.hpp"
#include "draft_pages.hpp"
#include "dunning_pages.hpp"
#include "failed_payment_pages.hpp"
#include "invoice_list.hpp"
#include "invoice_pages.hpp"
#include "new_subscription.hpp"
#include "offer_pages.hpp"
#include "payment_pages.hpp"
#include "plan_move_pages.hpp"
#include "plan_pages.hpp"
#include "referral_pages.hpp"
#include "revenue_pages.hpp"
#include "subscription_pages.hpp"
#include "tenant_panel.hpp"
#include "trial_pages.hpp"

namespace whatsflow::billing::staff {

namespace {

sdk::Result<void> define_staff_permissions(const StaffOffice& office) {
    const std::vector<std::string> all{"super_admin", "finance_admin", "support_admin", "read_only"};
    const std::vector<std::string> money{"super_admin", "finance_admin"};
    const std::vector<std::string> readers_of_money{"super_admin", "finance_admin", "read_only"};
    const std::vector<std::string> helpers{"super_admin", "finance_admin", "support_admin"};
    const std::vector<std::pair<const char*, std::vector<std::string>>> permissions{
        {kSubscriptionsRead, all},     {kSubscriptionsBasic, helpers},
        {kSubscriptionsManage, money}, {kPaymentsRead, readers_of_money},
        {kPaymentsManage, money},      {kReportsRead, readers_of_money},
        {kCatalogueRead, all},         {kCatalogueManage, money}};
    for (const auto& [name, roles] : permissions)
        if (auto done = office.host.contribute(sdk::PermissionDefinition{
                sdk::Site::admin, name, std::string("billing.staff.permissions.") + name, roles});
            !done)
            return done;
    return sdk::ok();
}

}  // namespace

sdk::Result<void> register_staff_pages(const StaffOffice& office) {
    for (const auto register_part :
         {&define_staff_permissions, &register_subscription_pages, &register_trial_pages, &register_payment_pages,
          &register_failed_payment_pages, &register_book_pages, &register_revenue_pages, &register_plan_pages,
          &register_plan_move_pages, &register_offer_pages, &register_dunning_pages, &register_coupon_pages,
          &register_referral_pages, &register_invoice_list, &register_draft_pages, &register_invoice_pages,
          &register_new_subscription, &register_approval_pages, &register_tenant_panel})
        if (auto done = register_part(office); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::billing::staff
