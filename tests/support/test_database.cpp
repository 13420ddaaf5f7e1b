#include "test_database.hpp"

#include "data/database_server.hpp"
#include "data/migrator.hpp"
#include "time/system_clock.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace whatsflow::testing {
namespace {

template <class T>
T taken(sdk::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

/// A statement that fails is a line on the terminal: the error alone does not say which.
class StatementsOnTheTerminal final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel level) const noexcept override { return level >= sdk::LogLevel::warn; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        std::string line(message);
        for (const auto& [name, value] : fields) line += " " + name + "=" + value;
        std::fprintf(stderr, "%s\n", line.c_str());
    }
};

void empty(data::DatabaseServer& server) {
    const sdk::CallContext context{.request_id = "test", .tenant = {}, .crossing = "tests"};
    const auto tables = taken(server.query(
        context, "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()"));
    for (const auto& table : tables) {
        const auto dropped = server.with_session(context, [&](data::Session& session) -> sdk::Result<void> {
            if (auto done = session.run("DROP TABLE " + table.text("name"), {data::Deadline::max()}); !done)
                return sdk::fail("tests.not_emptied", done.error().detail);
            return sdk::ok();
        });
        if (!dropped) throw std::runtime_error(dropped.error().message);
    }
}

}  // namespace

std::shared_ptr<sdk::Database> open_test_database(const std::vector<std::string>& plugins) {
    static const time::SystemClock clock;
    static StatementsOnTheTerminal log;
    const char* chosen = std::getenv("WHATSFLOW_TEST_DATABASE_URL");
    const auto url = taken(data::parse_database_url(chosen ? chosen : "sqlite::memory:"));
    auto server = taken(data::open(url, {.sessions = 4, .log = &log}));
    if (chosen) empty(*server);

    const std::filesystem::path root = WF_SOURCE_DIR;
    std::vector<data::MigrationOwner> owners{{"core", data::table_prefix_of("core"), root / "migrations"}};
    for (const auto& plugin : plugins)
        owners.push_back({plugin, data::table_prefix_of(plugin), root / "plugins" / plugin / "migrations"});
    sdk::CallContext context;
    context.request_id = "test";
    (void)taken(data::Migrator(*server, owners, clock).apply(context));
    return server;
}

}  // namespace whatsflow::testing
