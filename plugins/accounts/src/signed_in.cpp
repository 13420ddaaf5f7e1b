#include "signed_in.hpp"

#include "routes.hpp"
#include "sign_in_places.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/wanted_page.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kSecondFactorPatience = std::chrono::minutes{10};

/// The tenant to begin in: the one they used last, while they belong to it.
sdk::Result<sdk::TenantId> tenant_to_begin_in(const Office& office, const sdk::CallContext& context,
                                              const Person& person) {
    const auto homes = memberships_of(office.database(), context, person.id);
    if (!homes) return homes.error();
    for (const auto& home : *homes)
        if (home.tenant_id == person.recent_tenant) return sdk::TenantId{home.tenant_id};
    return sdk::TenantId{homes->empty() ? std::string{} : homes->front().tenant_id};
}

sdk::Response with_cookie(sdk::Response response, const sdk::Request& request, const sdk::StartedSession& started) {
    response.header("Set-Cookie",
                    sdk::session_cookie(sdk::Site::app, started.token, request.secure, started.session.remember));
    if (sdk::wanted_page(request))
        response.header("Set-Cookie", sdk::forgotten_page_cookie(sdk::Site::app, request.secure));
    return response;
}

sdk::Result<void> audit_sign_in(const Office& office, const sdk::Request& request, const Person& person,
                                const sdk::TenantId& tenant) {
    auto actor = sdk::actor_of(request);
    actor.kind = "user";
    actor.id = person.id;
    actor.label = person.name + " <" + person.email + ">";
    const sdk::AuditEntry entry{
        .action = "user.signed_in", .subject = {"user", person.id, person.email}, .tenant = tenant};
    return office.host().audit().append(office.database(), request.context, actor, entry);
}

}  // namespace

sdk::Result<std::optional<sdk::Session>> any_session_of(const Office& office, const sdk::Request& request) {
    const auto token = sdk::session_token_of(request);
    if (!token) return std::optional<sdk::Session>{};
    return office.sessions().call(&sdk::Sessions::find, request.context, sdk::Site::app, *token);
}

bool awaits_second_factor(const sdk::Session& session) {
    return session.facts.value("awaits", "") == "second_factor";
}

sdk::Result<std::optional<sdk::Session>> session_of(const Office& office, const sdk::Request& request) {
    auto session = any_session_of(office, request);
    if (session && *session && awaits_second_factor(**session)) return std::optional<sdk::Session>{};
    return session;
}

sdk::Result<sdk::Response> let_in(Office& office, const sdk::Request& request, const Person& person,
                                  const Entry& entry) {
    const auto tenant = tenant_to_begin_in(office, request.context, person);
    if (!tenant) return tenant.error();
    const auto next = own_path(entry.next, "/");
    sdk::SessionRequest wanted{.site = sdk::Site::app,
                               .subject = person.id,
                               .tenant = *tenant,
                               .remember = entry.remember,
                               .address = request.remote_address,
                               .user_agent = std::string(request.headers.find("User-Agent").value_or(""))};
    if (person.two_factor)
        wanted.facts = {{"awaits", "second_factor"},
                        {"until", sdk::to_micros(office.now() + kSecondFactorPatience)},
                        {"next", next}};
    // Whatever session the browser had, it is another one from here on.
    const auto before = any_session_of(office, request);
    if (before && *before)
        if (auto ended = office.sessions().call(&sdk::Sessions::revoke, request.context, (*before)->id); !ended)
            return ended.error();
    const auto started = office.sessions().call(&sdk::Sessions::start, request.context, wanted);
    if (!started) return started.error();
    if (person.two_factor) return with_cookie(sdk::redirect_to("/login/second-factor"), request, *started);
    if (auto noted = note_sign_in(office, request.context, person.id); !noted) return noted.error();
    if (auto kept = audit_sign_in(office, request, person, *tenant); !kept) return kept.error();
    note_place(office, request, person, *tenant);
    return with_cookie(sdk::redirect_to(next), request, *started);
}

sdk::Result<sdk::Response> let_through(Office& office, const sdk::Request& request, const sdk::Session& session) {
    const auto person = find_person(office.database(), request.context, session.subject);
    if (!person) return person.error();
    if (!*person) return nothing_there();
    const auto changed = office.sessions().call(&sdk::Sessions::change, request.context, session.id, session.tenant,
                                                json{{"second_factor", true}});
    if (!changed) return changed.error();
    const auto renewed = office.sessions().call(&sdk::Sessions::rotate, request.context, session.id);
    if (!renewed) return renewed.error();
    if (auto noted = note_sign_in(office, request.context, session.subject); !noted) return noted.error();
    if (auto kept = audit_sign_in(office, request, **person, session.tenant); !kept) return kept.error();
    note_place(office, request, **person, session.tenant);
    return with_cookie(sdk::redirect_to(own_path(session.facts.value("next", "/"), "/")), request, *renewed);
}

sdk::Result<void> note_sign_in(const Office& office, const sdk::CallContext& context, const std::string& user_id) {
    const auto noted = office.database().execute(context, "UPDATE accounts_users SET signed_in_at = ? WHERE id = ?",
                                                 {office.now(), user_id});
    if (!noted) return noted.error();
    return sdk::ok();
}

sdk::Result<std::optional<sdk::Response>> brake(const Office& office, const sdk::Request& request,
                                                std::string_view realm, const std::string& account) {
    const auto seconds = office.throttle().call(&sdk::LoginThrottle::wait, request.context, realm,
                                                std::string_view(account), std::string_view(request.remote_address));
    if (!seconds) return seconds.error();
    if (!*seconds) return std::optional<sdk::Response>{};
    auto response =
        sdk::problem(429, "accounts.slow_down",
                     office.text(request.locale, "slow_down", {{"minutes", std::to_string((**seconds + 59) / 60)}}));
    response.header("Retry-After", std::to_string(**seconds));
    return std::optional<sdk::Response>{std::move(response)};
}

json provider_links(const Office& office) {
    json links = json::array();
    for (const auto& provider : office.settings().providers)
        links.push_back({{"name", provider.name}, {"start_path", "/login/with/" + provider.id}});
    return links;
}

}  // namespace whatsflow::accounts
