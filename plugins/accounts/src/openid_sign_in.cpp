#include "openid_sign_in.hpp"

#include "checks.hpp"
#include "links.hpp"
#include "openid_provider.hpp"
#include "routes.hpp"
#include "signed_in.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/wanted_page.hpp>

#include <map>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kAttemptLife = std::chrono::minutes{10};
constexpr const char* kAttemptPurpose = "openid";
constexpr const char* kAttemptCookie = "wf_sign_in_with";

using Providers = std::map<std::string, std::shared_ptr<OpenIdProvider>>;

std::string callback_of(const Office& office, const OpenIdProvider& provider) {
    return office.app_url("/login/with/" + provider.settings().id + "/callback");
}

/// Binds the attempt to this browser: a link with somebody else's code opens nothing here.
std::string attempt_cookie(const std::string& state, bool secure) {
    return std::string(kAttemptCookie) + "=" + state + "; Path=/login/with; HttpOnly; SameSite=Lax; Max-Age=600" +
           (secure ? "; Secure" : "");
}

sdk::Response did_not_work(const Office& office, const sdk::Request& request, const OpenIdProvider& provider,
                           const sdk::Error& why) {
    office.host().log().warn("signing in with a provider did not work", {{"provider", provider.settings().id},
                                                                         {"request_id", request.context.request_id},
                                                                         {"code", why.code},
                                                                         {"why", why.message}});
    return sdk::page(
        "accounts/provider_failed",
        {{"sentence", office.text(request.locale, "errors.provider", {{"name", provider.settings().name}})}}, 502);
}

sdk::Result<sdk::Response> begin(Office& office, const sdk::Request& request, OpenIdProvider& provider) {
    auto nonce = make_token(office);
    if (!nonce) return nonce.error();
    const auto first = make_token(office);
    if (!first) return first.error();
    const auto second = make_token(office);
    if (!second) return second.error();
    OpenIdAttempt attempt{"", std::move(*nonce), *first + *second, callback_of(office, provider)};
    const Link link{"",
                    {{"provider", provider.settings().id},
                     {"nonce", attempt.nonce},
                     {"verifier", attempt.verifier},
                     {"next", own_path(request.query.get("next"), sdk::wanted_page(request).value_or("/"))}}};
    const auto state =
        make_link(office, office.database(), request.context, kAttemptPurpose, link, kAttemptLife, OlderLinks::stay);
    if (!state) return state.error();
    attempt.state = *state;
    const auto url = provider.authorization_url(request.context, attempt);
    if (!url) return did_not_work(office, request, provider, url.error());
    auto response = sdk::redirect_to(*url);
    response.header("Set-Cookie", attempt_cookie(*state, request.secure));
    return response;
}

/// The account that was linked before, else the one with the same verified address, which is
/// linked now.
sdk::Result<std::optional<Person>> account_of(Office& office, const sdk::Request& request,
                                              const OpenIdProvider& provider, const OpenIdPerson& visitor) {
    const auto& context = request.context;
    const auto& id = provider.settings().id;
    const auto linked = office.database().query_one(
        context, "SELECT user_id FROM accounts_identities WHERE provider = ? AND subject = ?", {id, visitor.subject});
    if (!linked) return linked.error();
    if (*linked) return find_person(office.database(), context, (*linked)->text("user_id"));
    if (!visitor.email_verified || !is_email(visitor.email)) return std::optional<Person>{};
    auto person = find_person_by_email(office.database(), context, lowered(visitor.email));
    if (!person || !*person || !(*person)->verified()) return person ? std::optional<Person>{} : person;
    const auto done = office.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto stored = tx.execute(
            context, "INSERT INTO accounts_identities (provider, subject, user_id, linked_at) VALUES (?, ?, ?, ?)",
            {id, visitor.subject, (*person)->id, office.now()});
        if (!stored) return stored.error();
        const sdk::AuditEntry entry{.action = "user.provider_linked",
                                    .subject = {"user", (*person)->id, (*person)->email},
                                    .after = {{"provider", id}}};
        return office.host().audit().append(tx, context, sdk::actor_of(request), entry);
    });
    if (!done && done.error().code != "database.duplicate") return done.error();
    return person;
}

sdk::Result<sdk::Response> finish(Office& office, const sdk::Request& request, OpenIdProvider& provider) {
    const auto state = request.query.get("state");
    if (state.empty() || request.cookies.get(kAttemptCookie) != state) return dead_link_page();
    std::optional<Link> link;
    const auto used = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto found = use_link(office, tx, request.context, kAttemptPurpose, state);
        if (!found) return found.error();
        link = std::move(*found);
        return sdk::ok();
    });
    if (!used) return used.error();
    if (!link || link->facts.value("provider", "") != provider.settings().id) return dead_link_page();
    const auto code = request.query.get("code");
    if (code.empty()) return sdk::redirect_to("/login");
    const OpenIdAttempt attempt{state, link->facts.value("nonce", ""), link->facts.value("verifier", ""),
                                callback_of(office, provider)};
    const auto visitor = provider.redeem(request.context, code, attempt);
    if (!visitor) return did_not_work(office, request, provider, visitor.error());
    const auto person = account_of(office, request, provider, *visitor);
    if (!person) return person.error();
    if (!*person)
        return sdk::page("accounts/provider_unknown",
                         {{"provider", provider.settings().name}, {"can_sign_up", office.settings().signup}});
    if ((*person)->status != "active") return sdk::redirect_to("/login");
    return let_in(office, request, **person, {false, link->facts.value("next", "/")});
}

/// Finds the provider that the address names.
Page with_provider(std::shared_ptr<Providers> providers,
                   sdk::Result<sdk::Response> (*page)(Office&, const sdk::Request&, OpenIdProvider&)) {
    return [providers = std::move(providers), page](Office& office,
                                                    const sdk::Request& request) -> sdk::Result<sdk::Response> {
        const auto found = providers->find(request.parameters.get("provider"));
        if (found == providers->end()) return nothing_there();
        return page(office, request, *found->second);
    };
}

}  // namespace

sdk::Result<void> register_openid(Office& office) {
    const auto providers = std::make_shared<Providers>();
    for (const auto& settings : office.settings().providers)
        (*providers)[settings.id] = std::make_shared<OpenIdProvider>(office.host(), settings);
    if (providers->empty()) return sdk::ok();
    return Routes(office, sdk::Site::app)
        .get("/login/with/{provider}", "public", "Leads to a provider that people may sign in with",
             with_provider(providers, &begin))
        .get("/login/with/{provider}/callback", "public", "Comes back from a provider",
             with_provider(providers, &finish))
        .done();
}

}  // namespace whatsflow::accounts
