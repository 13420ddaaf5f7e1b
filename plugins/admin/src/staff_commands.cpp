#include "staff_commands.hpp"

#include "roles.hpp"
#include "staff_changes.hpp"

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Result;

sdk::Actor at_the_machine() {
    sdk::Actor actor;
    actor.kind = "command";
    actor.label = "command line";
    return actor;
}

/// A text is printed as it is; with `--json` it is a string. So both ways the password is on a
/// line of its own, `password: …`.
sdk::CommandOutput shown_once(const GivenLogin& login) {
    return {"email: " + login.email + "\npassword: " + login.password.reveal(), {}, {}};
}

Result<sdk::CommandOutput> create(sdk::Host& host, const sdk::CallContext& context,
                                  const sdk::CommandArguments& arguments) {
    const auto email = arguments.find("--email");
    const auto role = arguments.find("--role");
    if (!email || !role) return sdk::fail("usage", "Usage: whatsflow staff create --email E --role R [--name N]");
    const auto created =
        StaffChanges(host).create(context, at_the_machine(), {*email, arguments.find("--name").value_or(""), *role});
    if (!created) return created.error();
    return shown_once(*created);
}

Result<sdk::CommandOutput> reset(sdk::Host& host, const sdk::CallContext& context,
                                 const sdk::CommandArguments& arguments) {
    const auto member = find_staff_by_email(host.database(), context, arguments.positional.at(0));
    if (!member) return member.error();
    if (!*member)
        return sdk::fail("staff.not_found", "Nobody in the staff has the e-mail address " + arguments.positional.at(0) +
                                                "; see `whatsflow staff list`.");
    StaffChanges changes(host);
    if (arguments.has("--second-factor"))
        if (auto done = changes.remove_second_factor(context, at_the_machine(), (*member)->id, "reset at the machine");
            !done)
            return done.error();
    const auto login = changes.reset_password(context, at_the_machine(), (*member)->id);
    if (!login) return login.error();
    return shown_once(*login);
}

Result<sdk::CommandOutput> list(sdk::Host& host, const sdk::CallContext& context) {
    const auto members = list_staff(host.database(), context);
    if (!members) return members.error();
    auto rows = json::array();
    for (const auto& member : *members)
        rows.push_back({{"id", member.id},
                        {"email", member.email},
                        {"name", member.name},
                        {"role", member.role},
                        {"state", member.disabled ? "disabled" : "active"},
                        {"second_factor", member.has_second_factor() ? "yes" : "no"}});
    return sdk::CommandOutput{
        std::move(rows), {"email", "name", "role", "state", "second_factor"}, "There is nobody yet."};
}

}  // namespace

Result<void> register_staff_commands(sdk::Host& host) {
    const sdk::Command create_command{"staff create",
                                      "Adds a member of staff and prints the password once",
                                      {},
                                      {{"--email", "E", "address to sign in with"},
                                       {"--role", "R", "super_admin, support_admin, finance_admin or read_only"},
                                       {"--name", "N", "name for people; what stands before the @ when not given"}},
                                      [&host](const sdk::CallContext& context, const sdk::CommandArguments& arguments) {
                                          return create(host, context, arguments);
                                      }};
    const sdk::Command reset_command{
        "staff reset",
        "Gives a member of staff a new password, prints it once and ends the open sessions",
        {"E"},
        {{"--second-factor", "", "takes the second factor away too"}},
        [&host](const sdk::CallContext& context, const sdk::CommandArguments& arguments) {
            return reset(host, context, arguments);
        }};
    const sdk::Command list_command{
        "staff list",
        "Everybody who can sign in to the panel",
        {},
        {},
        [&host](const sdk::CallContext& context, const sdk::CommandArguments&) { return list(host, context); }};
    for (const auto* command : {&create_command, &reset_command, &list_command})
        if (auto done = host.command(*command); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::admin
