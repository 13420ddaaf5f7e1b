#include "impersonation.hpp"

#include "links.hpp"
#include "staff_parts.hpp"
#include "tenants.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kWayInLife = std::chrono::seconds{60};
constexpr const char* kWayIn = "impersonate";

sdk::Result<sdk::Response> begin_impersonation(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (reason.empty()) return reason_needed(office, request);
    const sdk::TenantId tenant{request.parameters.get("id")};
    const auto user = form->get("user");
    const auto role = role_in_tenant(office.database(), sdk::on_behalf_of(request.context, tenant), user);
    if (!role) return role.error();
    const auto person = find_person(office.database(), request.context, user);
    if (!person) return person.error();
    if (!*role || !*person || (*person)->status != "active") return nothing_there();
    const auto& staff = *request.identity;
    std::string token;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const Link link{user,
                        {{"tenant", tenant.text()},
                         {"staff", staff.subject},
                         {"staff_name", staff.name},
                         {"member", (*person)->name + " <" + (*person)->email + ">"},
                         {"reason", reason}}};
        auto made = make_link(office, tx, request.context, kWayIn, link, kWayInLife, OlderLinks::stay);
        if (!made) return made.error();
        token = std::move(*made);
        return audit_staff(office, tx, request,
                           {.action = "tenant.impersonation_begun",
                            .subject = {"user", user, (*person)->name + " <" + (*person)->email + ">"},
                            .tenant = tenant,
                            .reason = reason});
    });
    if (!done) return done.error();
    return sdk::redirect_to(office.app_url("/impersonate/" + token));
}

/// The way in, once, within a minute. Whatever session the browser had in the app, this is
/// another one, and it says so on every page.
sdk::Result<sdk::Response> enter_as_member(Office& office, const sdk::Request& request) {
    std::optional<Link> link;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto used = use_link(office, tx, request.context, kWayIn, request.parameters.get("token"));
        if (!used) return used.error();
        link = std::move(*used);
        if (!link) return sdk::ok();
        const auto& facts = link->facts;
        const sdk::Actor actor{.kind = "user",
                               .id = link->user_id,
                               .label = facts.value("staff_name", ""),
                               .impersonator = facts.value("staff", ""),
                               .address = request.remote_address};
        const sdk::AuditEntry entry{.action = "user.impersonated",
                                    .subject = {"user", link->user_id, facts.value("member", "")},
                                    .tenant = sdk::TenantId{facts.value("tenant", "")},
                                    .reason = facts.value("reason", "")};
        return office.host().audit().append(tx, request.context, actor, entry);
    });
    if (!done) return done.error();
    if (!link) return dead_link_page();
    const auto until = office.now() + kImpersonationLife;
    const auto started = office.sessions().call(
        &sdk::Sessions::start, request.context,
        sdk::SessionRequest{.site = sdk::Site::app,
                            .subject = link->user_id,
                            .tenant = sdk::TenantId{link->facts.value("tenant", "")},
                            .remember = false,
                            .address = request.remote_address,
                            .user_agent = std::string(request.headers.find("User-Agent").value_or("")),
                            .facts = {{"impersonator", link->facts.value("staff", "")},
                                      {"until", sdk::to_micros(until)},
                                      {"reason", link->facts.value("reason", "")}}});
    if (!started) return started.error();
    auto response = sdk::redirect_to("/");
    response.header("Set-Cookie", sdk::session_cookie(sdk::Site::app, started->token, request.secure, false));
    response.header("Referrer-Policy", "no-referrer");
    return response;
}

}  // namespace

bool impersonation_is_over(const sdk::Session& session, sdk::Instant now) {
    return !session.facts.value("impersonator", "").empty() &&
           session.facts.value("until", std::int64_t{0}) <= sdk::to_micros(now);
}

sdk::Result<void> register_impersonation(Office& office) {
    if (auto done = Routes(office, sdk::Site::admin)
                        .post("/tenants/{id}/impersonate", "accounts.impersonate", "Begins to act as a member",
                              &begin_impersonation)
                        .done();
        !done)
        return done;
    return Routes(office, sdk::Site::app)
        .get("/impersonate/{token}", "public", "The way in for staff who act as a member", &enter_as_member)
        .done();
}

}  // namespace whatsflow::accounts
