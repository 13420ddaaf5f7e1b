#include "data/database_server.hpp"
#include "data/memory_file.hpp"
#include "data/mysql_session.hpp"
#include "data/sqlite_session.hpp"

#include <system_error>

namespace whatsflow::data {
namespace {

sdk::Error cannot_open(const DatabaseUrl& url, const DriverError& error) {
    return sdk::fail("database.unavailable", "The database " + url.masked() + " cannot be opened: " + error.detail +
                                                 ". Check database.url and that the database is running.");
}

sdk::Result<std::shared_ptr<DatabaseServer>> checked(std::shared_ptr<DatabaseServer> server, const DatabaseUrl& url,
                                                     SessionPool::Connect connect) {
    auto first = connect();
    if (!first) return cannot_open(url, first.error());
    (*first).reset();
    if (auto learned = server->learn_tenant_tables({}, 0); !learned) return learned.error();
    return server;
}

sdk::Result<std::shared_ptr<DatabaseServer>> open_sqlite(const DatabaseUrl& url, OpenOptions options,
                                                         SessionPool::Options pool) {
    SqliteOptions sqlite;
    sqlite.lock_wait = options.lock_wait;
    std::shared_ptr<MemoryFile> memory;
    if (url.in_memory) {
        auto made = MemoryFile::make();
        if (!made) return made.error();
        memory = *made;
        sqlite.file = memory->file();
        sqlite.durable = false;
    } else {
        sqlite.file = url.file.is_absolute() ? url.file : options.data_folder / url.file;
        std::error_code problem;
        std::filesystem::create_directories(sqlite.file.parent_path(), problem);
        if (problem)
            return sdk::fail("database.unavailable", "The folder " + sqlite.file.parent_path().string() +
                                                         " cannot be made: " + problem.message() + ".");
    }
    // The file in memory lives as long as the function that can still connect to it.
    SessionPool::Connect connect = [sqlite, memory] { return open_sqlite_session(sqlite); };
    return checked(std::make_shared<DatabaseServer>(url.dialect, std::move(pool), connect, std::move(options)), url,
                   connect);
}

sdk::Result<std::shared_ptr<DatabaseServer>> open_mysql(const DatabaseUrl& url, OpenOptions options,
                                                        SessionPool::Options pool) {
    const MysqlOptions mysql{url, options.statement_time, options.lock_wait};
    SessionPool::Connect connect = [mysql] { return open_mysql_session(mysql); };
    return checked(std::make_shared<DatabaseServer>(url.dialect, std::move(pool), connect, std::move(options)), url,
                   connect);
}

}  // namespace

sdk::Result<std::shared_ptr<DatabaseServer>> open(const DatabaseUrl& url, OpenOptions options) {
    SessionPool::Options pool;
    pool.sessions = std::max<std::size_t>(options.sessions, 1);
    pool.longest_wait = options.longest_wait;
    return url.dialect == sdk::Dialect::sqlite ? open_sqlite(url, std::move(options), std::move(pool))
                                               : open_mysql(url, std::move(options), std::move(pool));
}

}  // namespace whatsflow::data
