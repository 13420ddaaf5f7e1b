#include "program_tokens.hpp"

#include "api_tokens.hpp"

namespace whatsflow::accounts {
namespace {

sdk::Result<std::optional<sdk::ProgramToken>> known_as(const Office& office, const sdk::CallContext& context,
                                                       sdk::Result<std::optional<ApiToken>> found) {
    if (!found) return found.error();
    if (!*found) return std::optional<sdk::ProgramToken>{};
    auto& token = **found;
    if (!token.tenant_id.empty()) {
        const auto tenant =
            office.database().query_one(context, "SELECT status FROM accounts_tenants WHERE id = ?", {token.tenant_id});
        if (!tenant) return tenant.error();
        if (!*tenant || (*tenant)->text("status") != "active") return std::optional<sdk::ProgramToken>{};
    }
    return std::optional{sdk::ProgramToken{std::move(token.id), sdk::TenantId{std::move(token.tenant_id)},
                                           std::move(token.label), std::move(token.environment),
                                           office.roles().permissions_of_scopes(token.scopes),
                                           std::move(token.origins)}};
}

}  // namespace

sdk::Result<std::optional<sdk::ProgramToken>> AccountsProgramTokens::find_by_secret(const sdk::CallContext& context,
                                                                                    std::string_view secret) {
    return known_as(office_, context, find_api_token(office_, context, secret));
}

sdk::Result<std::optional<sdk::ProgramToken>> AccountsProgramTokens::find_by_id(const sdk::CallContext& context,
                                                                                const std::string& id) {
    return known_as(office_, context, find_api_token_by_id(office_, context, id));
}

}  // namespace whatsflow::accounts
