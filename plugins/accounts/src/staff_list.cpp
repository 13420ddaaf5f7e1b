#include "staff_list.hpp"

#include "csv.hpp"
#include "plans.hpp"
#include "search_words.hpp"
#include "staff_parts.hpp"

#include <whatsflow/sdk/saved_views.hpp>

#include <algorithm>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr int kWindow = 300;
constexpr int kAtOnceInFile = 1000;

std::string address_of(const StaffList& list, const ListWish& wish) {
    return wish.address(list.path, wish.ordering, wish.down, "");
}

std::string query_of(const std::string& address) {
    const auto mark = address.find('?');
    return mark == std::string::npos ? std::string{} : address.substr(mark + 1);
}

bool shows(const ListWish& wish, const StaffColumn& column) {
    if (wish.columns.empty()) return !column.hidden_at_first;
    return std::ranges::find(wish.columns, column.key) != wish.columns.end();
}

std::string label_of(const Office& office, const sdk::Request& request, const StaffList& list,
                     const StaffColumn& column) {
    return office.text(request.locale, "staff." + std::string(list.kind) + ".columns." + column.key);
}

/// Without anybody who bills there is no column of plans.
std::vector<StaffColumn> columns_of(const StaffList& list, bool has_plans) {
    auto columns = list.columns;
    std::erase_if(columns, [&](const auto& column) { return column.is_of_plans && !has_plans; });
    return columns;
}

json heads_of(const Office& office, const sdk::Request& request, const StaffList& list, const ListWish& wish,
              const std::vector<StaffColumn>& columns) {
    json heads = json::array();
    for (const auto& each : columns) {
        if (!shows(wish, each)) continue;
        const Ordering* by = nullptr;
        for (const auto& ordering : list.orderings)
            if (each.ordering && std::string_view(ordering.name) == each.ordering) by = &ordering;
        // A plan's tenants come in the order of their subscriptions.
        heads.push_back(
            column(label_of(office, request, list, each), list.path, wish, wish.plan.empty() ? by : nullptr));
    }
    return heads;
}

json choice_of(const std::string& id, const std::string& label, json choices) {
    return {{"id", id}, {"label", label}, {"choices", std::move(choices)}};
}

json filters_of(const Office& office, const sdk::Request& request, const StaffList& list, const ListWish& wish,
                const std::vector<sdk::PlanName>& plans) {
    const auto& locale = request.locale;
    json states = json::array();
    for (const auto& state : list.states)
        states.push_back(
            {{"value", state}, {"label", office.text(locale, "status." + state)}, {"selected", state == wish.status}});
    json filters = json::array({choice_of("status", office.text(locale, "staff.users.filter"), std::move(states))});
    if (!plans.empty()) {
        json choices = json::array();
        for (const auto& plan : plans)
            choices.push_back({{"value", plan.code}, {"label", plan.name}, {"selected", plan.code == wish.plan}});
        filters.push_back(choice_of("plan", office.text(locale, "staff.users.plan_filter"), std::move(choices)));
    }
    json kept = json::array(
        {{{"name", "sort"}, {"value", wish.ordering.name}}, {{"name", "dir"}, {"value", wish.down ? "down" : "up"}}});
    return {{"search",
             {{"value", wish.q}, {"placeholder", office.text(locale, "staff." + std::string(list.kind) + ".search")}}},
            {"choices_of", std::move(filters)},
            {"dates", json::array()},
            {"kept", std::move(kept)},
            {"clear_path", wish.is_filtered() ? json(list.path) : json(false)},
            {"export_path", wish.address(std::string(list.path) + "/export.csv", wish.ordering, wish.down, "")}};
}

json columns_to_choose(const Office& office, const sdk::Request& request, const StaffList& list, const ListWish& wish,
                       const std::vector<StaffColumn>& columns) {
    json shown = json::array();
    for (const auto& each : columns)
        shown.push_back(
            {{"value", each.key}, {"label", label_of(office, request, list, each)}, {"selected", shows(wish, each)}});
    return shown;
}

void add_views(json& model, const Office& office, const sdk::Request& request, const StaffList& list,
               const ListWish& wish) {
    model["can_save"] = false;
    model["own_views"] = json::array();
    auto& tabs = model["filters"]["views"] = json::array();
    const auto service = sdk::find_service<sdk::SavedViews>(office.host());
    if (!service) return;
    const auto kept =
        service.call(&sdk::SavedViews::of_list, request.context, request.identity->subject, std::string(list.path));
    if (!kept) return;
    const auto here = query_of(address_of(list, wish));
    if (!kept->views.empty())
        tabs.push_back({{"label", office.text(request.locale, "staff.users.everything")},
                        {"view_path", list.path},
                        {"is_current", !wish.is_filtered() && wish.columns.empty()}});
    for (const auto& view : kept->views) {
        tabs.push_back({{"label", view.name},
                        {"view_path", std::string(list.path) + "?" + view.query},
                        {"is_current", view.query == here}});
        model["own_views"].push_back({{"name", view.name}, {"delete_path", view.delete_path}});
    }
    model["can_save"] = wish.is_filtered() || !wish.columns.empty();
    model["save_path"] = kept->save_path;
    model["list_name"] = list.path;
    model["list_query"] = here;
}

json bulk_of(const Office& office, const sdk::Request& request, const StaffList& list) {
    if (!list.has_bulk) return false;
    return {{"bulk_id", "bulk"},
            {"bulk_path", std::string(list.path) + "/bulk"},
            {"choices",
             {{{"value", "suspend"}, {"label", office.text(request.locale, "staff.tenants.suspend")}},
              {{"value", "unsuspend"}, {"label", office.text(request.locale, "staff.tenants.unsuspend")}}}}};
}

}  // namespace

ListWish read_staff_wish(const Office& office, const sdk::Request& request, const StaffList& list) {
    auto wish = read_wish(request, list.orderings, list.states);
    for (const auto& column : list.columns)
        for (const auto& [name, value] : request.query.entries())
            if (name == "column" && value == column.key && std::ranges::find(wish.columns, value) == wish.columns.end())
                wish.columns.push_back(value);
    const auto plans = known_plans(office, request.context);
    const auto columns = columns_of(list, !plans.empty());
    if (std::ranges::all_of(columns, [&](const auto& each) { return shows(wish, each) == !each.hidden_at_first; }))
        wish.columns.clear();
    const auto plan = request.query.get("plan");
    if (std::ranges::any_of(plans, [&](const auto& known) { return known.code == plan; })) wish.plan = plan;
    return wish;
}

json staff_list_model(const Office& office, const sdk::Request& request, const StaffList& list, const ListWish& wish,
                      const KeysetPage& page, const std::vector<StaffRow>& rows) {
    const auto& locale = request.locale;
    const std::string kind = list.kind;
    const auto plans = known_plans(office, request.context);
    const auto columns = columns_of(list, !plans.empty());
    json shown = json::array();
    for (const auto& row : rows) {
        json cells = json::array();
        for (const auto& column : columns)
            if (shows(wish, column)) cells.push_back(row.cells.at(column.key));
        shown.push_back({{"id", row.id}, {"row_label", row.label}, {"menu", false}, {"cells", std::move(cells)}});
    }
    const auto link = [&](const char* name, const std::string& cursor) {
        if (cursor.empty()) return json(false);
        return json(
            wish.address(list.path, wish.ordering, wish.down, std::string(name) + "=" + sdk::encode_url(cursor)));
    };
    json empty = false;
    if (rows.empty())
        empty = {{"icon", list.icon},
                 {"title", office.text(locale, "staff." + kind + ".empty")},
                 {"text", office.text(locale, "staff." + kind + ".empty_text")},
                 {"action", false},
                 {"actions", json::array()}};
    json model{{"caption", office.text(locale, "staff." + kind + ".caption")},
               {"filters", filters_of(office, request, list, wish, plans)},
               {"columns", heads_of(office, request, list, wish, columns)},
               {"bulk", bulk_of(office, request, list)},
               {"has_menus", false},
               {"when_empty", std::move(empty)},
               {"newer_path", link("before", page.newer)},
               {"older_path", link("after", page.older)},
               {"shown_text", office.text(locale, "staff.users.shown", {{"count", std::to_string(rows.size())}})},
               {"csrf_token", request.csrf_token},
               {"rows", std::move(shown)}};
    model["filters"]["shown_columns"] = columns_to_choose(office, request, list, wish, columns);
    add_views(model, office, request, list, wish);
    return model;
}

sdk::Result<KeysetPage> searched_page(const Office& office, const sdk::CallContext& context, const ListWish& wish,
                                      int limit, const WordSearch& search) {
    KeysetPage page;
    const bool narrowed = !wish.status.empty() || !wish.plan.empty();
    const int window = narrowed ? std::max(kWindow, limit + 1) : limit + 1;
    const auto hits =
        find_by_words(office.database(), context, search.kind, searched_words(wish.q), wish.after, window);
    if (!hits) return hits.error();
    std::string last;
    for (const auto& hit : hits->hits) {
        if (page.rows.size() == static_cast<std::size_t>(limit)) {
            page.older = last;
            return page;
        }
        last = hit.cursor;
        const auto row = office.database().query_one(context, search.select + " WHERE id = ?", {hit.id});
        if (!row) return row.error();
        if (!*row || (!wish.status.empty() && (*row)->text("status") != wish.status)) continue;
        const auto fits = search.fits(**row);
        if (!fits) return fits.error();
        if (*fits) page.rows.push_back(**row);
    }
    page.older = hits->next;
    if (page.older.empty() && hits->hits.size() == static_cast<std::size_t>(window)) page.older = last;
    return page;
}

sdk::Response csv_of_list(const sdk::CallContext& context, const std::string& filename,
                          const std::vector<std::string>& header, ListWish wish, ReadPage read,
                          std::function<std::string(const sdk::Row&)> line) {
    wish.after.clear();
    wish.before.clear();
    auto patient = context;
    patient.deadline = sdk::CallContext::Deadline::max();
    auto next = [patient, header, wish = std::move(wish), read = std::move(read), line = std::move(line), begun = false,
                 ended = false]() mutable -> sdk::Result<std::string> {
        std::string lines;
        if (!begun) lines = csv_line(header);
        begun = true;
        // A page of a narrowed search may be empty though more follow; an empty piece is the end.
        while (!ended) {
            const auto page = read(patient, wish, kAtOnceInFile);
            if (!page) return page.error();
            for (const auto& row : page->rows) lines += line(row);
            wish.after = page->older;
            ended = page->older.empty();
            if (!lines.empty()) break;
        }
        return lines;
    };
    return sdk::stream("text/csv; charset=utf-8", filename, std::move(next));
}

}  // namespace whatsflow::accounts
