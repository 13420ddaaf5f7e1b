#include "boot/core.hpp"

#include "config/plugin_section.hpp"
#include "data/migrator.hpp"
#include "security/digest.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using config::Configuration;

logging::Options log_options(const Configuration& configuration, Purpose purpose) {
    logging::Options options;
    options.level = logging::level_from(configuration.log.level).value_or(sdk::LogLevel::info);
    // A command's own words are what people want to read, not how it started.
    if (purpose != Purpose::serve) options.level = std::max(options.level, sdk::LogLevel::warn);
    options.format = logging::format_from(configuration.log.format).value_or(logging::Format::text);
    if (purpose == Purpose::serve) options.file = configuration.log.file;
    return options;
}

sdk::Result<std::string> sha256_of_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    if (!stream) return sdk::fail("boot.unreadable", "Cannot read " + file.string() + ".");
    return security::sha256_hex(bytes.str());
}

fs::path theme_folder(const Configuration& configuration, const Installation& installation) {
    const fs::path themes =
        configuration.theme.directory.empty() ? installation.themes : fs::path(configuration.theme.directory);
    return themes / configuration.theme.name;
}

plugins::Options plugin_options(const Configuration& configuration, const CoreOptions& options) {
    plugins::Options result;
    const auto& settings = configuration.plugins;
    result.bundled_directory = options.installation.bundled_plugins;
    if (settings.directories.empty()) {
        result.directories = {options.installation.bundled_plugins, options.installation.installed_plugins};
    } else {
        // Bundled plugins stay enabled by default where the operator names more places.
        result.directories = {options.installation.bundled_plugins};
        for (const auto& directory : settings.directories) result.directories.emplace_back(directory);
    }
    result.enabled = settings.enabled;
    result.required = {settings.required.begin(), settings.required.end()};
    result.safe_mode = options.safe_mode;
    if (options.purpose == Purpose::inspect) result.crash_notes = plugins::CrashMarkers::Notes::only_read;
    result.require_digest = settings.require_digest;
    result.lock_file = fs::path(configuration.file).parent_path() / "plugins.lock";
    return result;
}

std::function<void(const net::CallRecord&)> call_observer(metrics::Registry& registry) {
    return [&registry](const net::CallRecord& call) {
        registry
            .histogram("wf_outgoing_call_seconds", "Time of outgoing calls",
                       {{"destination", call.destination}, {"outcome", call.outcome}})
            .observe(std::chrono::duration<double>(call.duration).count());
    };
}

/// Core keys that are read once at the start.
std::vector<std::string> what_needs_a_restart(const Configuration& old, const Configuration& fresh) {
    static constexpr std::string_view kTakenOver[] = {"log.level", "http.rate_limits", "plugins."};
    std::vector<std::string> remarks;
    for (const auto& [key, value] : fresh.values.items()) {
        if (std::ranges::any_of(kTakenOver, [&](auto prefix) { return key.starts_with(prefix); })) continue;
        if (old.values.value(key, nlohmann::json{}) != value)
            remarks.push_back("the new value of " + key + " needs a restart");
    }
    return remarks;
}

}  // namespace

std::optional<nlohmann::json> settings_schema_of(const fs::path& plugin_folder) {
    std::ifstream stream(plugin_folder / "config.schema.json");
    auto schema = nlohmann::json::parse(stream, nullptr, false);
    if (schema.is_discarded()) return std::nullopt;
    return schema;
}

Core::Core(Configuration configuration, CoreOptions options)
    : options_(std::move(options)), configuration_(std::make_shared<const Configuration>(std::move(configuration))) {
    if (options_.purpose == Purpose::inspect)
        passing_files_ = fs::temp_directory_path() / ("whatsflow-look-" + sdk::make_uuid());
}

Core::~Core() {
    if (plugins_) plugins_->stop_all();
    std::error_code nothing_to_do;
    if (!passing_files_.empty()) fs::remove_all(passing_files_, nothing_to_do);
}

std::shared_ptr<const Configuration> Core::configuration() const {
    std::lock_guard lock(configuration_mutex_);
    return configuration_;
}

sdk::Result<std::unique_ptr<Core>> Core::assemble(Configuration configuration, CoreOptions options) {
    std::unique_ptr<Core> core(new Core(std::move(configuration), std::move(options)));
    auto logging = logging::Logging::open(log_options(*core->configuration_, core->options_.purpose));
    if (!logging) return logging.error();
    core->logging_ = std::move(*logging);
    if (auto opened = core->open_database(); !opened) return opened.error();
    if (auto opened = core->open_views(); !opened) return opened.error();
    core->https_ = std::make_unique<net::Client>(net::ClientOptions{.finished = call_observer(core->metrics_)});
    core->bus_ = std::make_unique<events::Bus>(core->log("events"), core->clock_);
    auto facilities = HostFacilities::make(*core);
    if (!facilities) return facilities.error();
    core->facilities_ = std::move(*facilities);
    if (auto taken = core->take_in_choices(); !taken) return taken.error();
    core->make_plugins();
    return core;
}

sdk::Result<void> Core::open_database() {
    const auto& settings = configuration_->database;
    auto url = data::parse_database_url(options_.purpose == Purpose::inspect ? "sqlite::memory:" : settings.url);
    if (!url) return url.error();
    data::OpenOptions open;
    open.data_folder = options_.data;
    open.sessions = settings.pool_size;
    open.log = &log("database");
    auto opened = data::open(*url, open);
    if (!opened) return opened.error();
    database_ = std::move(*opened);
    return sdk::ok();
}

sdk::Result<void> Core::migrate_core() {
    return migrate("core", options_.installation.migrations);
}

std::vector<data::MigrationOwner> Core::migration_owners() {
    plugins_->find_all();
    std::vector<data::MigrationOwner> owners{{"core", data::table_prefix_of("core"), options_.installation.migrations}};
    for (const auto& plugin : plugins_->status())
        if (plugin.state == plugins::State::verified)
            owners.push_back({plugin.id, data::table_prefix_of(plugin.id), fs::path(plugin.directory) / "migrations"});
    return owners;
}

sdk::Result<void> Core::open_views() {
    views::RendererOptions renderer;
    renderer.strict = !configuration_->production;
    renderer.watch_every = options_.purpose == Purpose::serve && configuration_->theme.watch ? 500ms : 0ms;
    renderer.log = &log("views");
    auto opened = views::ThemeRenderer::open({theme_folder(*configuration_, options_.installation), {}}, renderer);
    if (!opened) return opened.error();
    views_ = std::move(*opened);
    return sdk::ok();
}

sdk::Result<void> Core::migrate(const std::string& owner, const fs::path& folder) {
    data::Migrator migrator(*database_, {{owner, data::table_prefix_of(owner), folder}}, clock_);
    sdk::CallContext context;
    context.request_id = "migration-of-" + owner;
    const bool may_apply = options_.purpose == Purpose::inspect || configuration()->database.migrate_at_start;
    if (may_apply) {
        auto applied = migrator.apply(context);
        if (!applied) return applied.error();
        for (const auto& migration : *applied) log("database").info("migrated", {{"migration", migration.title()}});
        return sdk::ok();
    }
    auto pending = migrator.pending(context);
    if (!pending) return pending.error();
    if (pending->empty()) return sdk::ok();
    return sdk::fail("migrations.pending", "There are pending migrations of " + owner +
                                               " and database.migrate is \"manual\". Run `whatsflow migrate`.");
}

void Core::make_plugins() {
    plugins::Platform platform{
        .database = [this](const std::string&) -> sdk::Database& { return *database_; },
        .https = *https_,
        .bus = *bus_,
        .services = services_,
        .clock = clock_,
        .logger = [this](const std::string& id) -> sdk::Logger& { return logging_->plugin_logger(id); },
        .render =
            [this](const sdk::View& view, sdk::Site site, const std::string& locale) {
                return views_->render(view, {site, locale});
            },
        .translate = [this](const std::string& locale,
                            const std::string& key) { return views_->translate(locale, key); },
        .site_url = [this](sdk::Site site) { return configuration()->sites.of(site).url; },
        .config = [this](const std::string& id,
                         const nlohmann::json& schema) { return config::plugin_section(*configuration(), id, schema); },
        .migrate = [this](const std::string& id, const fs::path& folder) { return migrate(id, folder); },
        .views = [this](const std::string& id, const fs::path& folder) { return theming_->take_in(id, folder); },
        .facilities = [this](const std::string& id,
                             plugins::GuardedCall guard) { return facilities_->for_plugin(id, std::move(guard)); },
        .sha256_of_file = sha256_of_file,
        .data_directory = options_.data,
        .plugin_files = passing_files_};
    theming_ = std::make_unique<PluginTheming>(*views_);
    auto options = plugin_options(*configuration_, options_);
    options.switched = choices_->switched();
    plugins_ = std::make_unique<plugins::Runtime>(std::move(platform), std::move(options));
    plugins_->on_changed([this] { plugins_changed(); });
    if (options_.purpose == Purpose::serve) plugins_->install_crash_handler();
}

sdk::Result<void> Core::check_plugin_settings(const Configuration& configuration) const {
    std::string problems;
    std::vector<std::string> known;
    for (const auto& plugin : plugins_->status()) {
        known.push_back(plugin.id);
        auto schema = settings_schema_of(plugin.directory);
        if (!schema) continue;
        if (auto section = config::plugin_section(configuration, plugin.id, *schema); !section)
            problems += (problems.empty() ? "" : "\n") + section.error().message;
    }
    for (const auto& line : config::unknown_plugin_sections(configuration, known))
        problems += (problems.empty() ? "" : "\n") + line;
    if (problems.empty()) return sdk::ok();
    return sdk::fail("config.invalid", problems);
}

sdk::Result<void> Core::start_plugins() {
    plugins_->find_all();
    // A mistake in any plugin's settings is a mistake in the configuration: nothing starts.
    if (auto checked = check_plugin_settings(*configuration()); !checked) return checked.error();
    std::vector<views::PluginTemplates> folders;
    for (const auto& plugin : plugins_->status())
        if (plugin.state == plugins::State::verified) folders.push_back({plugin.id, plugin.directory});
    theming_->expect(std::move(folders));
    if (auto started = plugins_->start_all(); !started) return started;
    return options_.purpose == Purpose::serve ? facilities_->start() : sdk::ok();
}

void Core::stop_plugins() {
    facilities_->stop();
    plugins_->stop_all();
}

bool Core::required_plugins_run() const {
    const auto settings = configuration()->plugins.required;
    const auto all = plugins_->status();
    return std::ranges::all_of(settings, [&](const std::string& id) {
        return std::ranges::any_of(
            all, [&](const auto& plugin) { return plugin.id == id && plugin.state == plugins::State::running; });
    });
}

std::vector<std::string> Core::reload(Configuration written) {
    const std::lock_guard change(change_mutex_);
    auto fresh = choices_->over(written);
    std::vector<std::string> remarks = what_needs_a_restart(*configuration(), fresh);
    if (auto checked = check_plugin_settings(fresh); !checked)
        return {"the configuration was not taken over: " + checked.error().message};
    const auto old = configuration();
    operators_ = std::make_shared<const Configuration>(std::move(written));
    use(std::move(fresh));
    if (const auto level = logging::level_from(configuration()->log.level)) logging_->set_level(*level);
    if (auto reopened = logging_->reopen(); !reopened) remarks.push_back(reopened.error().message);
    if (auto reloaded = views_->reload(); !reloaded)
        remarks.push_back("the theme was not loaded again, the old one stays: " + reloaded.error().message);
    for (const auto& plugin : plugins_->status()) bring_in_line(*old, plugin, remarks);
    enable_new_ones(remarks);
    return remarks;
}

/// One plugin that is known already: off, or with new settings, as the configuration wants.
void Core::bring_in_line(const Configuration& old, const plugins::PluginStatus& plugin,
                         std::vector<std::string>& remarks) {
    const auto now = configuration();
    const auto note = [&](const sdk::Result<void>& done) {
        if (!done) remarks.push_back(done.error().message);
    };
    if (plugin.state != plugins::State::running) return;
    const auto& enabled = now->plugins.enabled;
    const bool listed = !enabled || std::ranges::find(*enabled, plugin.id) != enabled->end();
    const auto switches = choices_->switched();
    const auto switched = switches.find(plugin.id);
    if (switched == switches.end() ? !listed : !switched->second) return note(plugins_->disable(plugin.id));
    const auto schema = settings_schema_of(plugin.directory);
    if (!schema) return;
    const auto before = config::plugin_section(old, plugin.id, *schema);
    const auto after = config::plugin_section(*now, plugin.id, *schema);
    if (after && (!before || *before != *after)) note(plugins_->reconfigure(plugin.id, *after));
}

void Core::enable_new_ones(std::vector<std::string>& remarks) {
    const auto enabled = configuration()->plugins.enabled;
    if (!enabled || options_.safe_mode) return;
    const auto switched = choices_->switched();
    for (const auto& id : *enabled) {
        if (const auto off = switched.find(id); off != switched.end() && !off->second) continue;
        const auto all = plugins_->status();
        const auto known = std::ranges::find(all, id, &plugins::PluginStatus::id);
        if (known != all.end() && known->state == plugins::State::running) continue;
        if (auto done = plugins_->enable(id); !done) remarks.push_back(done.error().message);
    }
}

void Core::on_plugins_changed(std::function<void()> action) {
    std::lock_guard lock(changed_mutex_);
    changed_ = std::move(action);
}

void Core::plugins_changed() {
    std::function<void()> action;
    {
        std::lock_guard lock(changed_mutex_);
        action = changed_;
    }
    if (action) action();
}

}  // namespace whatsflow::boot
