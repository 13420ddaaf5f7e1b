#include "plugins/runtime.hpp"

#include "plugins/dependency_order.hpp"
#include "plugins/plugin_events.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace whatsflow::plugins {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

sdk::Error busy() {
    return sdk::fail("plugins.busy", "Plugins cannot be changed while one of them starts or stops. Try again then.");
}

}  // namespace

std::string_view to_text(State state) {
    switch (state) {
        case State::running: return "running";
        case State::disabled: return "disabled";
        case State::refused: return "refused";
        case State::quarantined: return "quarantined";
        default: return "stopped";
    }
}

Runtime::Runtime(Platform platform, Options options)
    : platform_(std::make_shared<const Platform>(std::move(platform))),
      options_(std::move(options)),
      registrations_(std::make_shared<Registrations>()),
      timers_(std::make_shared<Timers>()),
      markers_(platform_->data_directory / "run", platform_->clock, options_.crash_notes),
      faults_(std::make_unique<FaultDesk>(
          platform_, [this](const std::string& plugin, const std::string& what) { quarantine(plugin, what); })) {
    platform_->bus.declare("host", PluginQuarantined::kType.text());
}

Runtime::~Runtime() {
    faults_.reset();
    stop_all();
}

void Runtime::install_crash_handler() {
    markers_.install_handler();
}

void Runtime::find_all() {
    std::vector<Entry> entries;
    for (auto& candidate : discover(options_.directories)) {
        Entry entry;
        entry.candidate = std::move(candidate);
        const bool wanted = is_wanted(entry.candidate);
        judge(entry, wanted);
        entries.push_back(std::move(entry));
    }
    std::vector<std::string> places;
    for (const auto& directory : options_.directories) places.push_back(directory.string());
    for (const auto& id : options_.enabled.value_or(std::vector<std::string>{})) {
        if (options_.safe_mode || std::ranges::any_of(entries, [&](const Entry& e) { return e.candidate.id == id; }))
            continue;
        Entry entry;
        entry.candidate.id = id;
        entry.state = State::refused;
        entry.reason = id + " not loaded: not found in " + joined(places) +
                       ". Install it there, or take it out of plugins.enabled.";
        entries.push_back(std::move(entry));
    }
    std::ranges::stable_sort(entries, {}, [](const Entry& entry) { return entry.candidate.id; });
    std::lock_guard lock(state_mutex_);
    entries_ = std::move(entries);
}

bool Runtime::is_wanted(const Candidate& candidate) const {
    if (options_.safe_mode) return false;
    if (const auto found = options_.switched.find(candidate.id); found != options_.switched.end())
        return found->second;
    if (options_.enabled) return std::ranges::find(*options_.enabled, candidate.id) != options_.enabled->end();
    std::error_code error;
    return candidate.manifest.default_enabled &&
           fs::equivalent(candidate.folder.parent_path(), options_.bundled_directory, error);
}

void Runtime::judge(Entry& entry, bool wanted) {
    const auto& candidate = entry.candidate;
    const auto refuse = [&](const std::string& why) {
        entry.state = State::refused;
        entry.reason = candidate.title() + " not loaded: " + why + " File: " + candidate.library().string();
    };
    if (!candidate.refusal.empty()) {
        entry.state = State::refused;
        entry.reason = candidate.refusal;
    } else if (auto fits = fits_this_host(candidate.manifest); !fits) {
        refuse(fits.error().message);
    } else if (!wanted) {
        entry.state = State::disabled;
        entry.reason.clear();
    } else if (auto locked = matches_lock(candidate); !locked) {
        refuse(locked.error().message);
    } else if (auto crashed = markers_.reason_against(candidate.id)) {
        entry.state = State::quarantined;
        entry.reason = *crashed;
    } else {
        entry.state = State::verified;
        entry.reason.clear();
    }
}

sdk::Result<void> Runtime::matches_lock(const Candidate& candidate) const {
    if (!options_.require_digest) return sdk::ok();
    const auto digest = platform_->sha256_of_file(candidate.library());
    if (!digest) return digest.error();
    std::ifstream file(options_.lock_file);
    std::string sum, id;
    while (file >> sum >> id) {
        if (id != candidate.id) continue;
        if (sum == *digest) return sdk::ok();
        return sdk::fail("plugins.digest", "its library has the SHA-256 " + *digest + ", " +
                                               options_.lock_file.string() + " says " + sum +
                                               ". If you replaced the library yourself, write the new one there.");
    }
    return sdk::fail("plugins.digest", "plugins.require_digest is on and " + options_.lock_file.string() +
                                           " has no line for it. If you trust it, add: " + *digest + "  " +
                                           candidate.id + ".");
}

sdk::Result<nlohmann::json> Runtime::configuration_of(const Candidate& candidate) const {
    const auto file = candidate.folder / "config.schema.json";
    nlohmann::json schema{
        {"type", "object"}, {"properties", nlohmann::json::object()}, {"additionalProperties", false}};
    if (fs::exists(file)) {
        std::ifstream stream(file);
        schema = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
        if (!schema.is_object() || schema.value("type", nlohmann::json("object")) != "object")
            return sdk::fail("plugins.bad_schema",
                             file.string() + " is not a JSON Schema of an object. Install the plugin again.");
    }
    return platform_->config(candidate.id, schema);
}

std::set<std::string> Runtime::services_there() const {
    std::set<std::string> services;
    for (const auto& provided : platform_->services.list()) services.insert(provided.service);
    return services;
}

sdk::Result<void> Runtime::needs_are_met(const Manifest& manifest) const {
    const auto there = services_there();
    for (const auto& need : manifest.requires_services) {
        if (need.optional || there.contains(need.service)) continue;
        std::string providers;
        std::lock_guard lock(state_mutex_);
        for (const auto& entry : entries_)
            if (std::ranges::find(entry.candidate.manifest.provides, need.service) !=
                entry.candidate.manifest.provides.end())
                providers +=
                    (providers.empty() ? "" : ", ") + entry.candidate.id + " is " + std::string(to_text(entry.state));
        return sdk::fail(
            "plugins.needs",
            "needs " + need.service + ", which " +
                (providers.empty() ? "no plugin provides. Install and enable one that does."
                                   : "nobody provides now (" + providers + "). Enable or repair its provider first."));
    }
    return sdk::ok();
}

Surroundings Runtime::surroundings() {
    return {platform_,
            registrations_,
            timers_,
            control_,
            markers_,
            faults_->listener(),
            options_.start_timeout,
            options_.stop_timeout};
}

void Runtime::set(Entry& entry, State state, std::string reason) {
    if (state == State::refused || state == State::quarantined)
        platform_->logger(entry.candidate.id).error(reason, {{"state", std::string(to_text(state))}});
    std::lock_guard lock(state_mutex_);
    entry.state = state;
    entry.reason = std::move(reason);
}

void Runtime::bring_up(Entry& entry, const nlohmann::json* given) {
    const auto& candidate = entry.candidate;
    const auto& manifest = candidate.manifest;
    const auto refuse = [&](const sdk::Error& error) {
        set(entry, State::refused,
            candidate.title() + " not started: " + error.message + " File: " + candidate.library().string());
    };
    if (auto met = needs_are_met(manifest); !met) return refuse(met.error());
    auto life = std::make_shared<Life>(candidate, surroundings());
    {
        std::lock_guard lock(state_mutex_);
        entry.life = life;
    }
    auto loaded = life->load();
    if (!loaded) return refuse(loaded.error());
    set(entry, State::loaded, "");
    auto config = given ? sdk::Result<nlohmann::json>(*given) : configuration_of(candidate);
    if (!config) return refuse(config.error());
    if (fs::is_directory(candidate.folder / "migrations"))
        if (auto migrated = platform_->migrate(candidate.id, candidate.folder / "migrations"); !migrated)
            return refuse(migrated.error());
    if (platform_->views)
        if (auto taken = platform_->views(candidate.id, candidate.folder); !taken) return refuse(taken.error());
    set(entry, State::configured, "");
    if (auto started = life->start(*config); !started) return refuse(started.error());
    for (const auto& event : manifest.publishes) platform_->bus.declare(candidate.id, event);
    {
        std::lock_guard lock(state_mutex_);
        started_.push_back(candidate.id);
    }
    set(entry, State::running, "");
    platform_->logger(candidate.id).info("started", {{"version", manifest.version}});
}

void Runtime::finish_start(Entry& entry) {
    if (entry.state != State::running) return;
    if (auto finished = entry.life->all_started(); !finished)
        set(entry, State::refused, entry.candidate.title() + " not started: " + finished.error().message);
}

sdk::Result<void> Runtime::start_all() {
    if (ControlThread::is_current()) return busy();
    std::lock_guard change(change_mutex_);
    find_all();
    std::vector<const Manifest*> wanted;
    for (const auto& entry : entries_) {
        if (entry.state == State::verified)
            wanted.push_back(&entry.candidate.manifest);
        else if (!entry.reason.empty())
            platform_->logger(entry.candidate.id).error(entry.reason);
    }
    const auto ordered = order_by_dependencies(wanted, services_there());
    for (const auto& [id, why] : ordered.refused) set(*find(id), State::refused, why);
    for (const auto& id : ordered.order) bring_up(*find(id), nullptr);
    for (const auto& id : ordered.order) finish_start(*find(id));
    changed();

    for (const auto& id : options_.required) {
        const auto* entry = find(id);
        if (entry && entry->state == State::running) continue;
        return sdk::fail("plugins.required", "The server does not start without " + id + ": " +
                                                 (entry && !entry->reason.empty() ? entry->reason
                                                  : entry ? "it is disabled. Add it to plugins.enabled."
                                                          : "it was not found in any of plugins.directories."));
    }
    return sdk::ok();
}

void Runtime::take_down(Entry& entry, State state, const std::string& reason) {
    const auto life = entry.life;
    sdk::Result<void> stopped;
    if (life && entry.state == State::running) stopped = life->stop();
    {
        std::lock_guard lock(state_mutex_);
        std::erase(started_, entry.candidate.id);
        if (life) entry.earlier_faults += life->gate().faults();
        if (stopped) entry.life.reset();
    }
    if (stopped)
        set(entry, state, reason);
    else
        set(entry, State::refused, entry.candidate.title() + " is stuck: " + stopped.error().message);
}

void Runtime::stop_all() {
    std::lock_guard change(change_mutex_);
    const auto order = started_;
    for (auto id = order.rbegin(); id != order.rend(); ++id) take_down(*find(*id), State::stopped, "");
    if (!order.empty()) changed();
}

sdk::Result<void> Runtime::enable(const std::string& id) {
    if (ControlThread::is_current()) return busy();
    std::lock_guard change(change_mutex_);
    auto* entry = find(id);
    if (entry && entry->state == State::running) return sdk::ok();
    if (entry && entry->life && entry->life->stuck()) return sdk::fail("plugins.stuck", entry->reason);
    for (auto& candidate : discover(options_.directories)) {
        if (candidate.id != id) continue;
        std::lock_guard lock(state_mutex_);
        if (!entry) entry = &entries_.emplace_back();
        entry->candidate = std::move(candidate);
        break;
    }
    if (!entry || entry->candidate.folder.empty())
        return sdk::fail("plugins.unknown",
                         "There is no plugin " + id + " in any of plugins.directories. Install it first.");
    markers_.forget(id);
    {
        std::lock_guard lock(state_mutex_);
        judge(*entry, true);
    }
    if (entry->state == State::verified) bring_up(*entry, nullptr);
    if (entry->state == State::running) finish_start(*entry);
    const auto state = entry->state;
    const auto reason = entry->reason;
    changed();
    if (state != State::running) return sdk::fail("plugins.refused", reason);
    return sdk::ok();
}

sdk::Result<void> Runtime::disable(const std::string& id) {
    if (ControlThread::is_current()) return busy();
    std::lock_guard change(change_mutex_);
    auto* entry = find(id);
    if (!entry) return sdk::fail("plugins.unknown", "There is no plugin " + id + ".");
    if (entry->life && entry->life->gate().is_inside())
        return sdk::fail("plugins.busy", id + " cannot be disabled by a call that runs inside it.");
    if (const auto others = dependants(id); !others.empty())
        return sdk::fail("plugins.needed",
                         id + " is needed by " + joined(others) + ". Disable " + joined(others) + " first.");
    if (entry->life && entry->life->stuck()) return sdk::fail("plugins.stuck", entry->reason);
    take_down(*entry, State::disabled, "");
    const auto stuck = entry->state == State::refused;
    const auto reason = entry->reason;
    changed();
    if (stuck) return sdk::fail("plugins.stuck", reason);
    return sdk::ok();
}

sdk::Result<void> Runtime::reconfigure(const std::string& id, const nlohmann::json& config) {
    if (ControlThread::is_current()) return busy();
    std::lock_guard change(change_mutex_);
    auto* entry = find(id);
    if (!entry || entry->state != State::running)
        return sdk::fail("plugins.not_running",
                         "Plugin " + id + " is not running; the settings count from its next start.");
    if (entry->life->gate().is_inside())
        return sdk::fail("plugins.busy", id + " cannot be started again by a call that runs inside it.");
    auto taken_over = entry->life->reconfigure(config);
    if (!taken_over) {
        set(*entry, State::refused, entry->candidate.title() + " is stuck: " + taken_over.error().message);
    } else if (!*taken_over) {
        take_down(*entry, State::stopped, "");
        if (entry->state == State::stopped) bring_up(*entry, &config);
        finish_start(*entry);
    }
    const auto state = entry->state;
    const auto reason = entry->reason;
    changed();
    if (state != State::running) return sdk::fail("plugins.refused", reason);
    return sdk::ok();
}

void Runtime::quarantine(const std::string& id, const std::string& what) {
    {
        std::lock_guard change(change_mutex_);
        auto* entry = find(id);
        if (!entry || entry->state != State::running) return;
        const auto reason = entry->candidate.title() + " was taken out of service after " +
                            std::to_string(Gate::kFaultsUntilQuarantine) + " faults in " +
                            std::to_string(Gate::kFaultWindow.count()) + " s, the last one: " + what +
                            ". Look at the log, then enable it again.";
        take_down(*entry, State::quarantined, reason);
        (void)sdk::publish(platform_->bus, PluginQuarantined{id, reason});
    }
    changed();
}

void Runtime::report_fault(const std::string& id, std::string_view what) {
    std::shared_ptr<Life> life;
    {
        std::lock_guard lock(state_mutex_);
        if (auto* entry = find(id)) life = entry->life;
    }
    if (life) life->report_fault(what);
}

std::size_t Runtime::stuck() const {
    std::lock_guard lock(state_mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(entries_, [](const Entry& entry) { return entry.life && entry.life->stuck(); }));
}

std::vector<PluginStatus> Runtime::status() const {
    std::vector<PluginStatus> all;
    std::lock_guard lock(state_mutex_);
    for (const auto& entry : entries_) {
        const auto& manifest = entry.candidate.manifest;
        PluginStatus status;
        status.id = entry.candidate.id;
        status.version = manifest.version;
        status.name = manifest.name;
        status.vendor = manifest.vendor;
        status.state = entry.state;
        status.provides = manifest.provides;
        for (const auto& need : manifest.requires_services) status.needs.push_back(need.service);
        status.reason = entry.reason;
        status.directory = entry.candidate.folder.string();
        status.faults = entry.earlier_faults + (entry.life ? entry.life->gate().faults() : 0);
        status.status = manifest.status;
        status.input_trust = manifest.input_trust;
        all.push_back(std::move(status));
    }
    std::ranges::stable_sort(all, {}, &PluginStatus::id);
    return all;
}

std::vector<std::string> Runtime::dependants(const std::string& id) const {
    const auto provided = platform_->services.list();
    const auto only_here = [&](const std::string& service) {
        return std::ranges::any_of(provided, [&](const auto& s) { return s.service == service && s.provider == id; }) &&
               std::ranges::none_of(provided, [&](const auto& s) { return s.service == service && s.provider != id; });
    };
    std::vector<std::string> found;
    std::lock_guard lock(state_mutex_);
    for (const auto& entry : entries_) {
        if (entry.candidate.id == id || entry.state != State::running) continue;
        for (const auto& need : entry.candidate.manifest.requires_services) {
            if (need.optional || !only_here(need.service)) continue;
            found.push_back(entry.candidate.id);
            break;
        }
    }
    return found;
}

Runtime::Entry* Runtime::find(const std::string& id) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.candidate.id == id; });
    return found == entries_.end() ? nullptr : &*found;
}

void Runtime::changed() const {
    if (on_changed_) on_changed_();
}

}  // namespace whatsflow::plugins
