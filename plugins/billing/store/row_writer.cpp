#include "row_writer.hpp"

namespace whatsflow::billing::store {

std::size_t rows_at_once(std::size_t left) {
    std::size_t count = 64;
    while (count > left) count /= 2;
    return count;
}

RowWriter::Pending& RowWriter::pending(const Table& table) {
    for (auto& [known, rows] : tables_)
        if (known == &table) return rows;
    return tables_.emplace_back(&table, Pending{}).second;
}

void RowWriter::add(const Table& table, const TenantId& tenant, DbValues row) {
    pending(table).added.emplace_back(tenant.text(), std::move(row));
}

void RowWriter::change(const Table& table, const TenantId& tenant, DbValues row) {
    pending(table).changed.emplace_back(tenant.text(), std::move(row));
}

void RowWriter::remove(const Table& table, const TenantId& tenant, std::string id) {
    pending(table).removed.emplace_back(tenant.text(), std::move(id));
}

sdk::Result<void> RowWriter::write() {
    for (const auto& [table, rows] : tables_) {
        for (const auto& [tenant, id] : rows.removed)
            if (auto done = erase(*table, tenant, id); !done) return done;
        if (crossing()) {
            if (auto done = insert(*table, rows.changed, true); !done) return done;
        } else {
            for (const auto& [tenant, row] : rows.changed)
                if (auto done = update(*table, row); !done) return done;
        }
        if (auto done = insert(*table, rows.added, false); !done) return done;
    }
    tables_.clear();
    return sdk::ok();
}

sdk::Result<void> RowWriter::insert(const Table& table, const Rows& rows, bool or_update) {
    const bool mysql = tx_.dialect() == sdk::Dialect::mysql;
    for (std::size_t from = 0; from < rows.size();) {
        const auto count = rows_at_once(rows.size() - from);
        std::string sql = std::string("INSERT INTO ") + table.name + " (tenant_id";
        for (const auto* column : table.columns) sql += std::string(", ") + column;
        sql += ") VALUES ";
        DbValues values;
        for (std::size_t at = 0; at < count; ++at) {
            const auto& [tenant, row] = rows[from + at];
            sql += at == 0 ? "(" : ", (";
            sql += crossing() ? "?" : ":tenant";
            if (crossing()) values.emplace_back(tenant);
            for (std::size_t i = 0; i < table.columns.size(); ++i) sql += ", ?";
            sql += ")";
            values.insert(values.end(), row.begin(), row.end());
        }
        if (or_update) {
            sql += mysql ? " ON DUPLICATE KEY UPDATE "
                         : std::string(" ON CONFLICT (") + table.columns[0] + ") DO UPDATE SET ";
            for (std::size_t i = 1; i < table.columns.size(); ++i) {
                const std::string column = table.columns[i];
                sql +=
                    (i == 1 ? "" : ", ") + column + " = " + (mysql ? "VALUES(" + column + ")" : "excluded." + column);
            }
        }
        if (auto done = tx_.execute(context_, sql, values); !done) return done.error();
        from += count;
    }
    return sdk::ok();
}

sdk::Result<void> RowWriter::update(const Table& table, const DbValues& row) {
    std::string sql = std::string("UPDATE ") + table.name + " SET ";
    for (std::size_t i = 1; i < table.columns.size(); ++i)
        sql += std::string(i == 1 ? "" : ", ") + table.columns[i] + " = ?";
    sql += std::string(" WHERE tenant_id = :tenant AND ") + table.columns[0] + " = ?";
    DbValues values(row.begin() + 1, row.end());
    values.push_back(row.front());
    if (auto done = tx_.execute(context_, sql, values); !done) return done.error();
    return sdk::ok();
}

sdk::Result<void> RowWriter::erase(const Table& table, const std::string& tenant, const std::string& id) {
    DbValues values;
    if (crossing()) values.emplace_back(tenant);
    values.emplace_back(id);
    if (auto done = tx_.execute(context_,
                                std::string("DELETE FROM ") + table.name + " WHERE tenant_id = " +
                                    (crossing() ? "?" : ":tenant") + " AND " + table.columns[0] + " = ?",
                                values);
        !done)
        return done.error();
    return sdk::ok();
}

}  // namespace whatsflow::billing::store
