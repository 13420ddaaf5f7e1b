/// \file
/// Keeps tenants apart below the handlers: no statement that names a table of tenants runs
/// without saying whose rows it means.
///
///     auto call = scope.admit(context, sql, values);
///     if (!call) return call.error();          // database.unscoped
///     session.query(call->sql(), call->values(), …);
///
/// A table belongs to tenants when it has a column `tenant_id`; which those are is read from
/// the schema (`learn`). A statement is read once, then its answer is found by its text.
#pragma once

#include "data/session.hpp"
#include "data/tenant_statement.hpp"

#include <whatsflow/sdk/logger.hpp>

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <unordered_set>

namespace whatsflow::data {

/// A statement that may run, with the values to run it with. Refers to what it was made of.
class ScopedCall {
public:
    ScopedCall(std::string_view sql, const sdk::DbValues& values) : sql_(sql), given_(&values) {}
    ScopedCall(std::shared_ptr<const TenantStatement> statement, sdk::DbValues bound)
        : statement_(std::move(statement)), sql_(statement_->sql), bound_(std::move(bound)) {}

    [[nodiscard]] std::string_view sql() const { return sql_; }
    [[nodiscard]] const sdk::DbValues& values() const { return given_ != nullptr ? *given_ : bound_; }

private:
    std::shared_ptr<const TenantStatement> statement_;
    std::string_view sql_;
    const sdk::DbValues* given_ = nullptr;
    sdk::DbValues bound_;
};

/// [thread-safe]
class TenantScope {
public:
    /// `log` may be null, else it outlives the scope.
    explicit TenantScope(sdk::Logger* log) : log_(log) {}

    /// Reads which tables belong to tenants; what was known of statements is forgotten.
    [[nodiscard]] std::optional<DriverError> learn(Session& session);
    /// Error `database.unscoped`.
    [[nodiscard]] sdk::Result<ScopedCall> admit(const sdk::CallContext& context, std::string_view sql,
                                                const sdk::DbValues& values);

private:
    using Known = std::shared_ptr<const TenantStatement>;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };

    /// Null for a statement that is none of our business, which most are.
    Known known(std::string_view sql);
    sdk::Result<ScopedCall> bound(const sdk::CallContext& context, Known statement, const sdk::DbValues& values);
    sdk::Error refused(const sdk::CallContext& context, std::string_view sql, std::string sentence);
    void note_crossing(const sdk::CallContext& context, const std::string& table);

    sdk::Logger* const log_;
    std::shared_mutex mutex_;
    TenantTables tables_;
    std::unordered_map<std::string, Known, TextHash, std::equal_to<>> statements_;
    std::mutex crossings_mutex_;
    std::unordered_set<std::string> crossings_;
};

}  // namespace whatsflow::data
