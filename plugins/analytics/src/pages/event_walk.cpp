#include "event_walk.hpp"

#include "../rows.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr std::int64_t kPiece = 10'000;

const char* bots_of(Bots bots) {
    return bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot <> 0" : "";
}

Walked walked(const sdk::Row& row) {
    return {row.integer("occurred_at"), row.integer("visitor"), row.text("name"),     row.text("person"),
            row.text("properties"),     row.integer("revenue"), row.text("currency"), row.text("country"),
            row.text("source"),         row.text("path")};
}

}  // namespace

sdk::Result<bool> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                       const std::vector<std::string>& names, const std::function<void(const Walked&)>& visit) {
    const auto tables = office.tables.holding(context, asked.span.from, asked.span.to);
    if (!tables) return tables.error();
    std::size_t seen = 0;
    for (const auto site : asked.sites)
        for (const auto& table : *tables) {
            auto from = asked.span.from;
            std::string after;  // the id of the last event at `from`
            while (true) {
                sdk::DbValues values{site, asked.span.to, from, from, sdk::Blob{after}};
                for (const auto& name : names) values.emplace_back(name);
                values.emplace_back(kPiece);
                const auto rows = office.host.database().query(
                    context,
                    "SELECT occurred_at, id, visitor, name, person, properties, revenue, currency, country, source, "
                    "path FROM " +
                        table +
                        " WHERE site = ? AND occurred_at < ? AND occurred_at >= ? AND (occurred_at > ? OR id > ?)" +
                        (names.empty() ? "" : " AND name IN (" + places(names.size()) + ")") + bots_of(asked.bots) +
                        " ORDER BY occurred_at, id LIMIT ?",
                    values);
                if (!rows) return rows.error();
                for (const auto& row : *rows) {
                    if (++seen > kMostWalked) return true;
                    visit(walked(row));
                }
                if (static_cast<std::int64_t>(rows->size()) < kPiece) break;
                from = rows->back().integer("occurred_at");
                after = rows->back().bytes("id");
            }
        }
    return false;
}

sdk::Result<std::vector<std::string>> names_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope) {
    const auto rows = office.questions.by_value(context, scope.asked(scope.times.span), dimension::kEvent, 100);
    if (!rows) return rows.error();
    std::vector<std::string> names;
    for (const auto& row : *rows)
        if (row.value != kOther) names.push_back(row.value);
    return names;
}

}  // namespace whatsflow::analytics::pages
