#include "staff_pages.hpp"

#include "dependency_pages.hpp"
#include "flag_page.hpp"
#include "insight_pages.hpp"
#include "list_pages.hpp"
#include "override_pages.hpp"
#include "request_pages.hpp"
#include "rule_pages.hpp"
#include "schedule_pages.hpp"
#include "segment_pages.hpp"

namespace whatsflow::flags::pages {
namespace {

sdk::Result<void> define_permissions(const FlagOffice& office) {
    const sdk::PermissionDefinition read{sdk::Site::admin,
                                         kRead,
                                         "flags.permissions.read",
                                         {"super_admin", "support_admin", "finance_admin", "read_only"}};
    const sdk::PermissionDefinition manage{
        sdk::Site::admin, kManage, "flags.permissions.manage", {"super_admin", "support_admin"}};
    if (auto done = office.host.contribute(read); !done) return done;
    return office.host.contribute(manage);
}

}  // namespace

sdk::Result<void> register_staff_pages(const FlagOffice& office) {
    for (const auto register_part :
         {&define_permissions, &register_list_pages, &register_flag_page, &register_rule_pages,
          &register_dependency_pages, &register_override_pages, &register_insight_pages, &register_segment_pages,
          &register_schedule_pages, &register_request_pages})
        if (auto done = register_part(office); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::flags::pages
