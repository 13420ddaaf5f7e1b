#include "boot/server.hpp"

#include "boot/application.hpp"
#include "boot/listings.hpp"
#include "boot/live_settings.hpp"
#include "boot/permission_check.hpp"
#include "boot/web_settings.hpp"
#include "metrics/process_metrics.hpp"
#include "realtime/publisher.hpp"

#include <algorithm>
#include <thread>

namespace whatsflow::boot {
namespace {

using namespace std::chrono_literals;
using config::Configuration;

constexpr auto kReadinessPeriod = 1s;
constexpr auto kDrainTime = 20s;

http::ServerOptions wire_options(const Configuration& configuration, sdk::Logger& log) {
    http::ServerOptions options;
    options.address = configuration.sites.bind;
    for (const auto site : kAllSites) {
        const auto port = configuration.sites.of(site).port;
        if (std::ranges::find(options.ports, port) == options.ports.end()) options.ports.push_back(port);
    }
    options.threads = static_cast<int>(configuration.http.threads);
    options.workers = configuration.http.workers;
    // One more than can compute: it takes over where another waits for the database.
    options.brisk = std::max(1U, std::thread::hardware_concurrency()) + 1;
    options.queue_length = configuration.http.queue;
    options.limits.connections = configuration.http.max_connections;
    options.on_written_off = [&log](const std::string& owner, std::size_t hanging) {
        log.warn("a request ran into its time limit and its worker was replaced",
                 {{"plugin", owner}, {"hanging", std::to_string(hanging)}});
    };
    return options;
}

}  // namespace

Server::Server(std::unique_ptr<Core> core, RunFolder run_folder,
               std::function<sdk::Result<config::Configuration>()> load)
    : core_(std::move(core)), run_folder_(std::move(run_folder)), load_(std::move(load)), log_(core_->log("server")) {}

Server::~Server() {
    // Plugins that stop from here on change routes of an application that is going away.
    core_->on_plugins_changed(nullptr);
    core_->facilities().operations().routes_from(nullptr);
}

sdk::Result<void> Server::start() {
    if (auto migrated = core_->migrate_core(); !migrated) return migrated.error();
    if (auto started = core_->start_plugins(); !started) return started.error();
    readiness_ = std::make_unique<ReadinessWatch>(
        std::vector<ReadinessCheck>{{"database",
                                     [this]() -> sdk::Result<void> {
                                         sdk::CallContext context;
                                         context.deadline = std::chrono::steady_clock::now() + 2s;
                                         if (core_->database().ping(context)) return sdk::ok();
                                         return sdk::fail("database.unavailable", "unavailable");
                                     }},
                                    {"plugins",
                                     [this]() -> sdk::Result<void> {
                                         if (core_->required_plugins_run()) return sdk::ok();
                                         return sdk::fail("plugins.required", "a required plugin is not running");
                                     }}},
        kReadinessPeriod);
    if (auto made = make_application(); !made) return made.error();
    if (auto opened = open_live_updates(); !opened) return opened;
    return open_sites();
}

sdk::Result<void> Server::make_application() {
    auto made = boot::make_application(*core_, [this] { return readiness_->current(); });
    if (!made) return made.error();
    application_ = std::move(*made);
    core_->facilities().operations().routes_from([this] { return marked_routes(); });
    publish_state();
    core_->on_plugins_changed([this] { routes_changed(); });
    return sdk::ok();
}

sdk::Result<void> Server::open_sites() {
    http_ = std::make_unique<http::Server>(wire_options(*core_->configuration(), log_), *application_);
    if (auto started = http_->start(); !started) return started.error();
    auto& metrics = core_->metrics();
    gauges_ = metrics::measure_process(metrics);
    const auto observe = [&](const char* name, const char* help, std::function<double()> value) {
        gauges_.push_back(metrics.observed_gauge(name, help, {}, std::move(value)));
    };
    observe("wf_http_connections", "Open connections",
            [this] { return static_cast<double>(http_->counts().connections); });
    observe("wf_http_streams", "Bodies being made while they are sent",
            [this] { return static_cast<double>(http_->counts().streams); });
    observe("wf_realtime_connections", "Pages and streams that hear live updates",
            [this] { return static_cast<double>(live_->connections()); });
    observe("wf_cluster_nodes", "Nodes that hear each other, this one included",
            [this] { return static_cast<double>(core_->facilities().neighbours().nodes()); });
    observe("wf_http_pool_queued", "Requests waiting for a worker",
            [this] { return static_cast<double>(http_->counts().pool.queued); });
    observe("wf_log_lines_dropped", "Log lines dropped because the queue was full",
            [this] { return static_cast<double>(core_->logs().dropped()); });
    observe("wf_events_dropped", "Events dropped because a subscriber's queue was full",
            [this] { return static_cast<double>(core_->bus().dropped()); });
    return sdk::ok();
}

sdk::Result<void> Server::open_live_updates() {
    live_ = std::make_unique<realtime::Gateway>(live_settings(*core_->configuration()), live_dependencies(*core_));
    if (auto started = live_->start(); !started) return started;
    auto& signals = core_->facilities().neighbours().signals();
    hearing_.push_back(realtime::hear(signals, *live_));
    hearing_.push_back(
        signals.subscribe(kSessionChanged, [this](const std::string& id) { live_->session_changed(id); }));
    if (core_->facilities().neighbours().redis_state() == "not used") return sdk::ok();
    shared_limits_ = std::make_unique<web::SharedLimits>(
        application_->rate_limiter(), [&signals](const std::string& text) { signals.publish(kLimitsSpent, text); });
    hearing_.push_back(
        signals.subscribe(kLimitsSpent, [this](const std::string& text) { shared_limits_->hear(text); }));
    return sdk::ok();
}

void Server::routes_changed() {
    auto set = application_->set_routes(web_routes(core_->plugins(), !core_->configuration()->production));
    if (!set)
        log_.error("the routes of the running plugins do not fit together; the old ones stay",
                   {{"reason", set.error().message}});
    publish_state();
}

nlohmann::json Server::marked_routes() const {
    auto routes = application_->route_list();
    mark_permissions(routes, core_->plugins());
    return routes;
}

void Server::publish_state() {
    const std::lock_guard one_at_a_time(publishing_);  // a reload and a plugin's news may meet
    const auto routes = marked_routes();
    for (const auto& sentence : undefined_permissions(routes))
        if (told_.insert(sentence).second) log_.warn(sentence);
    for (const auto& [name, value] :
         {std::pair{"plugins", plugin_rows(core_->plugins())}, std::pair{"routes", routes},
          std::pair{"events", event_rows(core_->bus())}}) {
        if (auto published = run_folder_.publish(name, value); !published)
            log_.error("the state for other commands was not written", {{"reason", published.error().message}});
    }
}

std::string Server::addresses() const {
    const auto configuration = core_->configuration();
    std::string text;
    for (const auto site : kAllSites) {
        std::string name(sdk::to_text(site));
        name.resize(9, ' ');
        text += "  " + name + configuration->sites.of(site).url + "\n";
    }
    // Whoever signs up for the first time waits for a mail: it is here.
    if (configuration->mail.transport == config::MailSettings::Transport::mailbox)
        text += "  mail     kept at " + configuration->sites.of(sdk::Site::admin).url + "/mailbox\n";
    return text;
}

void Server::run(const Signals& signals) {
    for (;;) {
        const auto signal = signals.wait(1h);
        if (signal == Signal::reload) {
            reload();
        } else if (signal == Signal::stop) {
            shut_down();
            return;
        }
    }
}

void Server::reload() {
    auto loaded = load_();
    if (!loaded) {
        log_.error("the configuration was not read again; the old one stays", {{"reason", loaded.error().message}});
        return;
    }
    for (const auto& sentence : core_->reload(std::move(*loaded))) log_.warn(sentence);
    application_->set_rate_limits(web_options(*core_->configuration()).rate_limits);
    routes_changed();
    log_.info("reloaded");
}

void Server::shut_down() {
    log_.info("draining");
    readiness_->drain();
    application_->start_draining();
    const bool drained = http_->drain(std::chrono::steady_clock::now() + kDrainTime);
    if (!drained) log_.warn("some requests did not finish in time");
    hearing_.clear();
    shared_limits_.reset();
    const bool quiet = live_->stop();
    const bool stopped = http_->stop() && quiet;
    gauges_.clear();
    core_->on_plugins_changed(nullptr);
    core_->stop_plugins();
    log_.info("stopped");
    core_->logs().flush();
    // A thread of the HTTP library, or of a plugin that was written off, still runs: leave
    // without taking its memory away under it.
    if (!stopped || core_->plugins().stuck() > 0) std::_Exit(0);
}

}  // namespace whatsflow::boot
