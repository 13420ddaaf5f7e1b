/// \file
/// Tokens for programs: what they may do, for whom, from where, until when.
///
/// The token is shown once and stored as a digest. An empty tenant is the platform itself.
#pragma once

#include "office.hpp"

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::accounts {

struct TokenRequest {
    std::string tenant_id;
    std::string label;
    std::vector<std::string> scopes;
    std::vector<std::string> origins;
    std::string environment = "production";
    std::string created_by;
    std::optional<sdk::Instant> expires_at;
};

struct MadeToken {
    std::string id;
    std::string token;  ///< `wf_` and 32 characters
};

struct ApiToken {
    std::string id;
    std::string tenant_id;
    std::string label;
    std::string hint;  ///< its last characters
    std::vector<std::string> scopes;
    std::vector<std::string> origins;
    std::string environment;
    std::int64_t created_at = 0;
    std::optional<std::int64_t> expires_at;
    std::optional<std::int64_t> revoked_at;
    std::optional<std::int64_t> used_at;
};

sdk::Result<MadeToken> make_api_token(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                      const TokenRequest& request);
/// The valid token behind what a program sent.
sdk::Result<std::optional<ApiToken>> find_api_token(const Office& office, const sdk::CallContext& context,
                                                    std::string_view token);
/// The valid token of that id, which is no secret.
sdk::Result<std::optional<ApiToken>> find_api_token_by_id(const Office& office, const sdk::CallContext& context,
                                                          const std::string& id);
/// Of the context's tenant, newest first; not revoked ones.
sdk::Result<std::vector<ApiToken>> tenant_tokens(sdk::SqlExecutor& where, const sdk::CallContext& context);
/// Of the platform itself, by environment, newest first; not revoked ones.
sdk::Result<std::vector<ApiToken>> platform_tokens(sdk::SqlExecutor& where, const sdk::CallContext& context);
sdk::Result<std::vector<ApiToken>> all_tokens(sdk::SqlExecutor& where, const sdk::CallContext& context);
/// True when there was one to revoke, in the context's tenant, or with a crossing anywhere.
sdk::Result<bool> revoke_api_token(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                   const std::string& id);

/// `https://shop.example` and nothing more: what a browser sends as Origin.
bool is_origin(std::string_view text);
bool is_environment(std::string_view text);

}  // namespace whatsflow::accounts
