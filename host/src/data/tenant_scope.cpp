#include "data/tenant_scope.hpp"

#include <algorithm>
#include <cctype>

namespace whatsflow::data {
namespace {

constexpr std::size_t kMostStatements = 5000;  // texts that are put together have many forms
constexpr std::size_t kMostCrossings = 4096;
constexpr std::size_t kMostTables = 100'000;

constexpr std::string_view kTenantTables[] = {
    "SELECT m.name AS name FROM sqlite_master m, pragma_table_info(m.name) c "
    "WHERE m.type IN ('table', 'view') AND LOWER(c.name) = 'tenant_id'",
    "SELECT table_name AS name FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND LOWER(column_name) = 'tenant_id'"};

}  // namespace

std::optional<DriverError> TenantScope::learn(Session& session) {
    const auto sql = kTenantTables[session.dialect() == sdk::Dialect::sqlite ? 0 : 1];
    auto rows = session.query(sql, {}, kMostTables, Deadline::max());
    if (!rows) return rows.error();
    TenantTables tables;
    for (const auto& row : *rows) {
        auto name = row.text("name");
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        tables.insert(std::move(name));
    }
    const std::unique_lock lock(mutex_);
    tables_ = std::move(tables);
    statements_.clear();
    return std::nullopt;
}

TenantScope::Known TenantScope::known(std::string_view sql) {
    {
        const std::shared_lock lock(mutex_);
        if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);  // reading takes microseconds, and each text is read once
    auto statement = read_statement(sql, tables_);
    const bool of_interest = !statement.tenant_at.empty() || !statement.table.empty();
    auto kept = of_interest ? std::make_shared<const TenantStatement>(std::move(statement)) : nullptr;
    if (statements_.size() >= kMostStatements) statements_.clear();
    statements_.insert_or_assign(std::string(sql), kept);
    return kept;
}

sdk::Result<ScopedCall> TenantScope::admit(const sdk::CallContext& context, std::string_view sql,
                                           const sdk::DbValues& values) {
    auto statement = known(sql);
    if (!statement) return ScopedCall(sql, values);
    if (!statement->table.empty() && !context.crossing.empty()) note_crossing(context, statement->table);
    if (!statement->unscoped.empty() && context.crossing.empty())
        return refused(context, sql,
                       "A statement names the table " + statement->unscoped +
                           ", which belongs to tenants, without saying whose rows it means: add `tenant_id = "
                           ":tenant` for each such table, or make the context with across_tenants().");
    if (statement->tenant_at.empty()) return ScopedCall(sql, values);
    if (context.tenant.empty())
        return refused(context, sql,
                       "A statement" + (statement->table.empty() ? "" : " on the table " + statement->table) +
                           " uses `:tenant`, and the call is on behalf of no tenant: set it with on_behalf_of().");
    return bound(context, std::move(statement), values);
}

sdk::Result<ScopedCall> TenantScope::bound(const sdk::CallContext& context, Known statement,
                                           const sdk::DbValues& values) {
    sdk::DbValues all;
    all.reserve(values.size() + statement->tenant_at.size());
    auto next = values.begin();
    for (const auto at : statement->tenant_at) {
        // Too few values are the driver's to complain about.
        while (all.size() < at && next != values.end()) all.push_back(*next++);
        all.emplace_back(context.tenant.text());
    }
    all.insert(all.end(), next, values.end());
    return ScopedCall(std::move(statement), std::move(all));
}

sdk::Error TenantScope::refused(const sdk::CallContext& context, std::string_view sql, std::string sentence) {
    if (log_ != nullptr)
        log_->error("a statement did not say whose rows it means and was not run",
                    {{"request_id", context.request_id}, {"why", sentence}, {"sql", std::string(sql)}});
    return sdk::fail("database.unscoped", std::move(sentence));
}

void TenantScope::note_crossing(const sdk::CallContext& context, const std::string& table) {
    if (log_ == nullptr || !log_->enabled(sdk::LogLevel::info)) return;
    {
        const std::lock_guard lock(crossings_mutex_);
        if (crossings_.size() >= kMostCrossings) crossings_.clear();
        if (!crossings_.insert(context.request_id + '\n' + context.crossing).second) return;
    }
    log_->info("statements look at all tenants",
               {{"request_id", context.request_id}, {"reason", context.crossing}, {"table", table}});
}

}  // namespace whatsflow::data
