/// \file
/// One life of a plugin: its library is opened, its object created, started, stopped and
/// destroyed, each step on the control thread and each with a deadline.
///
/// A step that does not come back cannot be undone. Then everything the plugin registered is
/// taken back, its gate stays closed and its object is left alone for ever: it is stuck.
#pragma once

#include "plugins/control_thread.hpp"
#include "plugins/crash_marker.hpp"
#include "plugins/discovery.hpp"
#include "plugins/plugin_host.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <memory>
#include <string>

namespace whatsflow::plugins {

/// What the lives of all plugins share. Owned by the runtime.
struct Surroundings {
    std::shared_ptr<const Platform> platform;
    std::shared_ptr<Registrations> registrations;
    std::shared_ptr<Timers> timers;
    ControlThread& control;
    const CrashMarkers& markers;
    Gate::FaultListener on_fault;
    std::chrono::milliseconds start_timeout;
    std::chrono::milliseconds stop_timeout;
};

/// One caller at a time, never the control thread itself.
class Life {
public:
    Life(const Candidate& candidate, const Surroundings& around);
    ~Life();
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    /// Opens the library and creates the object. Error: the reason as a sentence; no code of
    /// the plugin is left behind but the library itself.
    sdk::Result<void> load();
    /// Starts it; from then on its routes and services can be seen.
    sdk::Result<void> start(const nlohmann::json& config);
    /// Everybody has been started. An error means that it hangs.
    sdk::Result<void> all_started();
    /// True when the plugin took the settings over, false when it must be started again.
    sdk::Result<bool> reconfigure(const nlohmann::json& config);
    /// Takes everything back, then stops and destroys it. An error means that it is stuck.
    sdk::Result<void> stop();

    void report_fault(std::string_view what) { gate_->fault(what); }
    const Gate& gate() const noexcept { return *gate_; }
    bool stuck() const noexcept { return stuck_; }

private:
    struct Body;

    sdk::Result<void> create();
    sdk::Error give_up(const std::string& what, std::chrono::milliseconds timeout);
    bool tell_others(void (PluginHost::*news)());

    const Candidate candidate_;
    const Surroundings around_;
    const std::shared_ptr<Gate> gate_;
    std::shared_ptr<Body> body_;  ///< shared with steps that never came back
    bool stuck_ = false;
};

}  // namespace whatsflow::plugins
