#include "first_login.hpp"

#include "given_password.hpp"
#include "staff_changes.hpp"

#include <cstdlib>

namespace whatsflow::admin {
namespace {

using sdk::Result;

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

Result<sdk::View> make_first_login(Panel& panel, const sdk::CallContext& context) {
    const auto somebody = has_staff(panel.host.database(), context);
    if (!somebody) return somebody.error();
    if (*somebody) return sdk::View{};

    auto email = from_environment("WHATSFLOW_ADMIN_EMAIL");
    if (email.empty()) email = "admin@localhost";
    const auto chosen = from_environment("WHATSFLOW_ADMIN_PASSWORD");
    std::optional<sdk::Secret> password;
    if (!chosen.empty()) password = sdk::Secret(chosen);
    sdk::Actor actor;
    actor.label = "first start";
    const auto created =
        StaffChanges(panel.host).create(context, actor, {email, {}, std::string(kSuperAdmin)}, password);
    // Another host of this installation was faster and shows it.
    if (!created && created.error().code == "staff.exists") return sdk::View{};
    if (!created) return created.error();

    nlohmann::json model{{"email", created->email}, {"password", nullptr}, {"note", nullptr}};
    if (!password) {
        model["password"] = created->password.reveal();
        model["note"] = "shown this once";
    } else {
        model["note"] = "password as set by WHATSFLOW_ADMIN_PASSWORD";
        const auto weak = password_objection(panel.host, *password, {created->email});
        if (weak && *weak)
            model["note"] = "password as set by WHATSFLOW_ADMIN_PASSWORD; it is easy to guess, change it soon";
    }
    return sdk::View{"first_login", std::move(model)};
}

}  // namespace

Result<void> offer_first_login(Panel& panel) {
    return panel.host.contribute(
        sdk::FirstLogin{sdk::Site::admin, "super_admin",
                        [&panel](const sdk::Request& request) { return make_first_login(panel, request.context); }});
}

}  // namespace whatsflow::admin
