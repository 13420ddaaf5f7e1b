#include "api_authenticator.hpp"

#include "api_tokens.hpp"
#include "checks.hpp"
#include "forms.hpp"

namespace whatsflow::accounts {

std::string token_in(const sdk::Headers& headers) {
    constexpr std::string_view kBearer = "bearer ";
    if (const auto value = headers.find("Authorization"); value && !value->empty()) {
        auto text = tidy(*value);
        if (lowered(text.substr(0, kBearer.size())) == kBearer) text = tidy(text.substr(kBearer.size()));
        return text;
    }
    return tidy(headers.find("X-API-Key").value_or(""));
}

sdk::Result<std::optional<sdk::Identity>> ApiAuthenticator::identify(const sdk::Request& request) {
    const auto token = token_in(request.headers);
    if (token.empty()) return std::optional<sdk::Identity>{};
    auto found = find_api_token(office_, request.context, token);
    if (!found) return found.error();
    if (!*found) return std::optional<sdk::Identity>{};

    sdk::Identity identity;
    identity.kind = sdk::Identity::Kind::token;
    identity.subject = (*found)->id;
    identity.session = (*found)->id;
    identity.tenant = sdk::TenantId{(*found)->tenant_id};
    identity.name = (*found)->label;
    identity.environment = (*found)->environment;
    identity.origins = std::move((*found)->origins);
    if (!identity.tenant.empty()) {
        const auto tenant = office_.database().query_one(
            request.context, "SELECT name, status, time_zone FROM accounts_tenants WHERE id = ?",
            {identity.tenant.text()});
        if (!tenant) return tenant.error();
        // A suspended tenant's programs stand still, as its people do.
        if (!*tenant || (*tenant)->text("status") != "active") return std::optional<sdk::Identity>{};
        identity.tenant_name = (*tenant)->text("name");
        identity.time_zone = (*tenant)->text("time_zone");
    }
    identity.permissions = office_.roles().permissions_of_scopes((*found)->scopes);
    return std::optional{std::move(identity)};
}

}  // namespace whatsflow::accounts
