#include "background/board_rows.hpp"

#include <algorithm>

namespace whatsflow::background {
namespace {

int shown(const sdk::ListWindow& window) {
    return std::clamp(window.limit, 1, 500);
}

}  // namespace

nlohmann::json instant_json(const sdk::Row& row, std::string_view column) {
    if (row.is_null(column)) return nullptr;
    return sdk::to_rfc3339(row.instant(column));
}

nlohmann::json stored_json(const sdk::Row& row, std::string_view column) {
    auto value = nlohmann::json::parse(row.text(column), nullptr, false);
    if (value.is_discarded()) return row.text(column);
    return value;
}

int rows_to_read(const sdk::ListWindow& window) {
    return shown(window) + 1;
}

sdk::ListPage page_of(const std::vector<sdk::Row>& rows, const sdk::ListWindow& window,
                      const std::function<nlohmann::json(const sdk::Row&)>& row_json) {
    const auto limit = static_cast<std::size_t>(shown(window));
    sdk::ListPage page;
    for (std::size_t i = 0; i < rows.size() && i < limit; ++i) page.rows.push_back(row_json(rows[i]));
    if (rows.size() > limit) page.next = page.rows.back().at("cursor").get<std::string>();
    return page;
}

}  // namespace whatsflow::background
