#include "backup/database_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

namespace whatsflow::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTables =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";

/// Removed with the object.
struct DraftFile {
    fs::path path;
    ~DraftFile() {
        std::error_code gone;
        fs::remove(path, gone);
    }
};

std::string in_single_quotes(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
    return result + "'";
}

class SqliteRestore final : public DatabaseRestore {
public:
    explicit SqliteRestore(DatabasePlace place) : place_(std::move(place)), draft_{place_.file()} {
        draft_.path += ".restored";
    }

    sdk::Result<bool> target_is_empty() override {
        if (!fs::exists(place_.file())) return true;
        auto server = open_for_copy(place_);
        if (!server) return server.error();
        auto tables = (*server)->query({}, kTables);
        if (!tables) return tables.error();
        return tables->empty();
    }

    sdk::Result<void> begin() override {
        std::error_code problem;
        fs::create_directories(place_.file().parent_path(), problem);
        stream_.open(draft_.path, std::ios::binary | std::ios::trunc);
        fs::permissions(draft_.path, fs::perms::owner_read | fs::perms::owner_write, problem);
        if (!stream_) return unwritable();
        return sdk::ok();
    }

    sdk::Result<void> take(EntryReader& entry) override {
        if (entry.name() != kSqliteEntry) return sdk::ok();
        while (true) {
            auto piece = entry.next();
            if (!piece) return piece.error();
            if (piece->empty()) break;
            stream_.write(piece->data(), static_cast<std::streamsize>(piece->size()));
            if (!stream_) return unwritable();
        }
        taken_ = true;
        return sdk::ok();
    }

    sdk::Result<void> finish() override {
        stream_.close();
        if (!taken_) return sdk::fail("backup.damaged", "The backup is damaged: it has no database.");
        const int file = ::open(draft_.path.c_str(), O_RDONLY | O_CLOEXEC);
        const bool synced = file >= 0 && ::fsync(file) == 0;
        if (file >= 0) ::close(file);
        std::error_code problem;
        // The log of the old database must not be applied to the new one.
        for (const auto* ending : {"-wal", "-shm"}) {
            auto beside = place_.file();
            beside += ending;
            fs::remove(beside, problem);
        }
        if (!synced || ::rename(draft_.path.c_str(), place_.file().c_str()) != 0) return unwritable();
        return sdk::ok();
    }

private:
    sdk::Error unwritable() const {
        return sdk::fail("backup.unwritable", "The database " + place_.file().string() + " cannot be written.");
    }

    const DatabasePlace place_;
    DraftFile draft_;
    std::ofstream stream_;
    bool taken_ = false;
};

}  // namespace

sdk::Result<std::shared_ptr<data::DatabaseServer>> open_for_copy(const DatabasePlace& place) {
    data::OpenOptions options;
    options.data_folder = place.data_folder;
    options.sessions = 1;
    options.statement_time = std::chrono::hours(1);
    return data::open(place.url, std::move(options));
}

sdk::Error copy_failed(const data::DriverError& error) {
    return sdk::fail("backup.database", "The database cannot be copied: " + error.detail + ".");
}

sdk::Result<nlohmann::json> copy_sqlite(const sdk::CallContext& context, const DatabasePlace& place,
                                        ArchiveWriter& archive) {
    if (place.url.in_memory)
        return sdk::fail("backup.database", "A database in memory ends with the program and cannot be backed up.");
    DraftFile copy{place.file()};
    copy.path += ".backup-" + sdk::make_uuid();
    {
        auto server = open_for_copy(place);
        if (!server) return server.error();
        // A read transaction of this connection: writers go on beside it.
        auto copied = (*server)->with_session(context, [&](data::Session& session) -> sdk::Result<void> {
            auto done = session.run("VACUUM INTO " + in_single_quotes(copy.path.string()), sdk::CallContext::Deadline::max());
            if (!done) return copy_failed(done.error());
            return sdk::ok();
        });
        if (!copied) return copied.error();
    }
    auto counts = nlohmann::json::object();
    {
        DatabasePlace copied = place;
        copied.url.file = copy.path;
        auto server = open_for_copy(copied);
        if (!server) return server.error();
        auto tables = (*server)->query(context, kTables);
        if (!tables) return tables.error();
        for (const auto& table : *tables) {
            const auto& name = table.text("name");
            auto crossing = sdk::across_tenants(context, "backup.count");
            auto count = (*server)->query(crossing, "SELECT COUNT(*) AS n FROM \"" + name + "\"");
            if (!count) return count.error();
            counts[name] = count->front().integer("n");
        }
    }
    auto added = archive.add_file(kSqliteEntry, copy.path);
    for (const auto* ending : {"-wal", "-shm"}) {
        auto beside = copy.path;
        beside += ending;
        std::error_code gone;
        fs::remove(beside, gone);
    }
    if (!added) return added.error();
    return counts;
}

std::unique_ptr<DatabaseRestore> make_sqlite_restore(const DatabasePlace& place) {
    return std::make_unique<SqliteRestore>(place);
}

}  // namespace whatsflow::backup
