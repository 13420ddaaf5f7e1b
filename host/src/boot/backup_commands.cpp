#include "backup/backup.hpp"
#include "boot/commands.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"
#include "boot/run_folder.hpp"

namespace whatsflow::boot {
namespace {

nlohmann::json summary(const std::string& file, const backup::Manifest& manifest) {
    std::int64_t rows = 0;
    for (const auto& [table, count] : manifest["tables"].items()) rows += count.get<std::int64_t>();
    return {{"backup", file},
            {"made_at", manifest.value("made_at", "")},
            {"version", manifest.value("version", "")},
            {"database", manifest.value("dialect", "")},
            {"tables", manifest["tables"].size()},
            {"rows", rows},
            {"files", manifest.value("files", 0)}};
}

void print_summary(const CommandLine& line, const std::string& file, const backup::Manifest& manifest) {
    print_result(nlohmann::json::array({summary(file, manifest)}),
                 {"backup", "made_at", "version", "database", "tables", "rows", "files"}, line.json, "");
}

}  // namespace

int make_backup(const CommandLine& line) {
    auto core = core_of(line, Purpose::command);
    if (!core) return refuse(core.error());
    const auto& file = line.words[1];
    auto made = backup::make_backup({}, (*core)->facilities().backup_parts(), file);
    if (!made) return refuse(made.error());
    print_summary(line, file, *made);
    return 0;
}

int verify_backup(const CommandLine& line) {
    auto verified = backup::verify_backup(line.words[2]);
    if (!verified) return refuse(verified.error());
    print_summary(line, line.words[2], *verified);
    return 0;
}

int restore_backup(const CommandLine& line) {
    auto core = core_of(line, Purpose::command);
    if (!core) return refuse(core.error());
    auto run = RunFolder::open((*core)->options().data);
    if (!run) return refuse(run.error());
    // A running server would write into what is being replaced.
    if (auto claimed = run->claim(); !claimed) return refuse(claimed.error());
    (*core)->database().close();
    auto restored =
        backup::restore_backup({}, (*core)->facilities().backup_parts(), line.words[1],
                               line.has("--replace") ? backup::Target::is_replaced : backup::Target::must_be_empty);
    if (!restored) return refuse(restored.error());
    for (const auto& warning : restored->warnings) say(warning);
    print_summary(line, line.words[1], restored->manifest);
    return 0;
}

}  // namespace whatsflow::boot
