#include "data/migration_files.hpp"

#include "data/migration_lint.hpp"

#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

namespace whatsflow::data {
namespace {

namespace fs = std::filesystem;

enum class Variant { both, sqlite, mysql };

struct File {
    int number = 0;
    std::string name;
    Variant variant = Variant::both;
    fs::path path;
};

sdk::Error fault(const fs::path& where, const std::string& sentence) {
    return sdk::fail("migration.invalid", where.string() + ": " + sentence);
}

bool strip_end(std::string& text, std::string_view end) {
    if (!text.ends_with(end)) return false;
    text.resize(text.size() - end.size());
    return true;
}

/// `0001_create_things[.sqlite|.mysql]`
std::optional<File> file_of(const fs::path& path) {
    File file;
    file.path = path;
    auto stem = path.stem().string();
    if (strip_end(stem, ".sqlite"))
        file.variant = Variant::sqlite;
    else if (strip_end(stem, ".mysql"))
        file.variant = Variant::mysql;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (stem.size() < 6 || stem[4] != '_' || !std::all_of(stem.begin(), stem.begin() + 4, digit)) return std::nullopt;
    for (int i = 0; i < 4; ++i) file.number = file.number * 10 + (stem[static_cast<std::size_t>(i)] - '0');
    file.name = stem.substr(5);
    const auto allowed = [&](char c) { return digit(c) || (c >= 'a' && c <= 'z') || c == '_'; };
    if (!std::all_of(file.name.begin(), file.name.end(), allowed)) return std::nullopt;
    return file;
}

/// The text as it counts for the checksum: the same on every checkout.
std::optional<std::string> read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (in.bad() || !in.is_open()) return std::nullopt;
    std::erase(text, '\r');
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text + "\n";
}

std::string sha256(const std::string& text) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(text);
    return Poco::DigestEngine::digestToHex(engine.digest());
}

/// The file of this number for the dialect; there is exactly one way to write it.
sdk::Result<File> choose(const fs::path& folder, int number, const std::vector<File>& files, sdk::Dialect dialect) {
    const auto label = "number " + std::to_string(number);
    if (files.size() == 1 && files[0].variant == Variant::both) return files[0];
    const bool pair = files.size() == 2 && files[0].name == files[1].name && files[0].variant != Variant::both &&
                      files[1].variant != Variant::both && files[0].variant != files[1].variant;
    if (pair) {
        const auto wanted = dialect == sdk::Dialect::sqlite ? Variant::sqlite : Variant::mysql;
        return files[0].variant == wanted ? files[0] : files[1];
    }
    if (files.size() == 1)
        return fault(folder, label + " exists for one database only: write the .sqlite.sql and the .mysql.sql.");
    return fault(folder, label + " is used twice: give one of the files the next number.");
}

sdk::Result<std::map<int, std::vector<File>>> list(const fs::path& folder) {
    std::map<int, std::vector<File>> by_number;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
        if (entry->path().extension() != ".sql") continue;
        auto file = file_of(entry->path());
        if (!file) return fault(entry->path(), "the name is not like 0001_create_things.sql.");
        by_number[file->number].push_back(*file);
    }
    if (problem && problem != std::errc::no_such_file_or_directory)
        return fault(folder, "cannot be read: " + problem.message() + ".");
    return by_number;
}

}  // namespace

std::string Migration::title() const {
    auto digits = std::to_string(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    return owner + "/" + digits + "_" + name;
}

std::string table_prefix_of(std::string_view owner_id) {
    std::string prefix(owner_id);
    std::replace_if(
        prefix.begin(), prefix.end(), [](char c) { return c == '.' || c == '-'; }, '_');
    return prefix + "_";
}

sdk::Result<std::vector<Migration>> load_migrations(const MigrationOwner& owner, sdk::Dialect dialect) {
    const auto files = list(owner.directory);
    if (!files) return files.error();
    std::vector<Migration> migrations;
    for (const auto& [number, variants] : *files) {
        const auto expected = static_cast<int>(migrations.size()) + 1;
        if (number != expected)
            return fault(owner.directory, "number " + std::to_string(expected) + " is missing before number " +
                                              std::to_string(number) + ": numbers begin at 1 without gaps.");
        const auto file = choose(owner.directory, number, variants, dialect);
        if (!file) return file.error();
        auto text = read_text(file->path);
        if (!text) return fault(file->path, "cannot be read.");
        if (const auto faults = lint_migration(owner.table_prefix, *text); !faults.empty())
            return fault(file->path, faults.front());
        auto checksum = sha256(*text);
        migrations.push_back(Migration{owner.id, number, file->name, std::move(*text), std::move(checksum)});
    }
    return migrations;
}

}  // namespace whatsflow::data
