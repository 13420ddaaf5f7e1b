#include "sites.hpp"

#include "core/keyed_hash.hpp"

namespace whatsflow::analytics {
namespace {

constexpr std::chrono::seconds kRemembered{1};
constexpr std::size_t kMostRemembered = 4096;
constexpr std::int64_t kFirstOfTokens = 100;

std::vector<ListedSite> listed(const std::vector<sdk::Row>& rows) {
    std::vector<ListedSite> sites;
    for (const auto& row : rows)
        sites.push_back({row.integer("number"), row.text("id"), row.text("tenant_id"), row.text("name")});
    return sites;
}

}  // namespace

sdk::Result<std::int64_t> Sites::number_of(const sdk::CallContext& context, const sdk::ProgramToken& token) {
    auto& database = host_.database();
    const auto crossing = sdk::across_tenants(context, "analytics.site");
    for (int tries = 0; tries < 3; ++tries) {
        const auto row = database.query_one(crossing, "SELECT number FROM analytics_sites WHERE id = ?", {token.id});
        if (!row) return row.error();
        if (*row) return (*row)->integer("number");
        const auto last = database.query_one(crossing, "SELECT MAX(number) AS n FROM analytics_sites");
        if (!last) return last.error();
        const auto number = std::max(kFirstOfTokens, *last ? (*last)->integer("n") + 1 : 0);
        const auto made = database.execute(
            crossing, "INSERT INTO analytics_sites (number, id, tenant_id, name, created_at) VALUES (?, ?, ?, ?, ?)",
            {number, token.id, token.tenant.text(), token.label.substr(0, 200), host_.clock().now()});
        if (made) return number;
        // Somebody else was quicker, with this site or with the number.
        if (made.error().code != "database.duplicate") return made.error();
    }
    return sdk::fail("database.busy", "The site could not be given a number. Try again.");
}

sdk::Result<std::optional<Site>> Sites::found(const sdk::CallContext& context, const std::string& key,
                                              const Lookup& look_up) {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(mutex_);
        const auto known = remembered_.find(key);
        if (known != remembered_.end() && known->second.until > now) return std::optional{known->second.site};
    }
    auto token = look_up();
    if (!token) return token.error();
    if (!*token) return std::optional<Site>{};
    Site site{0, std::move(**token)};
    if (site.may_capture()) {
        const auto number = number_of(context, site.token);
        if (!number) return number.error();
        site.number = *number;
    }
    const std::lock_guard lock(mutex_);
    if (remembered_.size() >= kMostRemembered)
        std::erase_if(remembered_, [&](const auto& each) { return each.second.until <= now; });
    if (remembered_.size() < kMostRemembered) remembered_.insert_or_assign(key, Remembered{site, now + kRemembered});
    return std::optional{std::move(site)};
}

sdk::Result<std::optional<Site>> Sites::of_secret(const sdk::CallContext& context, const std::string& secret) {
    if (secret.empty() || secret.size() > 200) return std::optional<Site>{};
    static const auto kKey = random_key();  // memory holds no secret
    return found(context, "s" + keyed_digest(kKey, secret), [&] {
        return sdk::find_service<sdk::ProgramTokens>(host_).call(&sdk::ProgramTokens::find_by_secret, context,
                                                                 std::string_view(secret));
    });
}

sdk::Result<std::optional<Site>> Sites::of_id(const sdk::CallContext& context, const std::string& id) {
    return found(context, "i" + id, [&] {
        return sdk::find_service<sdk::ProgramTokens>(host_).call(&sdk::ProgramTokens::find_by_id, context, id);
    });
}

sdk::Result<std::int64_t> Sites::of_tenant_itself(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                                  const std::string& name) {
    const auto key = "t" + tenant.text();
    const auto site = found(context, key, [&]() -> sdk::Result<std::optional<sdk::ProgramToken>> {
        return std::optional{sdk::ProgramToken{tenant.text(), tenant, name, {}, {kCapture}, {}}};
    });
    if (!site) return site.error();
    return (*site)->number;
}

sdk::Result<std::vector<ListedSite>> Sites::of_tenant(const sdk::CallContext& context) const {
    // The platform's own sites are asked for by name: they are no token's.
    const auto rows = context.tenant.empty()
                          ? host_.database().query(sdk::across_tenants(context, "analytics.sites.platform"),
                                                   "SELECT number, id, tenant_id, name FROM analytics_sites WHERE "
                                                   "tenant_id = '' AND number >= ? ORDER BY number",
                                                   {kFirstOfTokens})
                          : host_.database().query(context,
                                                   "SELECT number, id, tenant_id, name FROM analytics_sites WHERE "
                                                   "tenant_id = :tenant AND id <> tenant_id ORDER BY number");
    if (!rows) return rows.error();
    return listed(*rows);
}

sdk::Result<std::vector<ListedSite>> Sites::of_reader(const sdk::CallContext& context, const std::string& name) const {
    auto sites = of_tenant(context);
    if (!sites || !context.tenant.empty() || name.empty()) return sites;
    const auto rows = host_.database().query(sdk::across_tenants(context, "analytics.sites.own"),
                                             "SELECT number, id, tenant_id, name FROM analytics_sites WHERE "
                                             "tenant_id = '' AND number < ? AND id = ?",
                                             {kFirstOfTokens, name});
    if (!rows) return rows.error();
    for (auto& own : listed(*rows)) sites->push_back(std::move(own));
    return sites;
}

sdk::Result<std::vector<ListedSite>> Sites::all(const sdk::CallContext& context) const {
    const auto rows = host_.database().query(sdk::across_tenants(context, "analytics.sites.list"),
                                             "SELECT number, id, tenant_id, name FROM analytics_sites ORDER BY number "
                                             "LIMIT 10000");
    if (!rows) return rows.error();
    return listed(*rows);
}

}  // namespace whatsflow::analytics
