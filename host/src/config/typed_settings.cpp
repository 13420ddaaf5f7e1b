#include "config/typed_settings.hpp"

#include <set>
#include <thread>

namespace whatsflow::config {
namespace {

class Values {
public:
    explicit Values(const nlohmann::json& values) : values_(values) {}

    bool has(const std::string& name) const { return values_.contains(name); }
    std::string text(const std::string& name) const { return values_.at(name).get<std::string>(); }
    bool boolean(const std::string& name) const { return values_.at(name).get<bool>(); }
    template <class Integer = std::size_t>
    Integer number(const std::string& name) const {
        return static_cast<Integer>(values_.at(name).get<std::int64_t>());
    }
    /// A text or a list, as a list; empty when not set.
    std::vector<std::string> texts(const std::string& name) const {
        if (!has(name)) return {};
        const auto& value = values_.at(name);
        if (value.is_string()) return {value.get<std::string>()};
        return value.get<std::vector<std::string>>();
    }

private:
    const nlohmann::json& values_;
};

constexpr std::array<std::string_view, 4> site_names{"landing", "app", "admin", "api"};

SiteSettings& site_of(SitesSettings& sites, std::string_view name) {
    if (name == "landing") return sites.landing;
    if (name == "app") return sites.app;
    return name == "admin" ? sites.admin : sites.api;
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

/// `https://app.example.com:8443/x` → `app.example.com`; empty when there is no host.
std::string host_of(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return {};
    const auto begin = scheme + 3;
    auto end = url.find_first_of("/?#", begin);
    if (end == std::string::npos) end = url.size();
    auto authority = url.substr(begin, end - begin);
    const auto bracket = authority.rfind(']');
    const auto colon = authority.rfind(':');
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) authority.resize(colon);
    return lower(authority);
}

bool is_site_address(const std::string& url) {
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    return http && !host_of(url).empty() && url.find_first_of("?#@ \"'<>\\\r\n\t") == std::string::npos;
}

class Deriver {
public:
    Deriver(const Values& values, Configuration& result, Problems& problems)
        : values_(values), result_(result), problems_(problems) {}

    void derive_sites() {
        result_.sites.bind = values_.text("sites.bind");
        for (const auto name : site_names) {
            site_of(result_.sites, name).port = values_.number<std::uint16_t>(key(name, "port"));
        }
        for (const auto name : site_names) derive_site(name);
        check_that_sites_can_be_told_apart();
        result_.realtime_port = values_.number<std::uint16_t>("realtime.port");
        for (const auto name : site_names) {
            if (site_of(result_.sites, name).port != result_.realtime_port) continue;
            problems_.add("realtime.port and sites." + std::string{name} + ".port are both " +
                          std::to_string(result_.realtime_port) + "; give realtime a port of its own");
        }
    }

private:
    static std::string key(std::string_view site, std::string_view name) {
        return "sites." + std::string{site} + "." + std::string{name};
    }

    bool shares_its_port(std::string_view name) {
        const auto port = site_of(result_.sites, name).port;
        return std::ranges::count_if(site_names,
                                     [&](auto other) { return site_of(result_.sites, other).port == port; }) > 1;
    }

    void derive_site(std::string_view name) {
        auto& site = site_of(result_.sites, name);
        const bool plain_localhost = name == "landing" || !shares_its_port(name);
        const auto own_localhost = name == "landing" ? std::string{"localhost"} : std::string{name} + ".localhost";
        for (const auto& hostname : values_.texts(key(name, "hostname"))) site.hostnames.push_back(lower(hostname));

        if (values_.has(key(name, "url"))) {
            site.url = values_.text(key(name, "url"));
            while (site.url.ends_with('/')) site.url.pop_back();
            if (!is_site_address(site.url)) {
                problems_.add(key(name, "url") + " must be an address such as https://app.example.com");
                return;
            }
        } else {
            const auto host = !site.hostnames.empty() ? site.hostnames.front()
                              : plain_localhost       ? "localhost"
                                                      : own_localhost;
            site.url = "http://" + host + ":" + std::to_string(site.port);
        }
        if (site.hostnames.empty()) {
            site.hostnames.push_back(host_of(site.url));
            if (plain_localhost) site.hostnames.insert(site.hostnames.end(), {"localhost", "127.0.0.1", "[::1]"});
            site.hostnames.push_back(own_localhost);
        }
        std::set<std::string> seen;
        std::erase_if(site.hostnames, [&](const auto& hostname) { return !seen.insert(hostname).second; });
        for (const auto& hostname : site.hostnames) {
            const bool bracketed = hostname.starts_with('[') && hostname.ends_with(']');
            if (!hostname.empty() && (bracketed || hostname.find_first_of(":/ ") == std::string::npos)) continue;
            problems_.add(key(name, "hostname") + " must be names without scheme and port; \"" + hostname +
                          "\" is not");
        }
    }

    void check_that_sites_can_be_told_apart() {
        std::map<std::pair<std::uint16_t, std::string>, std::string_view> owners;
        for (const auto name : site_names) {
            const auto& site = site_of(result_.sites, name);
            for (const auto& hostname : site.hostnames) {
                const auto [owner, fresh] = owners.try_emplace({site.port, hostname}, name);
                if (fresh || owner->second == name) continue;
                problems_.add("sites." + std::string{owner->second} + " and sites." + std::string{name} +
                              " share port " + std::to_string(site.port) + " and the name " + hostname +
                              "; give each its own hostname or its own port");
            }
        }
    }

    const Values& values_;
    Configuration& result_;
    Problems& problems_;
};

HttpSettings http_settings(const Values& values) {
    constexpr std::string_view limits = "http.rate_limits.";
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    HttpSettings http;
    http.threads = values.number("http.threads");
    if (http.threads == 0) http.threads = std::max<std::size_t>(2, cores);
    http.workers = values.number("http.workers");
    if (http.workers == 0) http.workers = std::max<std::size_t>(8, cores * 4);
    http.queue = values.number("http.queue");
    http.max_connections = values.number("http.max_connections");
    http.trusted_proxies = values.texts("http.trusted_proxies");
    for (const auto* name : {"pages", "api", "evaluate", "capture", "webhooks", "login"}) {
        http.rate_limits[name] = values.number<std::uint32_t>(std::string{limits} + name);
    }
    return http;
}

PluginsSettings plugin_settings(const Values& values) {
    PluginsSettings plugins;
    plugins.directories = values.texts("plugins.directories");
    if (values.has("plugins.enabled")) plugins.enabled = values.texts("plugins.enabled");
    plugins.required = values.texts("plugins.required");
    plugins.require_digest = values.boolean("plugins.require_digest");
    return plugins;
}

void check_urls(const Configuration& result, Problems& problems) {
    const auto& database = result.database.url;
    if (!database.starts_with("sqlite:") && !database.starts_with("mysql://")) {
        problems.add("database.url must start with sqlite: or mysql://");
    }
    if (!result.redis_url.empty() && !result.redis_url.starts_with("redis://")) {
        problems.add("redis.url must be empty or start with redis://");
    }
    const auto& smtp = result.mail.smtp_url;
    if (!smtp.empty() && !smtp.starts_with("smtp://") && !smtp.starts_with("smtps://")) {
        problems.add("mail.smtp_url must start with smtp:// or smtps://");
    }
    if (result.mail.transport == MailSettings::Transport::smtp && smtp.empty()) {
        problems.add("mail.transport is smtp, but mail.smtp_url is empty; set it to smtp://host:port");
    }
}

}  // namespace

const SiteSettings& SitesSettings::of(sdk::Site site) const {
    switch (site) {
        case sdk::Site::landing: return landing;
        case sdk::Site::app: return app;
        case sdk::Site::admin: return admin;
        case sdk::Site::api: return api;
    }
    return landing;
}

Configuration to_configuration(EffectiveKeys keys, const LoadRequest& request, Problems& problems) {
    const Values values{keys.values};
    Configuration result;
    result.production = values.text("environment") == "production";
    Deriver{values, result, problems}.derive_sites();
    result.database = {values.text("database.url"), values.text("database.migrate") == "auto",
                       values.number("database.pool_size")};
    result.redis_url = values.text("redis.url");
    result.mail.transport =
        values.text("mail.transport") == "smtp" ? MailSettings::Transport::smtp : MailSettings::Transport::mailbox;
    result.mail.smtp_url = values.text("mail.smtp_url");
    result.mail.from = values.text("mail.from");
    result.job_workers = values.number("jobs.workers");
    result.mail.ca_file = values.text("mail.ca_file");
    auto& storage = result.storage;
    storage.kind = values.text("storage.kind") == "s3" ? StorageSettings::Kind::s3 : StorageSettings::Kind::local;
    storage.endpoint = values.text("storage.s3.endpoint");
    storage.region = values.text("storage.s3.region");
    storage.bucket = values.text("storage.s3.bucket");
    storage.access_key = values.text("storage.s3.access_key");
    storage.secret_key = values.text("storage.s3.secret_key");
    result.plugins = plugin_settings(values);
    result.http = http_settings(values);
    result.log = {values.text("log.level"), values.text("log.format"), values.text("log.file")};
    result.theme = {values.text("theme.name"), values.text("theme.directory"), values.boolean("theme.watch")};
    check_urls(result, problems);
    result.file = request.file;
    result.sources = std::move(keys.sources);
    result.values = std::move(keys.values);
    result.raw_plugins = std::move(keys.plugins);
    return result;
}

}  // namespace whatsflow::config
