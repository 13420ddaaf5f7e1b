// Invoices that are not final yet, over all tenants: the next one to be first.
#include "books.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

constexpr const char* kDraftColumns =
    "SELECT tenant_id, id, subscription_id, begins_on, final_on FROM billing_waiting_drafts WHERE ";

DraftRow draft_row(const sdk::Row& row) {
    const auto day = [&](const char* column) { return LocalDate{static_cast<std::int32_t>(row.integer(column))}; };
    return {TenantId{row.text("tenant_id")}, DraftId{row.text("id")}, SubscriptionId{row.text("subscription_id")},
            day("begins_on"), day("final_on")};
}

/// The cursor is `day.id`: days repeat.
std::optional<std::pair<std::int64_t, std::string>> read_cursor(const std::string& after) {
    const auto dot = after.find('.');
    const auto number = after.substr(0, dot);
    if (dot == std::string::npos || number.empty() || number.size() > 7 ||
        number.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return std::pair{std::stoll(number), after.substr(dot + 1)};
}

}  // namespace

sdk::Result<Slice<DraftRow>> Books::drafts(const sdk::CallContext& context, const DraftFilter& filter,
                                           const std::string& after, int limit) {
    const int most = std::clamp(limit, 1, 500);
    std::string sql = std::string(kDraftColumns) + "(final_on > ? OR (final_on = ? AND id > ?))";
    const auto [day, id] = read_cursor(after).value_or(std::pair{std::int64_t{-1}, std::string{}});
    sdk::DbValues values{day, day, id};
    if (filter.tenants) {
        std::string marks = "''";
        for (const auto& tenant : *filter.tenants) {
            marks += ", ?";
            values.emplace_back(tenant.text());
        }
        sql += " AND tenant_id IN (" + marks + ")";
    }
    const auto rows = host_.database().query(sdk::across_tenants(context, "billing.drafts.list"),
                                             sql + " ORDER BY final_on, id LIMIT " + std::to_string(most + 1), values);
    if (!rows) return rows.error();
    std::vector<DraftRow> found;
    for (const auto& row : *rows) found.push_back(draft_row(row));
    return slice_of(std::move(found), most,
                    [](const DraftRow& row) { return std::to_string(row.finalise_on.days) + "." + row.id.text(); });
}

sdk::Result<std::optional<DraftRow>> Books::draft(const sdk::CallContext& context, const DraftId& id) {
    const auto row = host_.database().query_one(sdk::across_tenants(context, "billing.drafts.show"),
                                                std::string(kDraftColumns) + "id = ?", {id.text()});
    if (!row) return row.error();
    return *row ? std::optional(draft_row(**row)) : std::optional<DraftRow>{};
}

}  // namespace whatsflow::billing
