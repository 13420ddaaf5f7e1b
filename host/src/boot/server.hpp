/// \file
/// The running server: a Core, the four sites in front of it, and its life from the first
/// signal to the last.
///
///     Server server(std::move(core), run_folder, line);
///     if (auto started = server.start(); !started) return refuse(started.error());
///     server.run(signals);   // returns when it has drained
#pragma once

#include "boot/core.hpp"
#include "boot/readiness.hpp"
#include "boot/run_folder.hpp"
#include "boot/signals.hpp"
#include "http/server.hpp"
#include "realtime/gateway.hpp"
#include "web/shared_limits.hpp"
#include "web/web_application.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace whatsflow::boot {

class Server {
public:
    /// `load` reads the configuration again at a reload.
    Server(std::unique_ptr<Core> core, RunFolder run_folder, std::function<sdk::Result<config::Configuration>()> load);
    ~Server();

    /// Starts the plugins and opens the sites. Nothing listens when it returns an error.
    sdk::Result<void> start();

    /// Serves until SIGTERM or SIGINT; SIGHUP reloads. Finishes what is in flight. [main thread]
    void run(const Signals& signals);

    /// The addresses people open, one line each.
    std::string addresses() const;
    Core& core() { return *core_; }

private:
    sdk::Result<void> make_application();
    sdk::Result<void> open_sites();
    sdk::Result<void> open_live_updates();
    void routes_changed();
    nlohmann::json marked_routes() const;
    void publish_state();
    void reload();
    void shut_down();

    std::unique_ptr<Core> core_;
    RunFolder run_folder_;
    std::function<sdk::Result<config::Configuration>()> load_;
    sdk::Logger& log_;
    std::unique_ptr<ReadinessWatch> readiness_;
    std::unique_ptr<web::WebApplication> application_;
    std::unique_ptr<http::Server> http_;
    std::unique_ptr<realtime::Gateway> live_;
    std::unique_ptr<web::SharedLimits> shared_limits_;  ///< where there may be other nodes
    std::vector<sdk::Registration> hearing_;            ///< for the gateway and the limits
    std::vector<sdk::Registration> gauges_;
    std::mutex publishing_;
    std::set<std::string> told_;  ///< sentences about permissions that are in the log already
};

}  // namespace whatsflow::boot
