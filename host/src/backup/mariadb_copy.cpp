#include "backup/database_copy.hpp"
#include "backup/row_text.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace whatsflow::backup {
namespace {

using nlohmann::json;
using Deadline = sdk::CallContext::Deadline;

constexpr std::size_t kRowsOfPiece = 2000;
constexpr std::size_t kRowsOfInsert = 100;
constexpr std::size_t kMostValues = 20'000;

struct Table {
    std::string name;
    std::string create;
    std::vector<std::string> columns;
    std::vector<std::string> key;  ///< of the primary key
};

std::string in_double_quotes(const std::string& name) {
    std::string result = "\"";
    for (const char c : name) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + in_double_quotes(name);
    return text;
}

/// Rows behind the one with these key values, written so that the index is used:
/// `a > ? OR (a = ? AND b > ?)`.
std::string behind(const std::vector<std::string>& key, const sdk::DbValues& last, sdk::DbValues& values) {
    std::string text;
    for (std::size_t i = 0; i < key.size(); ++i) {
        std::string part;
        for (std::size_t j = 0; j < i; ++j) {
            part += in_double_quotes(key[j]) + " = ? AND ";
            values.push_back(last[j]);
        }
        part += in_double_quotes(key[i]) + " > ?";
        values.push_back(last[i]);
        text += (text.empty() ? "(" : " OR (") + part + ")";
    }
    return text;
}

class Reading {
public:
    Reading(data::Session& session, ArchiveWriter& archive) : session_(session), archive_(archive) {}

    sdk::Result<json> copy() {
        auto tables = load_tables();
        if (!tables) return tables.error();
        auto defaults = query("SELECT @@character_set_database AS charset, @@collation_database AS collation");
        if (!defaults) return defaults.error();
        json schema{{"charset", defaults->front().text("charset")},
                    {"collation", defaults->front().text("collation")},
                    {"tables", json::array()}};
        for (const auto& table : *tables)
            schema["tables"].push_back({{"name", table.name}, {"create", table.create}, {"columns", table.columns}});
        if (auto added = archive_.add(kSchemaEntry, schema.dump()); !added) return added.error();
        auto counts = json::object();
        for (const auto& table : *tables) {
            auto rows = copy_rows(table);
            if (!rows) return rows.error();
            counts[table.name] = *rows;
        }
        return counts;
    }

private:
    sdk::Result<std::vector<sdk::Row>> query(const std::string& sql, const sdk::DbValues& values = {}) {
        auto rows = session_.query(sql, values, sdk::SqlExecutor::kMaxRows, Deadline::max());
        if (!rows) return copy_failed(rows.error());
        return std::move(*rows);
    }

    sdk::Result<std::vector<std::string>> names(const std::string& sql, const std::string& table) {
        auto rows = query(sql, {table});
        if (!rows) return rows.error();
        std::vector<std::string> result;
        for (const auto& row : *rows) result.push_back(row.text("name"));
        return result;
    }

    sdk::Result<std::vector<Table>> load_tables() {
        auto rows = query(
            "SELECT table_name AS name FROM information_schema.tables"
            " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name");
        if (!rows) return rows.error();
        std::vector<Table> tables;
        for (const auto& row : *rows) {
            Table table{row.text("name"), {}, {}, {}};
            auto create = query("SHOW CREATE TABLE " + in_double_quotes(table.name));
            if (!create) return create.error();
            table.create = create->front().text("Create Table");
            auto columns = names(
                "SELECT column_name AS name FROM information_schema.columns WHERE table_schema ="
                " DATABASE() AND table_name = ? AND extra NOT LIKE '%GENERATED%'"
                " ORDER BY ordinal_position",
                table.name);
            if (!columns) return columns.error();
            table.columns = std::move(*columns);
            auto key = names(
                "SELECT column_name AS name FROM information_schema.key_column_usage WHERE table_schema ="
                " DATABASE() AND table_name = ? AND constraint_name = 'PRIMARY' ORDER BY ordinal_position",
                table.name);
            if (!key) return key.error();
            table.key = std::move(*key);
            tables.push_back(std::move(table));
        }
        return tables;
    }

    sdk::Result<std::int64_t> copy_rows(const Table& table) {
        std::int64_t count = 0;
        sdk::DbValues last;
        for (int piece = 1;; ++piece) {
            sdk::DbValues values;
            auto sql = "SELECT " + joined(table.columns) + " FROM " + in_double_quotes(table.name);
            if (!last.empty()) sql += " WHERE " + behind(table.key, last, values);
            if (!table.key.empty()) sql += " ORDER BY " + joined(table.key);
            sql += " LIMIT " + std::to_string(kRowsOfPiece);
            if (table.key.empty()) sql += " OFFSET " + std::to_string(count);
            auto rows = query(sql, values);
            if (!rows) return rows.error();
            if (rows->empty()) return count;
            std::string lines;
            for (const auto& row : *rows) lines += to_line(row.values()) + "\n";
            auto number = std::to_string(piece);
            number.insert(0, number.size() < 8 ? 8 - number.size() : 0, '0');
            if (auto added = archive_.add("database/rows/" + table.name + "/" + number + ".jsonl", lines); !added)
                return added.error();
            count += static_cast<std::int64_t>(rows->size());
            if (rows->size() < kRowsOfPiece) return count;
            last.clear();
            for (const auto& name : table.key) last.push_back(rows->back().value(name));
        }
    }

    data::Session& session_;
    ArchiveWriter& archive_;
};

class MariadbRestore final : public DatabaseRestore {
public:
    explicit MariadbRestore(DatabasePlace place) : place_(std::move(place)) {}

    sdk::Result<bool> target_is_empty() override {
        auto tables = existing();
        if (!tables) return tables.error();
        return tables->empty();
    }

    sdk::Result<void> begin() override {
        auto tables = existing();
        if (!tables) return tables.error();
        for (const auto& table : *tables) {
            if (auto gone = run({"SET FOREIGN_KEY_CHECKS = 0", "DROP TABLE " + in_double_quotes(table)}); !gone) return gone;
        }
        return sdk::ok();
    }

    sdk::Result<void> take(EntryReader& entry) override {
        if (entry.name() == kSchemaEntry) return make_tables(entry);
        static constexpr std::string_view kRows = "database/rows/";
        if (!entry.name().starts_with(kRows)) return sdk::ok();
        const auto rest = std::string_view(entry.name()).substr(kRows.size());
        const std::string table(rest.substr(0, rest.find('/')));
        const auto columns = columns_.find(table);
        if (columns == columns_.end())
            return sdk::fail("backup.damaged", "The backup is damaged: it has rows of no table, " + table + ".");
        auto text = entry.all(std::size_t{512} * 1024 * 1024);
        if (!text) return text.error();
        return insert(table, columns->second, *text);
    }

    sdk::Result<void> finish() override {
        if (columns_.empty()) return sdk::fail("backup.damaged", "The backup is damaged: it has no database.");
        return sdk::ok();
    }

private:
    sdk::Result<std::vector<std::string>> existing() {
        auto server = open_for_copy(place_);
        if (!server) return server.error();
        server_ = *server;
        auto rows = server_->query({},
                                   "SELECT table_name AS name FROM information_schema.tables"
                                   " WHERE table_schema = DATABASE()");
        if (!rows) return rows.error();
        std::vector<std::string> names;
        for (const auto& row : *rows) names.push_back(row.text("name"));
        return names;
    }

    sdk::Result<void> run(const std::vector<std::string>& statements) {
        return server_->with_session({}, [&](data::Session& session) -> sdk::Result<void> {
            session.lift_time_limit();
            for (const auto& sql : statements) {
                auto done = session.run(sql, Deadline::max());
                if (!done) return copy_failed(done.error());
            }
            return sdk::ok();
        });
    }

    sdk::Result<void> make_tables(EntryReader& entry) {
        auto text = entry.all(std::size_t{64} * 1024 * 1024);
        if (!text) return text.error();
        const auto schema = json::parse(*text, nullptr, false);
        if (!schema.is_object()) return sdk::fail("backup.damaged", "The backup is damaged: its schema is not JSON.");
        // What later migrations make is compared as what they find; tables may name each other in any order.
        std::vector<std::string> statements{"ALTER DATABASE CHARACTER SET " + in_double_quotes(schema.value("charset", "")) +
                                                " COLLATE " + in_double_quotes(schema.value("collation", "")),
                                            "SET FOREIGN_KEY_CHECKS = 0"};
        for (const auto& table : schema.value("tables", json::array())) {
            statements.push_back(table.value("create", ""));
            columns_[table.value("name", "")] = table.value("columns", std::vector<std::string>{});
        }
        return run(statements);
    }

    sdk::Result<void> insert(const std::string& table, const std::vector<std::string>& columns,
                             const std::string& lines) {
        std::vector<sdk::DbValues> rows;
        for (std::size_t at = 0; at < lines.size();) {
            const auto end = std::min(lines.find('\n', at), lines.size());
            auto values = from_line(std::string_view(lines).substr(at, end - at));
            if (!values || values->size() != columns.size())
                return sdk::fail("backup.damaged", "The backup is damaged: a row of " + table + " cannot be read.");
            rows.push_back(std::move(*values));
            at = end + 1;
        }
        const auto most =
            std::clamp<std::size_t>(kMostValues / std::max<std::size_t>(columns.size(), 1), 1, kRowsOfInsert);
        return server_->with_session({}, [&](data::Session& session) -> sdk::Result<void> {
            session.lift_time_limit();
            for (const auto* sql : {"SET FOREIGN_KEY_CHECKS = 0", "START TRANSACTION"}) {
                if (auto done = session.run(sql, Deadline::max()); !done) return copy_failed(done.error());
            }
            for (std::size_t at = 0; at < rows.size(); at += most) {
                const auto count = std::min(most, rows.size() - at);
                if (auto done = insert_some(session, table, columns, {&rows[at], count}); !done) return done;
            }
            if (auto done = session.run("COMMIT", Deadline::max()); !done) return copy_failed(done.error());
            return sdk::ok();
        });
    }

    static sdk::Result<void> insert_some(data::Session& session, const std::string& table,
                                         const std::vector<std::string>& columns, std::span<sdk::DbValues> rows) {
        std::string marks = "(?";
        for (std::size_t i = 1; i < columns.size(); ++i) marks += ", ?";
        marks += ")";
        auto sql = "INSERT INTO " + in_double_quotes(table) + " (" + joined(columns) + ") VALUES " + marks;
        for (std::size_t i = 1; i < rows.size(); ++i) sql += ", " + marks;
        sdk::DbValues values;
        for (auto& row : rows)
            for (auto& value : row) values.push_back(std::move(value));
        if (auto done = session.execute(sql, values, Deadline::max()); !done) return copy_failed(done.error());
        return sdk::ok();
    }

    const DatabasePlace place_;
    std::shared_ptr<data::DatabaseServer> server_;
    std::map<std::string, std::vector<std::string>> columns_;
};

}  // namespace

sdk::Result<json> copy_mariadb(const sdk::CallContext& context, const DatabasePlace& place, ArchiveWriter& archive) {
    auto server = open_for_copy(place);
    if (!server) return server.error();
    json counts;
    auto copied = (*server)->with_session(context, [&](data::Session& session) -> sdk::Result<void> {
        session.lift_time_limit();
        for (const auto* sql : {"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"}) {
            if (auto begun = session.run(sql, Deadline::max()); !begun) return copy_failed(begun.error());
        }
        auto rows = Reading(session, archive).copy();
        session.run("ROLLBACK", Deadline::max());
        if (!rows) return rows.error();
        counts = std::move(*rows);
        return sdk::ok();
    });
    if (!copied) return copied.error();
    return counts;
}

std::unique_ptr<DatabaseRestore> make_mariadb_restore(const DatabasePlace& place) {
    return std::make_unique<MariadbRestore>(place);
}

}  // namespace whatsflow::backup
