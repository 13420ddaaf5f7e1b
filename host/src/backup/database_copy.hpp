/// \file
/// The database as of one moment, into an archive and back.
#pragma once

#include "backup/archive.hpp"
#include "data/database_server.hpp"
#include "data/database_url.hpp"

#include <whatsflow/sdk/call_context.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace whatsflow::backup {

/// Where a database is, for whoever opens a connection of his own to it.
struct DatabasePlace {
    data::DatabaseUrl url;
    std::filesystem::path data_folder;  ///< what a relative SQLite file is relative to
    std::filesystem::path file() const { return url.file.is_absolute() ? url.file : data_folder / url.file; }
};

/// Writes the entries `database/…` and returns rows by table. Writers go on meanwhile.
sdk::Result<nlohmann::json> copy_sqlite(const sdk::CallContext& context, const DatabasePlace& place,
                                        ArchiveWriter& archive);
sdk::Result<nlohmann::json> copy_mariadb(const sdk::CallContext& context, const DatabasePlace& place,
                                         ArchiveWriter& archive);

/// Takes the entries `database/…` one after the other.
class DatabaseRestore {
public:
    virtual ~DatabaseRestore() = default;
    /// Is there anything in the target that would be lost?
    virtual sdk::Result<bool> target_is_empty() = 0;
    virtual sdk::Result<void> begin() = 0;  ///< removes what is there
    virtual sdk::Result<void> take(EntryReader& entry) = 0;
    virtual sdk::Result<void> finish() = 0;
};

std::unique_ptr<DatabaseRestore> make_sqlite_restore(const DatabasePlace& place);
std::unique_ptr<DatabaseRestore> make_mariadb_restore(const DatabasePlace& place);

inline constexpr const char* kSqliteEntry = "database/sqlite.db";
inline constexpr const char* kSchemaEntry = "database/schema.json";

/// A connection of its own, so that a copy waits for no writer and none waits for it.
sdk::Result<std::shared_ptr<data::DatabaseServer>> open_for_copy(const DatabasePlace& place);
sdk::Error copy_failed(const data::DriverError& error);

}  // namespace whatsflow::backup
