/// \file
/// What tests of the outbox and the jobs stand on: a real database with the core's tables, a
/// clock that is set by hand, a log that is read, and a guard that counts nothing.
#pragma once

#include "background/guard.hpp"
#include "data/database_server.hpp"
#include "data/migrator.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace whatsflow::background::testing {

using namespace std::chrono_literals;

class HandClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(micros); }
    void forward(sdk::Milliseconds time) { micros += time.count() * 1000; }
    std::atomic<std::int64_t> micros{1'770'000'000'000'000};
};

class KeptLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel level, std::string_view message, const sdk::LogFields& fields) noexcept override {
        std::lock_guard lock(mutex_);
        text_ += level >= sdk::LogLevel::error ? "ERROR " : "";
        text_ += message;
        for (const auto& [name, value] : fields) text_ += " " + name + "=" + value;
        text_ += "\n";
    }
    std::string text() const {
        std::lock_guard lock(mutex_);
        return text_;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

/// An empty database for one test. The unit tests define it for SQLite, the integration tests,
/// which are made of the same files, for MariaDB.
std::string fresh_database_url();

/// As the gate of a plugin does it, without a plugin.
inline Guard no_gate() {
    return [](const std::string&, const std::function<sdk::Result<void>()>& body) -> sdk::Result<void> {
        try {
            return body();
        } catch (const std::exception& exception) {
            return sdk::fail("plugin.fault", exception.what());
        }
    };
}

inline std::shared_ptr<data::DatabaseServer> open_core_database(const std::string& url, const sdk::Clock& clock,
                                                                std::size_t sessions = 8) {
    auto opened = data::open(*data::parse_database_url(url), {.sessions = sessions});
    if (!opened) throw std::runtime_error(opened.error().message);
    data::Migrator migrator(
        **opened, {{"core", data::table_prefix_of("core"), std::filesystem::path(WF_SOURCE_DIR) / "migrations"}},
        clock);
    auto applied = migrator.apply({.request_id = "test", .tenant = {}});
    if (!applied) throw std::runtime_error(applied.error().message);
    return *opened;
}

class DurableTest : public ::testing::Test {
protected:
    void SetUp() override {
        database = open_core_database(fresh_database_url(), clock);
        must("CREATE TABLE seen (n BIGINT NOT NULL, tenant VARCHAR(36) NOT NULL)");
    }
    void must(const std::string& sql, const sdk::DbValues& values = {}) {
        auto done = database->execute(context, sql, values);
        ASSERT_TRUE(done) << sql << ": " << done.error().message;
    }
    std::int64_t number(const std::string& sql, const sdk::DbValues& values = {}) {
        auto row = database->query_one(context, sql, values);
        if (!row || !*row) {
            ADD_FAILURE() << sql;
            return -1;
        }
        return std::get<std::int64_t>((*row)->values().at(0).storage());
    }
    std::string word(const std::string& sql, const sdk::DbValues& values = {}) {
        auto row = database->query_one(context, sql, values);
        if (!row || !*row) return "(none)";
        return std::get<std::string>((*row)->values().at(0).storage());
    }

    HandClock clock;
    KeptLog log;
    sdk::CallContext context{.request_id = "test", .tenant = {}};
    std::shared_ptr<data::DatabaseServer> database;
};

}  // namespace whatsflow::background::testing
