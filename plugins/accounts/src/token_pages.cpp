#include "token_pages.hpp"

#include "api_tokens.hpp"
#include "checks.hpp"
#include "me.hpp"

#include <sstream>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

struct TokenInput {
    std::string label;
    std::vector<std::string> scopes;
    std::string origins;
    std::string environment;
    std::string days;
};

TokenInput read_token(const sdk::Fields& form) {
    TokenInput input{tidy(form.get("label")), {}, form.get("origins"), tidy(form.get("environment")), form.get("days")};
    for (const auto& [name, value] : form.entries())
        if (name == "scope") input.scopes.push_back(value);
    return input;
}

std::vector<std::string> origins_in(const std::string& text) {
    std::vector<std::string> origins;
    std::istringstream words(text);
    for (std::string word; words >> word;) origins.push_back(lowered(word));
    return origins;
}

const Choices& lives() {
    static const Choices& days = *new Choices{{"30", "30"}, {"90", "90"}, {"365", "365"}, {"0", ""}};
    return days;
}

Objections object_to_token(const Office& office, const TokenInput& input) {
    Objections objections;
    check_text(objections, "label", input.label, 120);
    const auto scopes = office.roles().scopes();
    const bool known = std::ranges::all_of(input.scopes, [&](const auto& wanted) {
        return std::ranges::any_of(scopes, [&](const auto& scope) { return scope.name == wanted; });
    });
    if (input.scopes.empty() || !known) objections.push_back(objection("scope", "required"));
    const auto origins = origins_in(input.origins);
    if (origins.size() > 20 || !std::ranges::all_of(origins, &is_origin))
        objections.push_back(objection("origins", "invalid"));
    if (!is_environment(input.environment)) objections.push_back(objection("environment", "invalid"));
    if (std::ranges::none_of(lives(), [&](const auto& life) { return life.first == input.days; }))
        objections.push_back(objection("days", "choice"));
    return objections;
}

json token_form(const Office& office, const sdk::Request& request, const TokenInput& input,
                const Objections& objections) {
    Choices days;
    for (const auto& [value, number] : lives())
        days.emplace_back(value, number.empty() ? office.text(request.locale, "tokens.forever")
                                                : office.text(request.locale, "tokens.days", {{"days", number}}));
    Form form(office, request, "/developers/tokens", "tokens.submit");
    form.line({"label", "text", "off", 120, false, "label"}, input.label)
        .line({"environment", "text", "off", 40}, input.environment)
        .choice({"days"}, days, input.days)
        .area({"origins", "text", "off", 2000, true, "origins"}, input.origins)
        .objections(objections);
    auto model = form.model();
    model["scopes"] = json::array();
    for (const auto& scope : office.roles().scopes()) {
        const auto title = office.host().translate(request.locale, scope.title);
        model["scopes"].push_back({{"name", scope.name},
                                   {"title", title},
                                   {"checked", std::ranges::find(input.scopes, scope.name) != input.scopes.end()}});
    }
    model["has_scopes"] = !model["scopes"].empty();
    model["scope_error"] = false;
    for (const auto& each : objections)
        if (each.field == "scope") model["scope_error"] = office.text(request.locale, "errors.scope_required");
    return model;
}

json token_rows(const Office& office, const sdk::Request& request, const std::vector<ApiToken>& tokens) {
    json rows = json::array();
    for (const auto& token : tokens) {
        std::string scopes;
        for (const auto& scope : token.scopes) scopes += (scopes.empty() ? "" : ", ") + scope;
        const bool expired = token.expires_at && *token.expires_at <= sdk::to_micros(office.now());
        rows.push_back({{"id", token.id},
                        {"label", token.label},
                        {"hint", token.hint},
                        {"scopes", scopes},
                        {"environment", token.environment},
                        {"created_at", token.created_at},
                        {"used_at", token.used_at ? json(*token.used_at) : json(false)},
                        {"expires_at", token.expires_at ? json(*token.expires_at) : json(false)},
                        {"status", expired ? "expired" : "active"},
                        {"status_text", office.text(request.locale, expired ? "tokens.expired" : "tokens.active")},
                        {"confirm",
                         {{"confirm_id", "revoke-" + token.id},
                          {"confirm_title", office.text(request.locale, "tokens.revoke_title")},
                          {"confirm_text", office.text(request.locale, "tokens.revoke_text", {{"label", token.label}})},
                          {"confirm_path", "/developers/tokens/" + token.id + "/revoke"},
                          {"confirm_label", office.text(request.locale, "tokens.revoke")},
                          {"is_danger", true},
                          {"typed", false},
                          {"hidden", json::array()},
                          {"asks_reason", false}}}});
    }
    return rows;
}

sdk::Result<json> token_model(const Office& office, const sdk::Request& request, const TokenInput& input,
                              const Objections& objections) {
    const auto tokens = tenant_tokens(office.database(), request.context);
    if (!tokens) return tokens.error();
    return json{{"tokens", token_rows(office, request, *tokens)},
                {"has_tokens", !tokens->empty()},
                {"form", token_form(office, request, input, objections)},
                {"csrf_token", request.csrf_token}};
}

TokenInput fresh_token() {
    return {"", {}, "", "production", "365"};
}

sdk::Result<sdk::View> draw_tokens(const Office& office, const sdk::Request& request) {
    auto model = token_model(office, request, fresh_token(), {});
    if (!model) return model.error();
    (*model)["notice"] = done_notice(office, request);
    (*model)["notice_is_bad"] = false;
    return sdk::View{"accounts/token_section", std::move(*model)};
}

sdk::Result<sdk::Response> create_token(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto input = read_token(*form);
    const auto objections = object_to_token(office, input);
    if (!objections.empty()) {
        auto model = token_model(office, request, input, objections);
        if (!model) return model.error();
        return sdk::page("accounts/tokens", std::move(*model), 422);
    }
    TokenRequest wanted{
        request.context.tenant.text(), input.label, input.scopes, origins_in(input.origins), input.environment,
        request.identity->subject,     std::nullopt};
    if (input.days != "0") wanted.expires_at = office.now() + std::chrono::days{std::stoi(input.days)};
    std::optional<MadeToken> made;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto token = make_api_token(office, tx, request.context, wanted);
        if (!token) return token.error();
        made = std::move(*token);
        const sdk::AuditEntry entry{.action = "token.created",
                                    .subject = {"token", made->id, wanted.label},
                                    .tenant = request.context.tenant,
                                    .after = {{"scopes", wanted.scopes}, {"environment", wanted.environment}}};
        return office.host().audit().append(tx, request.context, sdk::actor_of(request), entry);
    });
    if (!done) return done.error();
    auto response = sdk::page(
        "accounts/token_made",
        {{"label", wanted.label}, {"code_label", office.text(request.locale, "tokens.secret")}, {"code", made->token}});
    response.header("Cache-Control", "no-store");
    return response;
}

sdk::Result<sdk::Response> revoke_token(Office& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    bool revoked = false;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto gone = revoke_api_token(office, tx, request.context, id);
        if (!gone) return gone.error();
        revoked = *gone;
        if (!revoked) return sdk::ok();
        const sdk::AuditEntry entry{
            .action = "token.revoked", .subject = {"token", id}, .tenant = request.context.tenant};
        return office.host().audit().append(tx, request.context, sdk::actor_of(request), entry);
    });
    if (!done) return done.error();
    if (!revoked) return nothing_there();
    return sdk::redirect_to("/developers?done=token_revoked");
}

}  // namespace

sdk::Result<void> register_token_pages(Office& office) {
    sdk::Contribution section;
    section.slot = kDeveloperSection;
    section.site = sdk::Site::app;
    section.key = "accounts.tokens";
    section.order = 10;
    section.permission = "tokens.manage";
    section.data = {{"title", "accounts.tokens.title"}};
    section.render = [&office](const sdk::Request& request) { return draw_tokens(office, request); };
    if (auto done = office.host().contribute(std::move(section)); !done) return done;
    return Routes(office, sdk::Site::app)
        .post("/developers/tokens", "tokens.manage", "Makes an API token", &create_token)
        .post("/developers/tokens/{id}/revoke", "tokens.manage", "Revokes an API token", &revoke_token)
        .done();
}

}  // namespace whatsflow::accounts
