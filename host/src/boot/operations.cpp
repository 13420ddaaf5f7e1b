#include "boot/operations.hpp"

#include "boot/core.hpp"
#include "boot/listings.hpp"
#include "config/plugin_section.hpp"
#include "config/show.hpp"
#include "logging/recent_lines.hpp"
#include "metrics/process_metrics.hpp"

#include <whatsflow/abi/sdk_digest.h>

#include <algorithm>

namespace whatsflow::boot {
namespace {

using nlohmann::json;

constexpr int kMostLines = 500;

/// Values with secrets masked: those in force, or as written when they are not valid.
json shown_settings(const config::Configuration& configuration, const std::string& id, const json& schema) {
    auto section = config::plugin_section(configuration, id, schema);
    return config::mask_secrets(schema, section ? std::move(*section) : config::written_section(configuration, id));
}

}  // namespace

HostOperations::HostOperations(Core& core) : core_(core), started_at_(core.clock().now()) {}

void HostOperations::routes_from(std::function<json()> routes) {
    const std::lock_guard lock(mutex_);
    routes_ = std::move(routes);
}

sdk::Result<json> HostOperations::plugins() {
    const auto configuration = core_.configuration();
    const auto states = core_.plugins().status();
    auto rows = plugin_rows(core_.plugins());
    for (auto& row : rows) {
        const auto id = row["id"].get<std::string>();
        const auto state = std::ranges::find(states, id, &plugins::PluginStatus::id);
        if (state != states.end()) {
            row["name"] = state->name;
            row["status"] = state->status;
            row["faults"] = state->faults;
        }
        const auto schema = settings_schema_of(row["directory"].get<std::string>());
        row["schema"] = schema ? *schema : json();
        row["settings"] = schema ? shown_settings(*configuration, id, *schema) : json::object();
    }
    return rows;
}

sdk::Result<void> HostOperations::enable_plugin(const std::string& id) {
    return core_.switch_plugin(id, true);
}

sdk::Result<void> HostOperations::disable_plugin(const std::string& id) {
    return core_.switch_plugin(id, false);
}

sdk::Result<void> HostOperations::configure_plugin(const std::string& id, const json& settings) {
    return core_.configure_plugin(id, settings);
}

sdk::Result<json> HostOperations::routes() {
    const std::lock_guard lock(mutex_);
    return routes_ ? routes_() : json::array();
}

sdk::Result<json> HostOperations::events() {
    return event_rows(core_.bus());
}

sdk::Result<json> HostOperations::log_lines(const std::string& least_level, const std::string& contains, int limit) {
    const auto least = logging::level_from(least_level.empty() ? "trace" : least_level);
    if (!least) return sdk::fail("operations.bad_level", "A level is one of trace, debug, info, warn and error.");
    const auto most = static_cast<std::size_t>(std::clamp(limit, 1, kMostLines));
    auto rows = json::array();
    for (const auto& line : logging::select(core_.logs().recent(), *least, contains, most)) {
        auto fields = json::object();
        for (const auto& [name, value] : line.fields) fields[name] = value;
        rows.push_back({{"at", line.at},
                        {"level", logging::to_text(line.level)},
                        {"source", line.source},
                        {"message", line.message},
                        {"fields", std::move(fields)},
                        {"request_id", line.request_id}});
    }
    return rows;
}

sdk::Result<json> HostOperations::configuration() {
    auto shown = json::object();
    const auto all = config::show(*core_.configuration());
    for (const auto& row : all["keys"])
        shown[row["key"].get<std::string>()] = row["value"];
    return shown;
}

sdk::Result<json> HostOperations::health() {
    const auto process = metrics::read_process();
    auto& neighbours = core_.facilities().neighbours();
    sdk::CallContext context;
    context.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    const bool answers = static_cast<bool>(core_.database().ping(context));
    const auto states = core_.plugins().status();
    const auto running = std::ranges::count(states, plugins::State::running, &plugins::PluginStatus::state);
    return json{{"version", WF_SDK_VERSION_TEXT},
                {"started_at", sdk::to_rfc3339(started_at_)},
                {"database", answers ? "ok" : "away"},
                {"dialect", core_.database().dialect() == sdk::Dialect::mysql ? "mysql" : "sqlite"},
                {"redis", neighbours.redis_state()},
                {"nodes", neighbours.nodes()},
                {"plugins_running", running},
                {"resident_bytes", static_cast<std::int64_t>(process.resident_bytes)},
                {"threads", static_cast<std::int64_t>(process.threads)},
                {"open_files", static_cast<std::int64_t>(process.open_files)},
                {"cpu_seconds", process.cpu_seconds},
                {"log_lines_dropped", core_.logs().dropped()},
                {"production", core_.configuration()->production}};
}

}  // namespace whatsflow::boot
