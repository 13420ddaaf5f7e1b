/// \file
/// A session on an SQLite file: write-ahead log, foreign keys on, case-sensitive LIKE as on
/// MariaDB. POCO opens it; statements run on SQLite's own handle, because POCO prepares a
/// statement anew for every execution and takes a column's type from its declaration, so
/// that COUNT(*) would come as text.
#pragma once

#include "data/session.hpp"

#include <filesystem>

namespace whatsflow::data {

struct SqliteOptions {
    std::filesystem::path file;
    sdk::Milliseconds lock_wait{5000};  ///< how long a writer of another process is waited for
    bool durable = true;                ///< false for a database that ends with the program
};

[[nodiscard]] Outcome<std::unique_ptr<Session>> open_sqlite_session(const SqliteOptions& options);

}  // namespace whatsflow::data
