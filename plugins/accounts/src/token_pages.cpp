#include "token_pages.hpp"

#include "api_tokens.hpp"
#include "me.hpp"
#include "token_form.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kTokensPath = "/developers/tokens";

sdk::Result<json> token_model(const Office& office, const sdk::Request& request, const TokenInput& input,
                              const Objections& objections) {
    const auto tokens = tenant_tokens(office.database(), request.context);
    if (!tokens) return tokens.error();
    return json{{"tokens", token_rows(office, request, kTokensPath, *tokens)},
                {"has_tokens", !tokens->empty()},
                {"form", token_form(office, request, kTokensPath, input, objections)},
                {"new_text", office.text(request.locale, "tokens.new_text")},
                {"csrf_token", request.csrf_token}};
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
    auto wanted = token_request_of(office, input);
    wanted.tenant_id = request.context.tenant.text();
    wanted.created_by = request.identity->subject;
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
    return token_made_page(office, request, wanted, *made, "/developers");
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
