#include "backup/host_backups.hpp"

#include <algorithm>
#include <fstream>

namespace whatsflow::backup {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kEnding = ".tar.zst";

/// `20260310T080000Z-019…`: in order of time, and never twice.
std::string name_at(sdk::Instant now) {
    std::string name = "whatsflow-";
    for (const char c : sdk::to_rfc3339(now).substr(0, 19)) {
        if (c != '-' && c != ':') name += c;
    }
    return name + "Z-" + sdk::make_uuid().substr(28) + std::string(kEnding);
}

bool is_name(const std::string& name) {
    return name.starts_with("whatsflow-") && name.ends_with(kEnding) && name.size() < 100 &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '.';
           });
}

fs::path verdict_beside(fs::path backup) {
    backup += ".verified.json";
    return backup;
}

sdk::Error not_found(const std::string& name) {
    return sdk::fail("backup.not_found", "There is no backup " + name.substr(0, 100) + ".");
}

}  // namespace

json HostBackups::row_of(const std::string& name) const {
    std::error_code problem;
    const auto size = fs::file_size(folder_ / name, problem);
    std::ifstream stream(verdict_beside(folder_ / name));
    const auto verdict = stream ? json::parse(stream, nullptr, false) : json::object();
    const auto said = [&verdict](const char* what, const json& otherwise) {
        return verdict.is_object() ? verdict.value(what, otherwise) : otherwise;
    };
    // 20260310T080000 → 2026-03-10T08:00:00Z
    const auto at = name.substr(10, 15);
    const auto made = at.size() == 15 ? at.substr(0, 4) + "-" + at.substr(4, 2) + "-" + at.substr(6, 5) + ":" +
                                            at.substr(11, 2) + ":" + at.substr(13, 2) + "Z"
                                      : "";
    return {{"name", name},
            {"bytes", problem ? 0 : size},
            {"made_at", made},
            {"verified_at", said("verified_at", nullptr)},
            {"ok", said("ok", nullptr)},
            {"reason", said("reason", "")}};
}

sdk::Result<json> HostBackups::list(const sdk::CallContext&) {
    std::vector<std::string> names;
    std::error_code missing;
    for (fs::directory_iterator entry(folder_, missing), end; !missing && entry != end; entry.increment(missing)) {
        auto name = entry->path().filename().string();
        if (is_name(name)) names.push_back(std::move(name));
    }
    std::ranges::sort(names, std::greater{});
    auto rows = json::array();
    for (const auto& name : names) rows.push_back(row_of(name));
    return rows;
}

sdk::Result<std::string> HostBackups::make(const sdk::CallContext& context) {
    const std::unique_lock lock(working_, std::try_to_lock);
    if (!lock) return sdk::fail("backup.busy", "A backup is being made or verified. Wait until it is finished.");
    std::error_code problem;
    fs::create_directories(folder_, problem);
    fs::permissions(folder_, fs::perms::owner_all, problem);
    const auto name = name_at(parts_.clock.now());
    auto made = make_backup(context, parts_, folder_ / name);
    if (!made) return made.error();
    return name;
}

sdk::Result<json> HostBackups::verify(const sdk::CallContext&, const std::string& name) {
    auto file = file_of(name);
    if (!file) return file.error();
    const std::unique_lock lock(working_, std::try_to_lock);
    if (!lock) return sdk::fail("backup.busy", "A backup is being made or verified. Wait until it is finished.");
    const auto verified = verify_backup(*file);
    const json verdict{{"verified_at", sdk::to_rfc3339(parts_.clock.now())},
                       {"ok", static_cast<bool>(verified)},
                       {"reason", verified ? "" : verified.error().message}};
    std::ofstream(verdict_beside(*file), std::ios::trunc) << verdict.dump();
    return row_of(name);
}

sdk::Result<std::string> HostBackups::file_of(const std::string& name) {
    if (!is_name(name) || !fs::is_regular_file(folder_ / name)) return not_found(name);
    return fs::absolute(folder_ / name).string();
}

}  // namespace whatsflow::backup
