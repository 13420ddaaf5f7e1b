// `plugins list`, `routes`, `events`: from the running server when there is one, else a look
// at what would run, with all data in memory.
#include "boot/application.hpp"
#include "boot/commands.hpp"
#include "boot/core_of.hpp"
#include "boot/listings.hpp"
#include "boot/output.hpp"
#include "boot/permission_check.hpp"
#include "boot/run_folder.hpp"

namespace whatsflow::boot {
namespace {

/// Reading must not create the data folder.
std::optional<nlohmann::json> from_running_server(const CommandLine& line, const std::string& name) {
    std::error_code ignored;
    if (!std::filesystem::exists(line.data / "run", ignored)) return std::nullopt;
    auto folder = RunFolder::open(line.data);
    if (!folder) return std::nullopt;
    return folder->read(name);
}

/// What would run is not running: the states say so.
void mark_as_stopped(nlohmann::json& rows) {
    for (auto& row : rows)
        if (row["state"] == "running") row["state"] = "stopped";
}

}  // namespace

int plugins_list(const CommandLine& line) {
    auto rows = from_running_server(line, "plugins");
    if (!rows) {
        auto core = core_of(line, Purpose::inspect);
        if (!core) return refuse(core.error());
        (*core)->plugins().find_all();
        rows = plugin_rows((*core)->plugins());
        mark_as_stopped(*rows);
    }
    print_result(*rows, {"id", "version", "state", "provides", "needs", "reason"}, line.json,
                 "No plugins were found; plugins.directories says where they are looked for.");
    return 0;
}

int list_routes(const CommandLine& line) {
    auto rows = from_running_server(line, "routes");
    if (!rows) {
        auto core = started_core_of(line, Purpose::inspect);
        if (!core) return refuse(core.error());
        auto application = make_application(**core, [] { return web::Readiness{}; });
        if (!application) return refuse(application.error());
        rows = (*application)->route_list();
        mark_permissions(*rows, (*core)->plugins());
    }
    auto shown = *rows;
    if (!line.json)
        for (auto& row : shown) {
            row["limits"] = row["limits"].dump();
            if (!row.value("permission_defined", true))
                row["permission"] = row.value("permission", "") + " (nobody defines it)";
        }
    print_result(shown, {"site", "method", "pattern", "permission", "plugin", "limits"}, line.json, "There are no routes.");
    return 0;
}

int list_events(const CommandLine& line) {
    auto rows = from_running_server(line, "events");
    if (!rows) {
        auto core = started_core_of(line, Purpose::inspect);
        if (!core) return refuse(core.error());
        rows = event_rows((*core)->bus());
    }
    print_result(*rows, {"name", "version", "publisher", "subscribers", "delivery"}, line.json, "No plugin publishes an event.");
    return 0;
}

}  // namespace whatsflow::boot
