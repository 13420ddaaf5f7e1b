/// \file
/// The rows of one transaction, gathered and then written in few statements: those of one account
/// in its own scope, or those of many together.
#pragma once

#include "rows.hpp"

#include <map>

namespace whatsflow::billing::store {

class RowWriter {
public:
    /// The context is a tenant's, or across_tenants().
    RowWriter(sdk::Transaction& tx, const sdk::CallContext& context) : tx_(tx), context_(context) {}

    void add(const Table& table, const TenantId& tenant, DbValues row);
    void change(const Table& table, const TenantId& tenant, DbValues row);
    void remove(const Table& table, const TenantId& tenant, std::string id);
    sdk::Result<void> write();

private:
    using Rows = std::vector<std::pair<std::string, DbValues>>;  ///< with the tenant of each
    struct Pending {
        Rows added, changed;
        std::vector<std::pair<std::string, std::string>> removed;
    };
    bool crossing() const { return !context_.crossing.empty(); }
    Pending& pending(const Table& table);
    sdk::Result<void> insert(const Table& table, const Rows& rows, bool or_update);
    sdk::Result<void> update(const Table& table, const DbValues& row);
    sdk::Result<void> erase(const Table& table, const std::string& tenant, const std::string& id);

    sdk::Transaction& tx_;
    const sdk::CallContext& context_;
    std::vector<std::pair<const Table*, Pending>> tables_;  ///< in the order of first use
};

/// So many rows in the next statement that few different statements are prepared.
std::size_t rows_at_once(std::size_t left);

}  // namespace whatsflow::billing::store
