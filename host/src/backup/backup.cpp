#include "backup/backup.hpp"

#include "backup/archive.hpp"
#include "security/digest.hpp"
#include "security/sha256_stream.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace whatsflow::backup {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kManifest = "manifest.json";
constexpr std::string_view kFiles = "files/";
constexpr std::size_t kLargestManifest = std::size_t{256} * 1024 * 1024;

std::string_view dialect_name(const DatabasePlace& place) {
    return place.url.dialect == sdk::Dialect::sqlite ? "sqlite" : "mariadb";
}

/// Names and fingerprints: enough to say later whether the right keys are there, no help to
/// whoever wants to have them.
json key_ids(const fs::path& folder) {
    std::map<std::string, std::string> ids;
    std::error_code missing;
    for (fs::directory_iterator entry(folder, missing), end; !missing && entry != end; entry.increment(missing)) {
        if (!entry->is_regular_file()) continue;
        std::ifstream stream(entry->path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
        ids[entry->path().filename().string()] = security::sha256_hex("whatsflow key id\n" + bytes).substr(0, 16);
    }
    auto list = json::array();
    for (const auto& [name, id] : ids) list.push_back({{"name", name}, {"id", id}});
    return list;
}

sdk::Result<std::int64_t> copy_files(const sdk::CallContext& context, storage::Backend& files, ArchiveWriter& archive) {
    std::int64_t count = 0;
    std::string after;
    while (true) {
        auto some = files.list(context, "", after);
        if (!some) return some.error();
        if (some->empty()) return count;
        for (auto& file : *some) {
            after = file.key;
            auto content = files.get(context, file.key);
            if (!content && content.error().code == "files.not_found") continue;  // removed meanwhile
            if (!content) return content.error();
            if (file.content_type.empty()) {
                auto described = files.describe(context, file.key);
                file.content_type = described ? described->content_type : "application/octet-stream";
            }
            auto added = archive.add(std::string(kFiles) + file.key, *content, file.content_type);
            if (!added) return added.error();
            ++count;
        }
    }
}

json entries_of(const ArchiveWriter& archive) {
    auto list = json::array();
    for (const auto& entry : archive.entries()) {
        json line{{"name", entry.name}, {"bytes", entry.bytes}, {"sha256", entry.sha256}};
        if (!entry.content_type.empty()) line["content_type"] = entry.content_type;
        list.push_back(std::move(line));
    }
    return list;
}

std::vector<std::string> key_warnings(const json& manifest, const fs::path& folder) {
    std::map<std::string, std::string> here;
    for (const auto& key : key_ids(folder)) here[key.value("name", "")] = key.value("id", "");
    std::vector<std::string> warnings;
    for (const auto& key : manifest.value("keys", json::array())) {
        const auto name = key.value("name", "");
        const auto found = here.find(name);
        if (found == here.end())
            warnings.push_back("The key " + name + " is not in " + folder.string() +
                               ". Copy it from where you keep the keys, or what it sealed stays closed.");
        else if (found->second != key.value("id", ""))
            warnings.push_back("The key " + name + " in " + folder.string() +
                               " is another one than the backup's. Replace it by the one you keep.");
    }
    return warnings;
}

std::unique_ptr<DatabaseRestore> restore_of(const DatabasePlace& place) {
    return place.url.dialect == sdk::Dialect::sqlite ? make_sqlite_restore(place) : make_mariadb_restore(place);
}

}  // namespace

sdk::Result<Manifest> make_backup(const sdk::CallContext& context, const InstallationParts& parts,
                                  const fs::path& file) {
    auto archive = ArchiveWriter::create(file);
    if (!archive) return archive.error();
    json manifest{{"format", kFormat},
                  {"made_at", sdk::to_rfc3339(parts.clock.now())},
                  {"version", parts.version},
                  {"dialect", dialect_name(parts.database)},
                  {"keys", key_ids(parts.keys)}};
    // The database first: a file that a row names was written before the row.
    auto tables = parts.database.url.dialect == sdk::Dialect::sqlite ? copy_sqlite(context, parts.database, **archive)
                                                                     : copy_mariadb(context, parts.database, **archive);
    if (!tables) return tables.error();
    manifest["tables"] = std::move(*tables);
    auto files = copy_files(context, parts.files, **archive);
    if (!files) return files.error();
    manifest["files"] = *files;
    manifest["entries"] = entries_of(**archive);
    if (auto added = (*archive)->add(kManifest, manifest.dump(1)); !added) return added.error();
    if (auto finished = (*archive)->finish(); !finished) return finished.error();
    return manifest;
}

sdk::Result<Manifest> verify_backup(const fs::path& file) {
    std::map<std::string, std::pair<std::uint64_t, std::string>> seen;
    json manifest;
    auto read = read_archive(file, [&](EntryReader& entry) -> sdk::Result<void> {
        if (!manifest.is_null()) return damaged("something follows its end");
        if (entry.name() == kManifest) {
            auto text = entry.all(kLargestManifest);
            if (!text) return text.error();
            manifest = json::parse(*text, nullptr, false);
            if (!manifest.is_object() || !manifest.contains("entries")) return damaged("its manifest cannot be read");
            return sdk::ok();
        }
        security::Sha256Stream sum;
        std::uint64_t bytes = 0;
        while (true) {
            auto piece = entry.next();
            if (!piece) return piece.error();
            if (piece->empty()) break;
            sum.add(*piece);
            bytes += piece->size();
        }
        if (!seen.emplace(entry.name(), std::pair{bytes, sum.hex()}).second)
            return damaged(entry.name() + " is there twice");
        return sdk::ok();
    });
    if (!read) return read.error();
    if (manifest.is_null()) return damaged("it ends before its manifest; it was never finished");
    if (manifest.value("format", 0) != kFormat)
        return sdk::fail("backup.unreadable", "The backup has a format that this version does not know.");
    for (const auto& entry : manifest["entries"]) {
        const auto name = entry.value("name", "");
        const auto found = seen.find(name);
        if (found == seen.end()) return damaged(name + " is missing");
        if (found->second != std::pair{entry.value("bytes", std::uint64_t{0}), entry.value("sha256", "")})
            return damaged(name + " is not what was written");
        seen.erase(found);
    }
    if (!seen.empty()) return damaged(seen.begin()->first + " is not in its manifest");
    return manifest;
}

sdk::Result<Restored> restore_backup(const sdk::CallContext& context, const InstallationParts& parts,
                                     const fs::path& file, Target target) {
    auto manifest = verify_backup(file);
    if (!manifest) return manifest.error();
    if (manifest->value("dialect", "") != dialect_name(parts.database))
        return sdk::fail("backup.other_database",
                         "The backup is of a database of another kind: " + manifest->value("dialect", "") +
                             ". Set database.url to one of that kind.");
    const auto database = restore_of(parts.database);
    auto empty = database->target_is_empty();
    if (!empty) return empty.error();
    auto files = parts.files.list(context, "", "");
    if (!files) return files.error();
    if (target == Target::must_be_empty && (!*empty || !files->empty()))
        return sdk::fail("backup.not_empty",
                         "There is data already, which would be lost. Use an empty data folder and database, or say "
                         "--replace.");
    while (!files->empty()) {
        for (const auto& old : *files)
            if (auto gone = parts.files.remove(context, old.key); !gone) return gone.error();
        files = parts.files.list(context, "", "");
        if (!files) return files.error();
    }
    std::map<std::string, std::string> types;
    for (const auto& entry : (*manifest)["entries"])
        types[entry.value("name", "")] = entry.value("content_type", "application/octet-stream");
    if (auto begun = database->begin(); !begun) return begun.error();
    auto read = read_archive(file, [&](EntryReader& entry) -> sdk::Result<void> {
        if (!entry.name().starts_with(kFiles)) return database->take(entry);
        auto content = entry.all(storage::kLargestFile);
        if (!content) return content.error();
        return parts.files.put(context, entry.name().substr(kFiles.size()), *content, types[entry.name()]);
    });
    if (!read) return read.error();
    if (auto finished = database->finish(); !finished) return finished.error();
    return Restored{*manifest, key_warnings(*manifest, parts.keys)};
}

}  // namespace whatsflow::backup
