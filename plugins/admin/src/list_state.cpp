#include "list_page.hpp"

#include <algorithm>

namespace whatsflow::admin {
namespace {

bool is_date(const std::string& text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((i == 4 || i == 7) ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
    return true;
}

void append(std::string& path, const std::string& name, const std::string& value) {
    path += path.find('?') == std::string::npos ? '?' : '&';
    path += name + "=" + sdk::encode_url(value);
}

}  // namespace

std::string ListState::filter(const std::string& key) const {
    const auto found = filters.find(key);
    return found == filters.end() ? std::string() : found->second;
}

bool ListState::shows(const std::string& key) const {
    return std::ranges::find(columns, key) != columns.end();
}

ListState read_list_state(const ListSpec& spec, const sdk::Fields& query) {
    ListState state;
    if (!spec.search_placeholder.empty()) state.search = query.get("q").substr(0, 100);
    for (const auto& filter : spec.filters) {
        const auto value = query.get(filter.key);
        const bool known =
            filter.choices.empty()
                ? is_date(value)
                : std::ranges::any_of(filter.choices, [&](const auto& choice) { return choice.first == value; });
        if (!value.empty() && known) state.filters[filter.key] = value;
    }
    state.sort = spec.sort_at_first;
    state.down = spec.down_at_first;
    for (const auto& column : spec.columns)
        if (column.sorts && column.key == query.get("sort")) {
            state.sort = column.key;
            state.down = query.get("order") == "down";
        }
    state.after = query.get("after").substr(0, 200);
    const auto chosen = [&](const std::string& key) {
        return std::ranges::any_of(query.entries(),
                                   [&](const auto& entry) { return entry.first == "column" && entry.second == key; });
    };
    state.columns_chosen = std::ranges::any_of(spec.columns, [&](const auto& column) { return chosen(column.key); });
    for (const auto& column : spec.columns)
        if (state.columns_chosen ? chosen(column.key) : !column.hidden_at_first) state.columns.push_back(column.key);
    return state;
}

std::string list_path(const ListSpec& spec, const ListState& state, const std::string& path) {
    std::string text = path.empty() ? spec.path : path;
    for (const auto& [name, value] : spec.kept) append(text, name, value);
    if (!state.search.empty()) append(text, "q", state.search);
    for (const auto& [key, value] : state.filters) append(text, key, value);
    if (!state.sort.empty() && (state.sort != spec.sort_at_first || state.down != spec.down_at_first)) {
        append(text, "sort", state.sort);
        append(text, "order", state.down ? "down" : "up");
    }
    if (state.columns_chosen)
        for (const auto& key : state.columns) append(text, "column", key);
    return text;
}

}  // namespace whatsflow::admin
