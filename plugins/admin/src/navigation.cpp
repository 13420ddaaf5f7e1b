#include "navigation.hpp"

#include "permissions.hpp"

#include <string>

namespace whatsflow::admin {
namespace {

struct Entry {
    const char* section;
    const char* word;
    const char* icon;
    const char* path;
    std::string_view permission;
    int order;
};

}  // namespace

sdk::Result<void> add_navigation(sdk::Host& host) {
    const Entry entries[]{
        {"main", "dashboard", "layout-dashboard", "/", permission::dashboard, 10},
        {"main", "activity", "activity", "/activity", permission::activity, 30},
        {"people", "staff", "shield", "/staff", permission::staff_read, 190},
    };
    for (const auto& [section, word, icon, path, permission, order] : entries)
        if (auto done = host.contribute(sdk::NavigationEntry{sdk::Site::admin, section, std::string("admin.nav.") + word, icon, path, std::string(permission), order}); !done)
            return done;
    return sdk::ok();
}

}  // namespace whatsflow::admin
