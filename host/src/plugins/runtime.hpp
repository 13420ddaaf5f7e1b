/// \file
/// The plugin runtime: finds plugins, judges them, starts them in order, and keeps the server
/// alive when one of them misbehaves.
///
///     Runtime runtime(platform, options);
///     if (auto started = runtime.start_all(); !started) return started.error();
///     router.replace(runtime.routes());
///     runtime.on_changed([&] { router.replace(runtime.routes()); });
#pragma once

#include "plugins/fault_desk.hpp"
#include "plugins/life.hpp"
#include "plugins/platform.hpp"
#include "plugins/registrations.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace whatsflow::plugins {

/// found → verified → loaded → configured → running ⇄ stopped; from any of them refused (it
/// cannot run) or quarantined (it must not).
enum class State { found, verified, loaded, configured, running, stopped, disabled, refused, quarantined };

/// One of running, stopped, disabled, refused, quarantined: the steps on the way are `stopped`.
std::string_view to_text(State state);

struct PluginStatus {
    std::string id;
    std::string version;
    std::string name;
    std::string vendor;
    State state = State::found;
    std::vector<std::string> provides;
    std::vector<std::string> needs;
    std::string reason;  ///< one sentence, never empty for refused and quarantined
    std::string directory;
    std::uint64_t faults = 0;
    std::string status;       ///< `stable`, `beta`, `experimental`
    std::string input_trust;  ///< `trusted`, `untrusted`
};

/// Queries are thread-safe. Changes take their turn, block until they are done, and must not
/// be asked for from inside a plugin's start() or stop() (error `plugins.busy`).
class Runtime {
public:
    Runtime(Platform platform, Options options);
    /// Stops what runs.
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    /// Fatal signals from now on name the plugin that was running. Once, in the server only.
    void install_crash_handler();

    /// Judges every plugin without running any of its code. start_all() begins with it.
    void find_all();
    /// Starts every enabled plugin. Error `plugins.required` only when a required one does not
    /// run; everybody else's trouble is in status().
    sdk::Result<void> start_all();
    /// In the reverse order of their start.
    void stop_all();

    sdk::Result<void> enable(const std::string& id);
    /// Refused while running plugins need it: the sentence names them.
    sdk::Result<void> disable(const std::string& id);
    /// New settings, already valid: taken over while running, or by stopping and starting.
    sdk::Result<void> reconfigure(const std::string& id, const nlohmann::json& config);
    /// Counts a fault from outside the gate, such as a handler whose worker was written off.
    void report_fault(const std::string& id, std::string_view what);

    std::vector<PluginStatus> status() const;
    /// Plugins that did not stop in time: a thread of theirs may still run.
    std::size_t stuck() const;
    std::vector<RegisteredRoute> routes() const { return registrations_->routes(); }
    std::vector<RegisteredCommand> commands() const { return registrations_->commands(); }
    std::vector<sdk::Contribution> contributions(sdk::SlotId slot, sdk::Site site) const {
        return registrations_->contributions(slot.text(), site);
    }
    /// The same without a copy, for every page that is drawn.
    std::shared_ptr<const std::vector<sdk::Contribution>> shared_contributions(sdk::SlotId slot, sdk::Site site) const {
        return registrations_->shared_contributions(slot.text(), site);
    }
    /// Running plugins that need a service only `id` provides.
    std::vector<std::string> dependants(const std::string& id) const;

    /// Called after routes, commands, contributions or states changed, on the thread that
    /// changed them. Set it before start_all().
    void on_changed(std::function<void()> callback) { on_changed_ = std::move(callback); }

private:
    struct Entry {
        Candidate candidate;
        State state = State::found;
        std::string reason;
        std::shared_ptr<Life> life;
        std::uint64_t earlier_faults = 0;
    };

    void judge(Entry& entry, bool wanted);
    bool is_wanted(const Candidate& candidate) const;
    sdk::Result<void> matches_lock(const Candidate& candidate) const;
    sdk::Result<nlohmann::json> configuration_of(const Candidate& candidate) const;
    sdk::Result<void> needs_are_met(const Manifest& manifest) const;
    void bring_up(Entry& entry, const nlohmann::json* config);
    void finish_start(Entry& entry);
    void take_down(Entry& entry, State state, const std::string& reason);
    void quarantine(const std::string& id, const std::string& what);
    void set(Entry& entry, State state, std::string reason);
    Entry* find(const std::string& id);
    std::set<std::string> services_there() const;
    void changed() const;
    Surroundings surroundings();

    const std::shared_ptr<const Platform> platform_;
    const Options options_;
    const std::shared_ptr<Registrations> registrations_;
    const std::shared_ptr<Timers> timers_;
    CrashMarkers markers_;
    ControlThread control_;
    std::function<void()> on_changed_;

    std::mutex change_mutex_;            ///< one change at a time
    mutable std::mutex state_mutex_;     ///< what status() reads
    std::vector<Entry> entries_;         ///< by id
    std::vector<std::string> started_;   ///< in the order of their start
    std::unique_ptr<FaultDesk> faults_;  ///< last: its thread calls back
};

}  // namespace whatsflow::plugins
