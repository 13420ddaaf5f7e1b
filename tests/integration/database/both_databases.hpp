/// \file
/// A test that runs on SQLite and on MariaDB, each time with a database of its own whose
/// table came by a migration.
#pragma once

#include "data/database_server.hpp"
#include "data/migrator.hpp"
#include "support/mariadb_server.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace whatsflow::data {

class FixedClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(1'700'000'000'123'456); }
};

/// One server for the whole program; a sentence and a failed test where there is none.
inline testing::MariaDbServer& mariadb() {
    static testing::MariaDbServer server;
    return server;
}

class Scratch {
public:
    Scratch() {
        auto name = (std::filesystem::temp_directory_path() / "wf-database-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::filesystem::remove_all(folder_); }

    const std::filesystem::path& folder() const { return folder_; }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(folder_ / "migrations");
        std::ofstream(folder_ / "migrations" / name) << text;
    }
    MigrationOwner owner() const { return {"t", "t", folder_ / "migrations"}; }

private:
    std::filesystem::path folder_;
};

class DatabaseTest : public ::testing::Test {
protected:
    void open_at(const std::string& address, std::size_t sessions = 4) {
        url = *parse_database_url(address);
        server = another(sessions);
        scratch.write(
            "0001_create.sql",
            "CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(100) UNIQUE, n BIGINT NOT NULL DEFAULT 0);"
            "CREATE TABLE t_child (id BIGINT PRIMARY KEY, parent BIGINT NOT NULL, small SMALLINT CHECK (small < 10),"
            " FOREIGN KEY (parent) REFERENCES t (id));");
        auto applied = Migrator(*server, {scratch.owner()}, clock).apply(context);
        ASSERT_TRUE(applied) << applied.error().message;
    }

    /// A second program on the same database.
    std::shared_ptr<DatabaseServer> another(std::size_t sessions = 2,
                                            sdk::Milliseconds lock_wait = sdk::Milliseconds{5000}) {
        OpenOptions options;
        options.data_folder = scratch.folder();
        options.sessions = sessions;
        options.lock_wait = lock_wait;
        auto opened = open(url, options);
        if (!opened) throw std::runtime_error(opened.error().message);
        return *opened;
    }

    void must(const std::string& sql, const sdk::DbValues& values = {}) {
        auto done = server->execute(context, sql, values);
        EXPECT_TRUE(done) << sql << ": " << done.error().message;
    }
    std::int64_t number(const std::string& sql, const sdk::DbValues& values = {}) {
        auto row = server->query_one(context, sql, values);
        if (!row || !*row) {
            ADD_FAILURE() << sql;
            return -1;
        }
        return std::get<std::int64_t>((*row)->values().at(0).storage());
    }
    std::string code(const std::string& sql, const sdk::DbValues& values = {}) {
        auto done = server->execute(context, sql, values);
        return done ? "ok" : done.error().code;
    }

    Scratch scratch;
    FixedClock clock;
    sdk::CallContext context;
    DatabaseUrl url;
    std::shared_ptr<DatabaseServer> server;
};

class OnBothDatabases : public DatabaseTest, public ::testing::WithParamInterface<sdk::Dialect> {
protected:
    void SetUp() override {
        open_at(GetParam() == sdk::Dialect::sqlite ? "sqlite:whatsflow.db" : mariadb().fresh_database());
    }
};

class OnMariaDb : public DatabaseTest {
protected:
    void SetUp() override { open_at(mariadb().fresh_database()); }
};

#define WF_ON_BOTH_DATABASES(suite)                                                                     \
    INSTANTIATE_TEST_SUITE_P(Each, suite, ::testing::Values(sdk::Dialect::sqlite, sdk::Dialect::mysql), \
                             [](const auto& one) { return one.param == sdk::Dialect::sqlite ? "SQLite" : "MariaDB"; })

}  // namespace whatsflow::data
