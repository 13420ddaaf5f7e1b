/// \file
/// A session on MariaDB or MySQL: utf8mb4, strict, UTC, READ COMMITTED, and SQL that reads
/// as on SQLite ("quoted" names, || joins text, backslash is a letter). POCO connects it;
/// statements run on the client library's own handle, which knows the error's number, the
/// length of a LONGTEXT and the digits of a DECIMAL, where POCO's layer loses all three.
#pragma once

#include "data/database_url.hpp"
#include "data/session.hpp"

namespace whatsflow::data {

struct MysqlOptions {
    DatabaseUrl url;
    sdk::Milliseconds statement_time{30'000};
    sdk::Milliseconds lock_wait{5000};
};

[[nodiscard]] Outcome<std::unique_ptr<Session>> open_mysql_session(const MysqlOptions& options);

}  // namespace whatsflow::data
