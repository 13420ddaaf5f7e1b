#include "boot/commands.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"
#include "data/migrator.hpp"

#include <cstdio>

namespace whatsflow::boot {
namespace {

int show_status(data::Migrator& migrator, const CommandLine& line) {
    auto status = migrator.status({});
    if (!status) return refuse(status.error());
    auto rows = nlohmann::json::array();
    for (const auto& migration : *status)
        rows.push_back({{"owner", migration.owner},
                        {"number", migration.number},
                        {"name", migration.name},
                        {"state", migration.applied_at ? "applied" : "pending"},
                        {"applied_at", migration.applied_at ? nlohmann::json(sdk::to_rfc3339(*migration.applied_at))
                                                            : nlohmann::json()}});
    print_result(rows, {"owner", "number", "name", "state", "applied_at"}, line.json, "There are no migrations.");
    return 0;
}

int show_sql(data::Migrator& migrator) {
    auto sql = migrator.dry_run({});
    if (!sql) return refuse(sql.error());
    std::fputs(sql->c_str(), stdout);
    if (sql->empty()) say("Nothing is pending.");
    return 0;
}

}  // namespace

int migrate(const CommandLine& line) {
    auto core = core_of(line, Purpose::command);
    if (!core) return refuse(core.error());
    data::Migrator migrator((*core)->database(), (*core)->migration_owners(), (*core)->clock());
    if (line.has("--status")) return show_status(migrator, line);
    if (line.has("--dry-run")) return show_sql(migrator);
    auto applied = migrator.apply({});
    if (!applied) return refuse(applied.error());
    auto rows = nlohmann::json::array();
    for (const auto& migration : *applied) rows.push_back({{"applied", migration.title()}});
    print_result(rows, {"applied"}, line.json, "Nothing was pending.");
    return 0;
}

}  // namespace whatsflow::boot
