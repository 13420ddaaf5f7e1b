#include "conditions.hpp"

#include "rows.hpp"

namespace whatsflow::analytics {
namespace {

constexpr Column kColumns[] = {{"event", "name", ""},
                               {"page", "path", ""},
                               {"entry", "", "entry_path"},
                               {"host", "hostname", "hostname"},
                               {"source", "source", "source"},
                               {"medium", "medium", "medium"},
                               {"campaign", "campaign", "campaign"},
                               {"country", "country", "country"},
                               {"browser", "browser", "browser"},
                               {"system", "system_name", "system_name"},
                               {"device", "device", "device"},
                               {"language", "language", ""}};

void add_bots(Condition& condition, Bots bots) {
    condition.sql += bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot <> 0" : "";
}

}  // namespace

sdk::DbValues Condition::with(const sdk::DbValues& more) const {
    auto all = values;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

const Column* column_of(std::string_view dimension) {
    const auto found = std::ranges::find(kColumns, dimension, &Column::dimension);
    return found == std::end(kColumns) ? nullptr : &*found;
}

Condition condition_of_sites(const Asked& asked) {
    Condition condition{" 1 = 1", {}};
    if (asked.sites.empty()) return condition;
    condition.sql = " site IN (" + places(asked.sites.size()) + ")";
    condition.values.assign(asked.sites.begin(), asked.sites.end());
    return condition;
}

Condition condition_of(const Asked& asked) {
    auto condition = condition_of_sites(asked);
    if (!asked.names.empty()) condition.sql += " AND name IN (" + places(asked.names.size()) + ")";
    condition.values.insert(condition.values.end(), asked.names.begin(), asked.names.end());
    if (!asked.person.empty()) {
        condition.sql += " AND person = ?";
        condition.values.emplace_back(asked.person);
    }
    for (const auto& [dimension, value] : asked.filters)
        if (const auto* column = column_of(dimension); column && !column->of_events.empty()) {
            condition.sql += " AND " + std::string(column->of_events) + " = ?";
            condition.values.emplace_back(value);
        }
    add_bots(condition, asked.bots);
    return condition;
}

std::optional<Condition> condition_of_visits(const Asked& asked) {
    // Of single events there are no visits.
    if (!asked.names.empty() || !asked.person.empty()) return std::nullopt;
    auto condition = condition_of_sites(asked);
    for (const auto& [dimension, value] : asked.filters) {
        const auto* column = column_of(dimension);
        if (!column || column->of_visits.empty()) return std::nullopt;
        condition.sql += " AND " + std::string(column->of_visits) + " = ?";
        condition.values.emplace_back(value);
    }
    add_bots(condition, asked.bots);
    return condition;
}

std::string condition_of_sums(Bots bots) {
    return bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot = 1" : "";
}

bool needs_events(const Asked& asked) {
    return !asked.filters.empty() || !asked.person.empty() || asked.names.size() > 1;
}

}  // namespace whatsflow::analytics
