#include "staff_tokens.hpp"

#include "me.hpp"
#include "staff_parts.hpp"
#include "token_form.hpp"

#include <algorithm>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kStaffTokensPath = "/tokens";
constexpr const char* kManageTokens = "accounts.tokens.manage";

/// Those of one environment and one scope; an empty wish is all.
struct TokenWish {
    std::string environment, scope;

    bool takes(const ApiToken& token) const {
        return (environment.empty() || token.environment == environment) &&
               (scope.empty() || std::ranges::find(token.scopes, scope) != token.scopes.end());
    }
};

/// Choices of what there is, with what is chosen.
json choice_of(const std::string& id, const std::string& label, const std::set<std::string>& values,
               const std::string& chosen) {
    json choices = json::array();
    for (const auto& value : values)
        choices.push_back({{"value", value}, {"label", value}, {"selected", value == chosen}});
    return {{"id", id}, {"label", label}, {"choices", std::move(choices)}};
}

sdk::Result<sdk::Response> tokens_page(const Office& office, const sdk::Request& request, const TokenInput& input,
                                       const Objections& objections) {
    const auto all = platform_tokens(office.database(), request.context);
    if (!all) return all.error();
    const TokenWish wish{request.query.get("environment"), request.query.get("scope")};
    std::set<std::string> environments, scopes;
    std::vector<ApiToken> shown;
    for (const auto& token : *all) {
        environments.insert(token.environment);
        scopes.insert(token.scopes.begin(), token.scopes.end());
        if (wish.takes(token)) shown.push_back(token);
    }
    const bool is_filtered = !wish.environment.empty() || !wish.scope.empty();
    const auto words = [&](const char* key) { return office.text(request.locale, std::string("tokens.") + key); };
    json model{{"tokens", token_rows(office, request, kStaffTokensPath, shown)},
               {"has_tokens", !shown.empty()},
               {"none_text", words(is_filtered ? "staff_nothing" : "staff_none")},
               {"form", token_form(office, request, kStaffTokensPath, input, objections)},
               {"new_text", words("staff_new_text")},
               {"csrf_token", request.csrf_token},
               {"notice", done_notice(office, request)},
               {"notice_is_bad", false},
               {"has_filters", all->size() > 1},
               {"choices_of",
                {choice_of("environment", words("environment"), environments, wish.environment),
                 choice_of("scope", words("scope"), scopes, wish.scope)}},
               {"clear_path", is_filtered ? json(kStaffTokensPath) : json(false)}};
    return sdk::page("accounts/staff/tokens", std::move(model), objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> create_platform_token(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto input = read_token(*form);
    const auto objections = object_to_token(office, input);
    if (!objections.empty()) return tokens_page(office, request, input, objections);
    auto wanted = token_request_of(office, input);
    wanted.created_by = request.identity->subject;
    std::optional<MadeToken> made;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto token = make_api_token(office, tx, request.context, wanted);
        if (!token) return token.error();
        made = std::move(*token);
        return audit_staff(
            office, tx, request,
            {.action = "token.created",
             .subject = {"token", made->id, wanted.label},
             .after = {{"scopes", wanted.scopes}, {"environment", wanted.environment}, {"origins", wanted.origins}}});
    });
    if (!done) return done.error();
    return token_made_page(office, request, wanted, *made, kStaffTokensPath);
}

sdk::Result<sdk::Response> revoke_platform_token(Office& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    // A tenant's token is that tenant's to revoke.
    const auto ours = platform_tokens(office.database(), request.context);
    if (!ours) return ours.error();
    const auto found = std::ranges::find(*ours, id, &ApiToken::id);
    if (found == ours->end()) return nothing_there();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto gone =
            revoke_api_token(office, tx, sdk::across_tenants(request.context, "accounts.tokens.revoke"), id);
        if (!gone) return gone.error();
        if (!*gone) return nothing_there();
        return audit_staff(office, tx, request, {.action = "token.revoked", .subject = {"token", id, found->label}});
    });
    if (!done) return done.error();
    return sdk::redirect_to(std::string(kStaffTokensPath) + "?done=token_revoked");
}

}  // namespace

sdk::Result<void> register_staff_tokens(Office& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin, "platform", "accounts.tokens.staff_title", "key-round", kStaffTokensPath, kManageTokens, 310};
    if (auto done = office.host().contribute(entry); !done) return done;
    return Routes(office, sdk::Site::admin)
        .get(kStaffTokensPath, kManageTokens, "Tokens of the platform's own programs",
             [](Office& all, const sdk::Request& request) { return tokens_page(all, request, fresh_token(), {}); })
        .post(kStaffTokensPath, kManageTokens, "Makes a token and shows it once", &create_platform_token)
        .post("/tokens/{id}/revoke", kManageTokens, "Revokes a token of the platform", &revoke_platform_token)
        .done();
}

}  // namespace whatsflow::accounts
