#include "list_page.hpp"

#include "page_kit.hpp"

namespace whatsflow::admin {
namespace {

using nlohmann::json;

/// Everything the theme's table may look at in a cell.
json blank_cell() {
    return {{"text", ""},
            {"cell_path", nullptr},
            {"is_row_link", false},
            {"cell_sub", nullptr},
            {"cell_status", nullptr},
            {"is_number", false},
            {"is_code", false},
            {"is_muted", false},
            {"cell_at", nullptr},
            {"cell_initials", nullptr}};
}

std::string query_of(const std::string& path) {
    const auto mark = path.find('?');
    return mark == std::string::npos ? std::string() : path.substr(mark + 1);
}

json columns_model(const ListSpec& spec, const ListState& state) {
    auto columns = json::array();
    for (const auto& column : spec.columns) {
        if (!state.shows(column.key)) continue;
        const bool current = column.sorts && column.key == state.sort;
        json sort_path = nullptr;
        if (column.sorts) {
            auto sorted = state;
            sorted.sort = column.key;
            sorted.down = current && !state.down;
            sort_path = list_path(spec, sorted);
        }
        columns.push_back({{"label", column.label},
                           {"sort_path", sort_path},
                           {"is_up", current && !state.down},
                           {"is_down", current && state.down},
                           {"is_number", column.is_number}});
    }
    return columns;
}

json filters_model(const ListSpec& spec, const ListState& state, const std::vector<SavedView>& views,
                   const Words& words) {
    auto choices_of = json::array();
    auto dates = json::array();
    for (const auto& filter : spec.filters) {
        const auto value = state.filter(filter.key);
        if (filter.choices.empty()) {
            dates.push_back({{"id", filter.key}, {"label", filter.label}, {"value", value}});
            continue;
        }
        auto choices = json::array();
        for (const auto& [choice_value, label] : filter.choices)
            choices.push_back({{"value", choice_value}, {"label", label}, {"selected", choice_value == value}});
        choices_of.push_back({{"id", filter.key}, {"label", filter.label}, {"choices", std::move(choices)}});
    }
    auto shown_columns = json::array();
    for (const auto& column : spec.columns)
        shown_columns.push_back(
            {{"value", column.key}, {"label", column.label}, {"selected", state.shows(column.key)}});
    auto kept = json::array();
    for (const auto& [name, value] : spec.kept) kept.push_back({{"name", name}, {"value", value}});
    if (!state.sort.empty() && (state.sort != spec.sort_at_first || state.down != spec.down_at_first)) {
        kept.push_back({{"name", "sort"}, {"value", state.sort}});
        kept.push_back({{"name", "order"}, {"value", state.down ? "down" : "up"}});
    }
    const auto here = query_of(list_path(spec, state));
    auto shown_views = json::array();
    if (!views.empty()) {
        auto everything = state;
        everything.search.clear();
        everything.filters.clear();
        shown_views.push_back({{"label", words("list.everything")},
                               {"view_path", list_path(spec, everything)},
                               {"is_current", !state.is_filtered()}});
    }
    for (const auto& view : views)
        shown_views.push_back(
            {{"label", view.name}, {"view_path", spec.path + "?" + view.query}, {"is_current", view.query == here}});
    auto plain = state;
    plain.search.clear();
    plain.filters.clear();
    return {{"search", spec.search_placeholder.empty()
                           ? json(nullptr)
                           : json{{"value", state.search}, {"placeholder", spec.search_placeholder}}},
            {"choices_of", std::move(choices_of)},
            {"dates", std::move(dates)},
            {"kept", std::move(kept)},
            {"clear_path", state.is_filtered() ? json(list_path(spec, plain)) : json(nullptr)},
            {"export_path", spec.export_path.empty() ? json(nullptr) : json(list_path(spec, state, spec.export_path))},
            {"shown_columns", std::move(shown_columns)},
            {"views", std::move(shown_views)}};
}

}  // namespace

json text_cell(const std::string& text, const std::string& sub) {
    auto cell = blank_cell();
    cell["text"] = text;
    if (!sub.empty()) cell["cell_sub"] = sub;
    return cell;
}

json code_cell(const std::string& text) {
    auto cell = text_cell(text);
    cell["is_code"] = !text.empty();
    return cell;
}

json link_cell(const std::string& text, const std::string& path, const std::string& sub) {
    auto cell = text_cell(text, sub);
    cell["cell_path"] = path;
    cell["is_row_link"] = true;
    return cell;
}

json status_cell(const std::string& status, const std::string& text) {
    auto cell = text_cell(text);
    cell["cell_status"] = status;
    return cell;
}

json moment_cell(const json& micros) {
    auto cell = blank_cell();
    if (micros.is_number_integer()) {
        cell["cell_at"] = micros;
    } else {
        cell["text"] = "–";
        cell["is_muted"] = true;
    }
    return cell;
}

json number_cell(const std::string& text) {
    auto cell = text_cell(text);
    cell["is_number"] = true;
    return cell;
}

json list_model(const ListSpec& spec, const ListState& state, const std::vector<ListRow>& rows, const std::string& next,
                const std::vector<SavedView>& views, json empty, const Words& words) {
    auto shown_rows = json::array();
    for (const auto& row : rows) {
        auto cells = json::array();
        for (const auto& column : spec.columns) {
            if (!state.shows(column.key)) continue;
            const auto found = row.cells.find(column.key);
            cells.push_back(found == row.cells.end() ? blank_cell() : found->second);
        }
        shown_rows.push_back({{"id", row.id}, {"cells", std::move(cells)}, {"menu", nullptr}, {"row_label", row.id}});
    }
    if (rows.empty() && (state.is_filtered() || !state.after.empty()))
        empty = empty_model("search", words("list.nothing_found"), words("list.nothing_found_text"));
    const auto here = list_path(spec, state);
    const auto count = std::to_string(rows.size());
    auto own_views = json::array();
    for (const auto& view : views)
        own_views.push_back({{"name", view.name}, {"delete_path", "/views/" + view.id + "/delete"}});
    return {{"caption", spec.caption},
            {"filters", filters_model(spec, state, views, words)},
            {"columns", columns_model(spec, state)},
            {"rows", std::move(shown_rows)},
            {"bulk", nullptr},
            {"has_menus", false},
            {"when_empty", rows.empty() ? std::move(empty) : json(nullptr)},
            {"newer_path", state.after.empty() ? json(nullptr) : json(here)},
            {"older_path", next.empty() ? json(nullptr)
                                        : json(here + (here.find('?') == std::string::npos ? "?" : "&") +
                                               "after=" + sdk::encode_url(next))},
            {"shown_text", rows.empty()
                               ? json(nullptr)
                               : json(words(rows.size() == 1 ? "list.shown_one" : "list.shown", {{"count", count}}))},
            {"save_path", "/views"},
            {"list_name", spec.path},
            {"list_query", query_of(here)},
            {"can_save", state.is_filtered() || state.columns_chosen},
            {"own_views", std::move(own_views)}};
}

}  // namespace whatsflow::admin
