#include "token_form.hpp"

#include "token_uses.hpp"

#include <sstream>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

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

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace

TokenInput fresh_token() {
    return {"", {}, "", "production", "365"};
}

TokenInput read_token(const sdk::Fields& form) {
    TokenInput input{tidy(form.get("label")), {}, form.get("origins"), tidy(form.get("environment")), form.get("days")};
    for (const auto& [name, value] : form.entries())
        if (name == "scope") input.scopes.push_back(value);
    return input;
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

json token_form(const Office& office, const sdk::Request& request, const std::string& path, const TokenInput& input,
                const Objections& objections) {
    Choices days;
    for (const auto& [value, number] : lives())
        days.emplace_back(value, number.empty() ? office.text(request.locale, "tokens.forever")
                                                : office.text(request.locale, "tokens.days", {{"days", number}}));
    Form form(office, request, path, "tokens.submit");
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

json token_rows(const Office& office, const sdk::Request& request, const std::string& path,
                const std::vector<ApiToken>& tokens) {
    json rows = json::array();
    for (const auto& token : tokens) {
        const auto scopes = listed(token.scopes);
        const auto origins = listed(token.origins);
        const bool expired = token.expires_at && *token.expires_at <= sdk::to_micros(office.now());
        rows.push_back({{"id", token.id},
                        {"label", token.label},
                        {"hint", token.hint},
                        {"scopes", scopes},
                        {"environment", token.environment},
                        {"origins", origins.empty() ? json(false) : json(origins)},
                        {"created_at", token.created_at},
                        {"used_at", token.used_at ? json(*token.used_at) : json(false)},
                        {"expires_at", token.expires_at ? json(*token.expires_at) : json(false)},
                        {"status", expired ? "expired" : "active"},
                        {"status_text", office.text(request.locale, expired ? "tokens.expired" : "tokens.active")},
                        {"confirm",
                         {{"confirm_id", "revoke-" + token.id},
                          {"confirm_title", office.text(request.locale, "tokens.revoke_title")},
                          {"confirm_text", office.text(request.locale, "tokens.revoke_text", {{"label", token.label}})},
                          {"confirm_path", path + "/" + token.id + "/revoke"},
                          {"confirm_label", office.text(request.locale, "tokens.revoke")},
                          {"is_danger", true},
                          {"typed", false},
                          {"hidden", json::array()},
                          {"asks_reason", false}}}});
    }
    return rows;
}

TokenRequest token_request_of(const Office& office, const TokenInput& input) {
    TokenRequest wanted;
    wanted.label = input.label;
    wanted.scopes = input.scopes;
    wanted.origins = origins_in(input.origins);
    wanted.environment = input.environment;
    if (input.days != "0") wanted.expires_at = office.now() + std::chrono::days{std::stoi(input.days)};
    return wanted;
}

sdk::Response token_made_page(const Office& office, const sdk::Request& request, const TokenRequest& wanted,
                              const MadeToken& made, const std::string& back_path) {
    auto uses = token_uses(office, request, wanted.scopes, made);
    const bool has_uses = !uses.empty();
    auto response = sdk::page("accounts/token_made", {{"label", wanted.label},
                                                      {"code_label", office.text(request.locale, "tokens.secret")},
                                                      {"code", made.token},
                                                      {"has_uses", has_uses},
                                                      {"uses", std::move(uses)},
                                                      {"back_path", back_path}});
    response.header("Cache-Control", "no-store");
    return response;
}

}  // namespace whatsflow::accounts
