#include "api_tokens.hpp"

#include <algorithm>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr std::string_view kPrefix = "wf_";
constexpr auto kUseIsNotedEvery = std::chrono::minutes{1};
constexpr auto kNoteWaits = std::chrono::milliseconds{20};
constexpr const char* kTokenColumns =
    "SELECT id, tenant_id, label, hint, scopes, origins, environment, created_at, expires_at, revoked_at, used_at FROM "
    "accounts_tokens ";

ApiToken token_of(const sdk::Row& row) {
    ApiToken token;
    token.id = row.text("id");
    token.tenant_id = row.text("tenant_id");
    token.label = row.text("label");
    token.hint = row.text("hint");
    token.scopes = json::parse(row.text("scopes")).get<std::vector<std::string>>();
    token.origins = json::parse(row.text("origins")).get<std::vector<std::string>>();
    token.environment = row.text("environment");
    token.created_at = row.integer("created_at");
    token.expires_at = row.maybe_integer("expires_at");
    token.revoked_at = row.maybe_integer("revoked_at");
    token.used_at = row.maybe_integer("used_at");
    return token;
}

sdk::Result<std::vector<ApiToken>> tokens_of(sdk::Result<std::vector<sdk::Row>> rows) {
    if (!rows) return rows.error();
    std::vector<ApiToken> tokens;
    for (const auto& row : *rows) tokens.push_back(token_of(row));
    return tokens;
}

/// Notes, once a minute, that it is in use.
sdk::Result<std::optional<ApiToken>> find_valid(const Office& office, const sdk::CallContext& context,
                                                const std::string& column, const std::string& value) {
    const auto crossing = sdk::across_tenants(context, "accounts.token");
    const auto now = office.now();
    const auto row = office.database().query_one(crossing,
                                                 std::string(kTokenColumns) + "WHERE " + column +
                                                     " = ? AND revoked_at IS NULL AND (expires_at IS NULL OR "
                                                     "expires_at > ?)",
                                                 {value, now});
    if (!row) return row.error();
    if (!*row) return std::optional<ApiToken>{};
    auto found = token_of(**row);
    if (sdk::from_micros(found.used_at.value_or(0)) + kUseIsNotedEvery < now) {
        // A note for people: no program waits for it while somebody else writes a lot.
        auto shortly = crossing;
        shortly.deadline = std::min(shortly.deadline, std::chrono::steady_clock::now() + kNoteWaits);
        (void)office.database().execute(shortly, "UPDATE accounts_tokens SET used_at = ? WHERE id = ?",
                                        {now, found.id});
    }
    return std::optional{std::move(found)};
}

}  // namespace

sdk::Result<MadeToken> make_api_token(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                      const TokenRequest& request) {
    const auto random = make_token(office);
    if (!random) return random.error();
    MadeToken made{sdk::make_uuid(), std::string(kPrefix) + *random};
    const auto digest = digest_of(office, made.token);
    if (!digest) return digest.error();
    // A token of the platform belongs to no tenant.
    const auto stored = where.execute(
        sdk::across_tenants(context, "accounts.tokens.create"),
        "INSERT INTO accounts_tokens (id, tenant_id, label, digest, hint, scopes, origins, environment, created_by, "
        "created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {made.id, request.tenant_id, request.label, *digest, made.token.substr(made.token.size() - 4),
         json(request.scopes).dump(), json(request.origins).dump(), request.environment, request.created_by,
         office.now(), request.expires_at});
    if (!stored) return stored.error();
    return made;
}

sdk::Result<std::optional<ApiToken>> find_api_token(const Office& office, const sdk::CallContext& context,
                                                    std::string_view token) {
    if (!token.starts_with(kPrefix) || token.size() > 100) return std::optional<ApiToken>{};
    const auto digest = digest_of(office, token);
    if (!digest) return digest.error();
    return find_valid(office, context, "digest", *digest);
}

sdk::Result<std::optional<ApiToken>> find_api_token_by_id(const Office& office, const sdk::CallContext& context,
                                                          const std::string& id) {
    return find_valid(office, context, "id", id);
}

sdk::Result<std::vector<ApiToken>> tenant_tokens(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    return tokens_of(where.query(context, std::string(kTokenColumns) +
                                              "WHERE tenant_id = :tenant AND revoked_at IS NULL ORDER BY created_at "
                                              "DESC, id DESC LIMIT 200"));
}

sdk::Result<std::vector<ApiToken>> platform_tokens(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    return tokens_of(where.query(sdk::across_tenants(context, "accounts.tokens.platform"),
                                 std::string(kTokenColumns) + "WHERE tenant_id = '' AND revoked_at IS NULL ORDER BY "
                                                              "environment, created_at DESC, id DESC LIMIT 500"));
}

sdk::Result<std::vector<ApiToken>> all_tokens(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    return tokens_of(where.query(sdk::across_tenants(context, "accounts.tokens.list"),
                                 std::string(kTokenColumns) + "ORDER BY created_at DESC, id DESC LIMIT 10000"));
}

sdk::Result<bool> revoke_api_token(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                   const std::string& id) {
    const std::string scope = context.crossing.empty() ? " AND tenant_id = :tenant" : "";
    const auto revoked =
        where.execute(context, "UPDATE accounts_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL" + scope,
                      {office.now(), id});
    if (!revoked) return revoked.error();
    return *revoked > 0;
}

bool is_origin(std::string_view text) {
    const bool secure = text.starts_with("https://");
    if (!secure && !text.starts_with("http://")) return false;
    const auto rest = text.substr(secure ? 8 : 7);
    return !rest.empty() && text.size() <= 200 && std::ranges::all_of(rest, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
    });
}

bool is_environment(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

}  // namespace whatsflow::accounts
