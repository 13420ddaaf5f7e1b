/// \file
/// A list with columns, filters, order, cursor, saved views and CSV, described once.
///
///     const ListSpec spec{.path = "/activity", .columns = {…}, .filters = {…}};
///     const auto state = read_list_state(spec, request.query);
///     … fetch rows for state …
///     model["table"] = list_model(spec, state, rows, next, views, words);
///
/// What is shown is in the address, so a list can be linked, saved and reloaded. Lists page by
/// cursor: `after` names the last row seen.
#pragma once

#include "form_field.hpp"
#include "words.hpp"

#include <whatsflow/sdk/http.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace whatsflow::admin {

struct ListColumn {
    std::string key;
    std::string label;
    bool is_number = false;
    bool sorts = false;
    bool hidden_at_first = false;
};

struct ListFilter {
    std::string key;
    std::string label;
    Choices choices{};  ///< none: a date
};

struct ListSpec {
    std::string path;
    std::string caption;
    std::vector<ListColumn> columns;
    std::vector<ListFilter> filters{};
    std::string search_placeholder{};  ///< empty: no search
    std::string sort_at_first{};       ///< key of a column that sorts
    bool down_at_first = false;
    std::string export_path{};                                ///< empty: no CSV
    std::vector<std::pair<std::string, std::string>> kept{};  ///< parameters of the page itself
};

struct ListState {
    std::string search;
    std::map<std::string, std::string> filters;  ///< valid values only
    std::string sort;
    bool down = false;
    std::string after;
    std::vector<std::string> columns;  ///< keys shown, in the order of the spec
    bool columns_chosen = false;

    std::string filter(const std::string& key) const;
    bool shows(const std::string& key) const;
    bool is_filtered() const { return !search.empty() || !filters.empty(); }
};

/// Anything the spec does not know is left out, so the state can be trusted.
ListState read_list_state(const ListSpec& spec, const sdk::Fields& query);

/// The address of a list in this state, without its cursor; `path` instead of the spec's.
std::string list_path(const ListSpec& spec, const ListState& state, const std::string& path = {});

/// One row: cells by the key of their column, as the functions below make them.
struct ListRow {
    std::string id;
    std::map<std::string, nlohmann::json> cells;
};

nlohmann::json text_cell(const std::string& text, const std::string& sub = {});
nlohmann::json code_cell(const std::string& text);
nlohmann::json link_cell(const std::string& text, const std::string& path, const std::string& sub = {});
nlohmann::json status_cell(const std::string& status, const std::string& text);
nlohmann::json moment_cell(const nlohmann::json& micros);
nlohmann::json number_cell(const std::string& text);

struct SavedView {
    std::string id;
    std::string name;
    std::string query;
};

/// For the partial `admin/list`, which is the theme's data_table with saved views. `empty` is
/// shown when there are no rows and nothing is filtered.
nlohmann::json list_model(const ListSpec& spec, const ListState& state, const std::vector<ListRow>& rows,
                          const std::string& next, const std::vector<SavedView>& views, nlohmann::json empty,
                          const Words& words);

}  // namespace whatsflow::admin
