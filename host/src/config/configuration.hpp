/// \file
/// The settings of one server: one TOML file, overridden by `WHATSFLOW__SECTION__KEY`.
///
/// Strict: an unknown key, a wrong type or a number out of range is an error that names the
/// file, the line, the key and the remedy, and all errors are reported at once. Immutable
/// once loaded; a reload makes a new one.
///
///     auto configuration = config::load({.file = "config/whatsflow.toml", .environment = ...});
///     if (!configuration) { std::cerr << configuration.error().message << '\n'; return 1; }
///     listen(configuration->sites.bind, configuration->sites.app.port);
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::config {

using Environment = std::map<std::string, std::string>;

/// Where the value of a key comes from.
enum class Source { standard, file, environment };
std::string_view to_text(Source source);

struct SiteSettings {
    std::uint16_t port = 0;
    std::vector<std::string> hostnames;  ///< lower case, without ports; never empty
    std::string url;                     ///< without a slash at the end
};

struct SitesSettings {
    std::string bind;
    SiteSettings landing;
    SiteSettings app;
    SiteSettings admin;
    SiteSettings api;

    const SiteSettings& of(sdk::Site site) const;
};

struct DatabaseSettings {
    std::string url;  ///< secret: may hold a password
    bool migrate_at_start = true;
    std::size_t pool_size = 8;
};

struct MailSettings {
    enum class Transport { mailbox, smtp };
    Transport transport = Transport::mailbox;
    std::string smtp_url;  ///< secret: may hold a password
    std::string from;
    std::string ca_file;  ///< empty: the system's authorities only
};

struct StorageSettings {
    enum class Kind { local, s3 };
    Kind kind = Kind::local;
    std::string endpoint;
    std::string region;
    std::string bucket;
    std::string access_key;  ///< secret
    std::string secret_key;  ///< secret
};

struct PluginsSettings {
    std::vector<std::string> directories;             ///< empty: the built and the installed folder
    std::optional<std::vector<std::string>> enabled;  ///< nothing: every bundled one
    std::vector<std::string> required;
    bool require_digest = false;
};

struct HttpSettings {
    std::size_t threads = 1;  ///< already worked out from the cores
    std::size_t workers = 1;  ///< already worked out from the cores
    std::size_t queue = 1024;
    std::size_t max_connections = 10000;
    std::map<std::string, std::uint32_t> rate_limits;  ///< class → requests a second, 0: none
    std::vector<std::string> trusted_proxies;
};

struct LogSettings {
    std::string level;
    std::string format;
    std::string file;  ///< empty: standard error
};

struct ThemeSettings {
    std::string name;
    std::string directory;  ///< empty: the bundled themes
    bool watch = false;
};

/// What the file and the environment say about the plugins' own keys, not yet checked:
/// `plugin_section` does that with the plugin's schema.
struct RawPluginSettings {
    nlohmann::json sections = nlohmann::json::object();  ///< id → table, as the file has them
    std::map<std::string, int> lines;                    ///< JSON pointer in the file → line
    Environment overrides;                               ///< `COM_ACME_PAY__API_KEY` → value
    Environment environment;                             ///< for `{ env = "NAME" }`
};

struct Configuration {
    bool production = false;
    SitesSettings sites;
    std::uint16_t realtime_port = 0;
    DatabaseSettings database;
    std::string redis_url;  ///< empty: not used; secret: may hold a password
    MailSettings mail;
    std::size_t job_workers = 4;
    StorageSettings storage;
    PluginsSettings plugins;
    HttpSettings http;
    LogSettings log;
    ThemeSettings theme;

    std::string file;                       ///< as given; may not exist
    std::map<std::string, Source> sources;  ///< dotted core key → where it came from
    nlohmann::json values;                  ///< dotted core key → effective value; holds secrets
    RawPluginSettings raw_plugins;
};

struct LoadRequest {
    std::string file = "config/whatsflow.toml";
    /// True when somebody named the file: then it has to exist.
    bool must_exist = false;
    Environment environment{};
};

/// Error `config.invalid`, whose message has one problem on each line:
/// `config/whatsflow.toml:12: http.threds is not a known key; did you mean http.threads?`.
sdk::Result<Configuration> load(const LoadRequest& request);

/// The same from a text; `request.file` is only the name in messages.
sdk::Result<Configuration> load_text(std::string_view toml, const LoadRequest& request);

/// The environment of this process.
Environment process_environment();

}  // namespace whatsflow::config
