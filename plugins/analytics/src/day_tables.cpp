#include "day_tables.hpp"

#include "core/roll_up.hpp"

namespace whatsflow::analytics {
namespace {

constexpr const char* kEvents = "events";
constexpr const char* kIds = "ids";
constexpr const char* kSamples = "samples";
constexpr std::string_view kEventsBegin = "analytics_events_", kSamplesBegin = "analytics_sample_";

constexpr const char* kEventColumns =
    "site BIGINT NOT NULL, occurred_at BIGINT NOT NULL, id BINARY(16) NOT NULL, received_at BIGINT NOT NULL, "
    "name VARCHAR(200) NOT NULL, visitor BIGINT NOT NULL, person VARCHAR(200) NOT NULL, visit BIGINT NOT NULL, "
    "hostname VARCHAR(100) NOT NULL, path VARCHAR(500) NOT NULL, source VARCHAR(100) NOT NULL, "
    "medium VARCHAR(100) NOT NULL, campaign VARCHAR(100) NOT NULL, country VARCHAR(2) NOT NULL, "
    "browser VARCHAR(40) NOT NULL, system_name VARCHAR(40) NOT NULL, device VARCHAR(20) NOT NULL, "
    "language VARCHAR(35) NOT NULL, bot BIGINT NOT NULL, consented SMALLINT NOT NULL, revenue BIGINT NOT NULL, "
    "currency VARCHAR(3) NOT NULL, properties TEXT NOT NULL, ";
constexpr const char* kPart = "part BIGINT NOT NULL, ";
constexpr const char* kEventKey = "PRIMARY KEY (site, occurred_at, id)";
/// A part lies in one piece, and in it the events of a name: who looks at few reads only those.
constexpr const char* kSampleKey = "PRIMARY KEY (part, site, name, occurred_at, id)";
constexpr const char* kIdColumns = "site BIGINT NOT NULL, id BINARY(16) NOT NULL, PRIMARY KEY (site, id)";

}  // namespace

sdk::Result<void> DayTables::make(const sdk::CallContext& context, const std::string& name, const char* kind,
                                  std::int64_t day_at) {
    {
        const std::lock_guard lock(mutex_);
        if (known_.contains(name)) return sdk::ok();
    }
    auto& database = host_.database();
    const bool lite = database.dialect() == sdk::Dialect::sqlite;
    const auto columns = kind == kIds       ? std::string(kIdColumns)
                         : kind == kSamples ? std::string(kPart) + kEventColumns + kSampleKey
                                            : std::string(kEventColumns) + kEventKey;
    const auto made = database.execute(
        context, "CREATE TABLE IF NOT EXISTS " + name + " (" + columns + (lite ? ") WITHOUT ROWID" : ")"));
    if (!made) return made.error();
    if (kind == kEvents)  // whoever asks for a few names among many
        if (const auto indexed = database.execute(context, "CREATE INDEX IF NOT EXISTS " + name + "_by_name ON " +
                                                               name + " (site, name, occurred_at, id)");
            !indexed)
            return indexed.error();
    const auto listed = database.execute(context,
                                         std::string(lite ? "INSERT OR IGNORE" : "INSERT IGNORE") +
                                             " INTO analytics_day_tables (name, kind, day_at) VALUES (?, ?, ?)",
                                         {name, kind, day_at});
    if (!listed) return listed.error();
    const std::lock_guard lock(mutex_);
    known_.insert(name);
    return sdk::ok();
}

sdk::Result<std::string> DayTables::for_event(const sdk::CallContext& context, std::int64_t occurred_at,
                                              std::int64_t received_at) {
    const auto day = start_of(Period::day, occurred_at);
    const bool old = day < received_at - kToldApart;
    const auto name = old ? std::string(kOldEvents) : "analytics_events_" + compact_day(day);
    if (auto done = make(context, sample_of(name), kSamples, old ? -1 : day); !done) return done.error();
    if (auto done = make(context, name, kEvents, old ? -1 : day); !done) return done.error();
    return name;
}

std::string DayTables::sample_of(const std::string& events) {
    return std::string(kSamplesBegin) + events.substr(kEventsBegin.size());
}

sdk::Result<std::vector<std::string>> DayTables::for_ids(const sdk::CallContext& context, std::int64_t received_at) {
    const auto day = start_of(Period::day, received_at);
    const auto name_of = [](std::int64_t at) { return "analytics_ids_" + compact_day(at); };
    if (auto done = make(context, name_of(day), kIds, day); !done) return done.error();
    const auto rows = host_.database().query(
        context, "SELECT day_at FROM analytics_day_tables WHERE kind = 'ids' AND day_at >= ? AND day_at < ?",
        {day - 2 * kDay, day});
    if (!rows) return rows.error();
    std::vector<std::string> names{name_of(day)};
    for (const auto& row : *rows) names.push_back(name_of(row.integer("day_at")));
    return names;
}

sdk::Result<std::vector<std::string>> DayTables::names(const sdk::CallContext& context, const char* kind,
                                                       std::int64_t from, std::int64_t to) const {
    const auto rows = host_.database().query(
        context,
        "SELECT name FROM analytics_day_tables WHERE kind = ? AND (day_at = -1 OR (day_at > ? AND day_at < ?)) "
        "ORDER BY day_at",
        {kind, from - kDay, to});
    if (!rows) return rows.error();
    std::vector<std::string> names;
    for (const auto& row : *rows) names.push_back(row.text("name"));
    return names;
}

sdk::Result<std::vector<std::string>> DayTables::holding(const sdk::CallContext& context, std::int64_t from,
                                                         std::int64_t to) const {
    return names(context, kEvents, from, to);
}

sdk::Result<std::vector<std::string>> DayTables::samples(const sdk::CallContext& context, std::int64_t from,
                                                         std::int64_t to) const {
    return names(context, kSamples, from, to);
}

sdk::Result<int> DayTables::drop_before(const sdk::CallContext& context, std::int64_t events_before,
                                        std::int64_t ids_before) {
    auto& database = host_.database();
    const auto rows = database.query(context,
                                     "SELECT name, kind FROM analytics_day_tables WHERE (kind <> 'ids' AND day_at <> "
                                     "-1 AND day_at < ?) OR (kind = 'ids' "
                                     "AND day_at < ?)",
                                     {events_before - kDay + 1, ids_before - kDay + 1});
    if (!rows) return rows.error();
    int gone = 0;
    for (const auto& row : *rows) {
        if (row.text("kind") != kSamples) ++gone;  // belongs to its day
        const auto& name = row.text("name");
        {
            const std::lock_guard lock(mutex_);
            known_.erase(name);
        }
        if (auto done = database.execute(context, "DROP TABLE IF EXISTS " + name); !done) return done.error();
        if (auto done = database.execute(context, "DELETE FROM analytics_day_tables WHERE name = ?", {name}); !done)
            return done.error();
    }
    return gone;
}

}  // namespace whatsflow::analytics
