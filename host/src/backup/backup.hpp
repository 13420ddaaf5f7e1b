/// \file
/// Making, verifying and restoring a backup.
///
///     auto made = make_backup(context, installation, "/srv/backups/today.tar.zst");
///     auto seen = verify_backup("/srv/backups/today.tar.zst");       // reads every byte
///     auto done = restore_backup(context, installation, file, Target::must_be_empty);
#pragma once

#include "backup/database_copy.hpp"
#include "storage/backend.hpp"

#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace whatsflow::backup {

/// What a backup is of, or restored into. Nothing is owned.
struct InstallationParts {
    DatabasePlace database;
    storage::Backend& files;
    std::filesystem::path keys;  ///< the folder of key files
    const sdk::Clock& clock;
    std::string version;  ///< of the program
};

/// {format, made_at, version, dialect, tables: {name: rows}, files, keys: [{name, id}],
/// entries: [{name, bytes, sha256}]}
using Manifest = nlohmann::json;

sdk::Result<Manifest> make_backup(const sdk::CallContext& context, const InstallationParts& parts,
                                  const std::filesystem::path& file);

/// The manifest, when every entry is there, has its checksum, and nothing else is. Errors
/// `backup.damaged`, `backup.unreadable`.
sdk::Result<Manifest> verify_backup(const std::filesystem::path& file);

enum class Target { must_be_empty, is_replaced };

struct Restored {
    Manifest manifest;
    std::vector<std::string> warnings;  ///< one sentence each, such as a key that is missing
};

/// Verifies first. Errors: `backup.not_empty`, `backup.other_database`, those of verifying.
sdk::Result<Restored> restore_backup(const sdk::CallContext& context, const InstallationParts& parts,
                                     const std::filesystem::path& file, Target target);

}  // namespace whatsflow::backup
