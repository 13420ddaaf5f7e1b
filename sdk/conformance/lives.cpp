// Start, stop, start, stop: what a plugin must survive, and what it must not leave behind.
#include "walk.hpp"

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>

namespace whatsflow::conformance {
namespace {

using namespace std::chrono_literals;

/// A thread that has returned may need a moment to disappear from the process's list.
std::size_t count_threads_when_settled(std::size_t wanted) {
    std::size_t count = count_threads();
    for (int tries = 0; count > wanted && tries < 50; ++tries) {
        std::this_thread::sleep_for(10ms);
        count = count_threads();
    }
    return count;
}

/// A sanitizer adds a thread of its own to the process when the first one is made.
std::size_t count_threads_once_one_was_made() {
    std::thread([] {}).join();
    return count_threads();
}

}  // namespace

std::size_t count_threads() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) ++count;
    return count;
}

void play_world(sdk::testing::FakeHost& host, const nlohmann::json& scenario) {
    const auto answers = scenario.value("answers", nlohmann::json::array());
    host.network().answer_always([answers](const sdk::CallContext&, const sdk::OutgoingRequest& request) {
        for (const auto& answer : answers) {
            const auto method = answer.value("method", "");
            if (!method.empty() && method != sdk::to_text(request.method)) continue;
            if (!request.url.starts_with(answer.value("url_prefix", ""))) continue;
            sdk::Headers headers;
            const auto given = answer.value("headers", nlohmann::json::object());
            for (const auto& [name, value] : given.items()) headers.add(name, value.get<std::string>());
            const auto body = answer.value("body", nlohmann::json::object());
            return sdk::Result<sdk::IncomingResponse>(sdk::IncomingResponse{
                answer.value("status", 200), headers, body.is_string() ? body.get<std::string>() : body.dump()});
        }
        return sdk::Result<sdk::IncomingResponse>(sdk::IncomingResponse{200, {}, "{}"});
    });
}

StartedPlugin::StartedPlugin(const PluginFolder& folder, const wf_plugin_v1& entry, const WalkOptions& options,
                             Report& report)
    : report_(report),
      stop_deadline_(options.stop_deadline),
      threads_before_(count_threads_once_one_was_made()),
      host_(std::make_unique<sdk::testing::FakeHost>(folder.id(), std::filesystem::absolute(folder.path).string())),
      database_(std::make_unique<sdk::testing::ScriptedDatabase>()),
      plugin_(create_plugin(entry, report)) {
    if (!plugin_) return;
    host_->use_database(*database_);
    play_world(*host_, options.scenario);
    const auto settings = make_settings(folder.schema, options.scenario.value("config", nlohmann::json::object()));
    secrets_ = secrets_of(folder.schema, settings);
    report.begin("start()");
    try {
        const auto started = plugin_->start(*host_, sdk::Config(settings));
        if (!started) {
            report.failed("start", "start() refused: " + started.error().message + " (" + started.error().code + ")");
            return;
        }
        report.begin("on_all_started()");
        plugin_->on_all_started(*host_);
        running_ = true;
    } catch (const std::exception& exception) {
        report.failed("start", std::string("start() threw: ") + exception.what());
    } catch (...) {
        report.failed("start", "start() threw something that is not a std::exception.");
    }
}

StartedPlugin::~StartedPlugin() {
    if (running_) stop();
}

void StartedPlugin::stop() {
    running_ = false;
    report_.begin("stop()");
    struct Shared {
        std::mutex mutex;
        std::condition_variable done;
        bool returned = false;
    };
    const auto shared = std::make_shared<Shared>();
    const auto started_at = std::chrono::steady_clock::now();
    std::thread stopper([plugin = plugin_.get(), shared] {
        plugin->stop();
        std::lock_guard lock(shared->mutex);
        shared->returned = true;
        shared->done.notify_all();
    });
    {
        std::unique_lock lock(shared->mutex);
        if (!shared->done.wait_for(lock, stop_deadline_, [&] { return shared->returned; })) {
            report_.failed("stop.deadline", "stop() did not return within " + std::to_string(stop_deadline_.count()) +
                                                " ms. Nothing after it was checked.");
            std::_Exit(3);
        }
    }
    stopper.join();
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_at);
    report_.passed("stop.deadline", "stop() returned after " + std::to_string(took.count()) + " ms.");

    const auto threads = count_threads_when_settled(threads_before_);
    report_.expect(threads <= threads_before_, "stop.threads", "No thread of the plugin is left after stop().",
                   std::to_string(threads - threads_before_) + " threads of the plugin still run after stop().");

    const auto calls = host_->network().requests().size();
    const auto lines = host_->logged().lines().size();
    const auto events = host_->published().all().size();
    host_->withdraw_all();
    report_.begin("destroy()");
    plugin_.reset();
    const auto left = host_->registered();
    const auto count = left.subscriptions + left.timers + left.watches + left.services + left.routes;
    report_.expect(count == 0, "stop.registrations", "Nothing is registered after stop().",
                   std::to_string(count) + " registrations were made after stop().");
    std::this_thread::sleep_for(20ms);
    const bool quiet = calls == host_->network().requests().size() && events == host_->published().all().size() &&
                       lines == host_->logged().lines().size();
    report_.expect(quiet, "stop.quiet", "Nothing of it runs after stop().",
                   "It still logged, published or called out after stop().");
}

void check_lives(const PluginFolder& folder, const wf_plugin_v1& entry, const WalkOptions& options, Report& report) {
    {
        report.begin("create and destroy without start()");
        const auto unused = create_plugin(entry, report);
        if (!unused) return;
    }
    report.passed("create", "It can be created and destroyed without being started.");

    for (const char* life : {"first", "second"}) {
        StartedPlugin plugin(folder, entry, options, report);
        if (!plugin.running()) return;
        const auto count = plugin.host().registered();
        report.passed("start", std::string("The ") + life + " start() registered " + std::to_string(count.routes) +
                                   " routes, " + std::to_string(count.services) + " services, " +
                                   std::to_string(count.subscriptions) + " subscriptions and " +
                                   std::to_string(count.timers) + " timers.");
        report.begin("firing the timers");
        try {
            plugin.host().fire_timers();
        } catch (const std::exception& exception) {
            report.failed("timers", std::string("A timer threw: ") + exception.what());
        }
        plugin.stop();
    }
    // A second object while the first one lives would share statics with it.
    const auto services = folder.manifest.value("provides", nlohmann::json::array());
    StartedPlugin plugin(folder, entry, options, report);
    if (!plugin.running()) return;
    std::string missing;
    for (const auto& service : services) {
        const auto text = service.is_string() ? service.get<std::string>() : service.value("service", "");
        const auto slash = text.rfind('/');
        if (slash == std::string::npos) {
            missing += " " + text;
            continue;
        }
        const auto name = text.substr(0, slash);
        const auto revision = static_cast<unsigned>(std::strtoul(text.c_str() + slash + 1, nullptr, 10));
        if (plugin.host().find_services(sdk::ServiceId{name, revision}, {}).empty()) missing += " " + text;
    }
    report.expect(missing.empty(), "start.provides", "It provides what plugin.json promises.",
                  "plugin.json promises services that start() does not provide:" + missing + ".");
}

}  // namespace whatsflow::conformance
