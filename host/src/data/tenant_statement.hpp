/// \file
/// One statement, seen with the eyes of tenants: which of their tables it names, and where
/// the context's tenant goes into it.
///
///     auto seen = read_statement("SELECT id FROM crm_notes WHERE tenant_id = :tenant AND n = ?", {"CRM_NOTES"});
///     seen.sql            // "SELECT id FROM crm_notes WHERE tenant_id = ? AND n = ?"
///     seen.tenant_at      // {0}: the first of its values is the tenant
///     seen.unscoped       // "": every table of tenants has its `:tenant`
///
/// A rule of thumb, made to catch what people forget: each table of tenants that is named
/// needs one `:tenant`, or a join `a.tenant_id = b.tenant_id` (or USING) to one that has it.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::data {

/// Names in capitals.
using TenantTables = std::set<std::string, std::less<>>;

struct TenantStatement {
    std::string sql;                     ///< to run: `:tenant` replaced by `?`; empty when there is none
    std::vector<std::size_t> tenant_at;  ///< which of the placeholders of `sql` are the tenant
    std::string table;                   ///< one it names that belongs to tenants, as it was written; or empty
    std::string unscoped;                ///< the same when not every one has its `:tenant`
};

[[nodiscard]] TenantStatement read_statement(std::string_view sql, const TenantTables& tables);

}  // namespace whatsflow::data
