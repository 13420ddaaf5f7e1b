/// \file
/// A database with the core's tables, a clock that moves when told to, and a log, for tests.
#pragma once

#include "data/migrator.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace whatsflow::sessions::testing {

struct MovingClock final : sdk::Clock {
    sdk::Instant now() const override { return at.load(); }
    void pass(sdk::Milliseconds time) { at = at.load() + time; }
    std::atomic<sdk::Instant> at{sdk::from_micros(1'800'000'000'000'000)};
};

struct SilentLog final : sdk::Logger {
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

inline std::shared_ptr<data::DatabaseServer> core_database(const sdk::Clock& clock) {
    auto server = data::open(*data::parse_database_url("sqlite::memory:"), {.sessions = 4});
    EXPECT_TRUE(server);
    auto applied =
        data::Migrator(**server, {{"core", "core_", std::string(WF_SOURCE_DIR) + "/migrations"}}, clock).apply({});
    EXPECT_TRUE(applied) << applied.error().message;
    return *server;
}

class SessionsTest : public ::testing::Test {
protected:
    std::int64_t number(const std::string& sql) {
        return std::get<std::int64_t>((*database->query_one(context, sql))->values().at(0).storage());
    }

    MovingClock clock;
    SilentLog log;
    sdk::CallContext context;
    std::shared_ptr<data::DatabaseServer> database = core_database(clock);
};

}  // namespace whatsflow::sessions::testing
