#include "commands.hpp"

#include "api_tokens.hpp"
#include "checks.hpp"
#include "password_reset.hpp"
#include "people.hpp"
#include "places.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/command.hpp>

namespace whatsflow::accounts {

using nlohmann::json;
using Arguments = sdk::CommandArguments;

namespace {

const sdk::Actor kCommandActor{.kind = "command", .id = {}, .label = "command line", .impersonator = {}, .address = {}};

std::vector<std::string> all_of(const Arguments& arguments, const char* option) {
    std::vector<std::string> values;
    const auto [first, last] = arguments.options.equal_range(option);
    for (auto each = first; each != last; ++each) values.push_back(each->second);
    return values;
}

json when(const std::optional<std::int64_t>& micros) {
    return micros ? json(sdk::to_rfc3339(sdk::from_micros(*micros))) : json(nullptr);
}

/// A tenant by id or by its short name; empty stays empty.
sdk::Result<std::string> tenant_named(const Office& office, const sdk::CallContext& context, const std::string& name) {
    if (name.empty()) return std::string{};
    const auto row =
        office.database().query_one(context, "SELECT id FROM accounts_tenants WHERE id = ? OR slug = ?", {name, name});
    if (!row) return row.error();
    if (!*row) return sdk::fail("tenants.unknown", "There is no tenant '" + name + "'; see `tenants list`.");
    return (*row)->text("id");
}

sdk::Result<TokenRequest> read_token_request(const Office& office, const sdk::CallContext& context,
                                             const Arguments& arguments) {
    TokenRequest wanted;
    wanted.label = "command line";
    wanted.created_by = "command";
    wanted.scopes = all_of(arguments, "--scope");
    wanted.origins = all_of(arguments, "--origin");
    wanted.environment = arguments.find("--environment").value_or("production");
    if (wanted.scopes.empty()) return sdk::fail("tokens.no_scope", "Say what the token may do: --scope S, repeated.");
    const auto known = office.roles().scopes();
    for (const auto& scope : wanted.scopes) {
        if (std::ranges::any_of(known, [&](const auto& each) { return each.name == scope; })) continue;
        std::string names;
        for (const auto& each : known) names += (names.empty() ? "" : ", ") + each.name;
        return sdk::fail("tokens.unknown_scope",
                         "There is no scope '" + scope + "'; " +
                             (names.empty() ? "no plugin defines any." : "there are: " + names + "."));
    }
    for (const auto& origin : wanted.origins)
        if (!is_origin(origin))
            return sdk::fail("tokens.bad_origin", "'" + origin + "' is no origin, such as https://shop.example.");
    if (!is_environment(wanted.environment))
        return sdk::fail("tokens.bad_environment", "An environment is letters, digits, - and _, at most 40.");
    auto tenant = tenant_named(office, context, arguments.find("--tenant").value_or(""));
    if (!tenant) return tenant.error();
    wanted.tenant_id = std::move(*tenant);
    return wanted;
}

sdk::Result<sdk::CommandOutput> create_token_command(Office& office, const sdk::CallContext& context,
                                                     const Arguments& arguments) {
    const auto wanted = read_token_request(office, context, arguments);
    if (!wanted) return wanted.error();
    std::optional<MadeToken> made;
    const auto done = office.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto token = make_api_token(office, tx, context, *wanted);
        if (!token) return token.error();
        made = std::move(*token);
        const sdk::AuditEntry entry{.action = "token.created",
                                    .subject = {"token", made->id, wanted->label},
                                    .tenant = sdk::TenantId{wanted->tenant_id},
                                    .after = {{"scopes", wanted->scopes}, {"environment", wanted->environment}}};
        return office.host().audit().append(tx, context, kCommandActor, entry);
    });
    if (!done) return done.error();
    return sdk::CommandOutput{{{"id", made->id}, {"token", made->token}, {"scopes", wanted->scopes}}, {}, {}};
}

sdk::Result<sdk::CommandOutput> list_tokens(Office& office, const sdk::CallContext& context, const Arguments&) {
    const auto tokens = all_tokens(office.database(), context);
    if (!tokens) return tokens.error();
    json list = json::array();
    for (const auto& token : *tokens)
        list.push_back({{"id", token.id},
                        {"label", token.label},
                        {"tenant", token.tenant_id.empty() ? json(nullptr) : json(token.tenant_id)},
                        {"scopes", token.scopes},
                        {"origins", token.origins},
                        {"environment", token.environment},
                        {"ends_with", token.hint},
                        {"created_at", when(token.created_at)},
                        {"expires_at", when(token.expires_at)},
                        {"used_at", when(token.used_at)},
                        {"revoked_at", when(token.revoked_at)}});
    return sdk::CommandOutput{std::move(list),
                              {"id", "label", "tenant", "scopes", "environment", "created_at", "revoked_at"},
                              "There are no tokens yet."};
}

sdk::Result<sdk::CommandOutput> revoke_token_command(Office& office, const sdk::CallContext& context,
                                                     const Arguments& arguments) {
    const auto id = arguments.positional.empty() ? std::string{} : arguments.positional.front();
    bool revoked = false;
    const auto done = office.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto gone = revoke_api_token(office, tx, sdk::across_tenants(context, "accounts.tokens.revoke"), id);
        if (!gone) return gone.error();
        revoked = *gone;
        if (!revoked) return sdk::ok();
        return office.host().audit().append(tx, context, kCommandActor,
                                            {.action = "token.revoked", .subject = {"token", id}});
    });
    if (!done) return done.error();
    if (!revoked) return sdk::fail("tokens.unknown", "There is no token '" + id + "' that is still valid.");
    return sdk::CommandOutput{{{"id", id}, {"revoked", true}}, {}, {}};
}

/// A person who is new chooses a password by the link that is mailed to them.
sdk::Result<sdk::CommandOutput> create_tenant(Office& office, const sdk::CallContext& context,
                                              const Arguments& arguments) {
    const auto name = tidy(arguments.find("--name").value_or(""));
    const auto email = lowered(tidy(arguments.find("--email").value_or("")));
    const auto country = arguments.find("--country").value_or("");
    if (name.empty() || characters(name) > 120)
        return sdk::fail("tenants.bad_name", "--name takes 1 to 120 characters.");
    if (!is_email(email)) return sdk::fail("tenants.bad_email", "--email takes the owner's e-mail address.");
    if (!is_country(country))
        return sdk::fail("tenants.bad_country", "--country takes a code of two letters, such as LK.");
    std::string id;
    const auto done = office.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto known = find_person_by_email(tx, context, email);
        if (!known) return known.error();
        std::string owner;
        if (*known) {
            owner = (*known)->id;
        } else {
            const auto added =
                add_person(office, tx, context, {email, email.substr(0, email.find('@')), "", "en", true});
            if (!added) return added.error();
            owner = *added;
            if (auto asked = request_password_reset(office, tx, context, email); !asked) return asked;
        }
        const auto tenant = add_tenant(office, tx, context, {name, country, "en", json::object()}, owner, email);
        if (!tenant) return tenant.error();
        id = tenant->text();
        const sdk::AuditEntry entry{.action = "tenant.created",
                                    .subject = {"tenant", id, name},
                                    .tenant = *tenant,
                                    .after = {{"owner", email}, {"country", country}}};
        return office.host().audit().append(tx, context, kCommandActor, entry);
    });
    if (!done) return done.error();
    return sdk::CommandOutput{{{"id", id}}, {}, {}};
}

sdk::Result<sdk::CommandOutput> list_tenants(Office& office, const sdk::CallContext& context, const Arguments&) {
    const auto rows =
        office.database().query(context, "SELECT " + std::string(kTenantColumns) +
                                             " FROM accounts_tenants ORDER BY created_at DESC LIMIT 10000");
    if (!rows) return rows.error();
    json list = json::array();
    for (const auto& row : *rows) {
        const auto tenant = tenant_of(row);
        list.push_back({{"id", tenant.profile.id.text()},
                        {"name", tenant.profile.name},
                        {"slug", tenant.profile.slug},
                        {"status", tenant.profile.status},
                        {"country", tenant.profile.country},
                        {"currency", tenant.profile.currency},
                        {"time_zone", tenant.profile.time_zone},
                        {"created_at", sdk::to_rfc3339(tenant.profile.created_at)}});
    }
    return sdk::CommandOutput{std::move(list),
                              {"id", "name", "slug", "status", "country", "currency", "created_at"},
                              "There are no tenants yet."};
}

}  // namespace

sdk::Result<void> register_commands(Office& office) {
    using Run = sdk::Result<sdk::CommandOutput> (*)(Office&, const sdk::CallContext&, const Arguments&);
    const auto add = [&office](const char* name, const char* summary, std::vector<std::string> positional,
                               std::vector<sdk::CommandOption> options, Run run) {
        return office.host().command({name, summary, std::move(positional), std::move(options),
                                      [&office, run](const sdk::CallContext& context, const Arguments& arguments) {
                                          return run(office, context, arguments);
                                      }});
    };
    if (auto done = add("tokens create", "Makes an API token and shows it once", {},
                        {{"--scope", "S", "what it may do; repeat for more", true},
                         {"--tenant", "T", "id or short name of a tenant; the platform itself without it"},
                         {"--origin", "O", "a browser page's origin that may use it; repeat for more", true},
                         {"--environment", "E", "production when not given"}},
                        &create_token_command);
        !done)
        return done;
    if (auto done = add("tokens list", "API tokens, newest first", {}, {}, &list_tokens); !done) return done;
    if (auto done = add("tokens revoke", "Ends an API token", {"ID"}, {}, &revoke_token_command); !done) return done;
    if (auto done = add("tenants create", "Makes a tenant and its owner", {},
                        {{"--name", "N", "name of the tenant"},
                         {"--email", "E", "e-mail address of its owner"},
                         {"--country", "CC", "country, as code of two letters"}},
                        &create_tenant);
        !done)
        return done;
    return add("tenants list", "Tenants, newest first", {}, {}, &list_tenants);
}

}  // namespace whatsflow::accounts
