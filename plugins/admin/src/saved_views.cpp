#include "saved_views.hpp"

#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"

#include <algorithm>

namespace whatsflow::admin {
namespace {

constexpr std::size_t kMostViews = 30;
constexpr const char* kSavePath = "/views";

/// Lists are pages of the panel: `/activity`, and never another site.
bool is_list_path(const std::string& path) {
    return path.size() > 1 && path.size() <= 60 && path.front() == '/' && path.find("//") == std::string::npos &&
           std::ranges::all_of(path, [](char c) { return (c >= 'a' && c <= 'z') || c == '/' || c == '-'; });
}

bool is_query(const std::string& query) {
    return query.size() <= 1000 && std::ranges::all_of(query, [](char c) {
               return static_cast<unsigned char>(c) > ' ' && c != '#' && c != 0x7f;
           });
}

sdk::Result<std::vector<SavedView>> select_views(const Panel& panel, const sdk::CallContext& context,
                                                 const std::string& staff, const std::string& list) {
    const auto rows = panel.host.database().query(
        context, "SELECT id, name, query FROM admin_saved_views WHERE staff_id = ? AND list = ? ORDER BY name",
        {staff, list});
    if (!rows) return rows.error();
    std::vector<SavedView> views;
    for (const auto& row : *rows) views.push_back({row.text("id"), row.text("name"), row.text("query")});
    return views;
}

std::string delete_path_of(const SavedView& view) {
    return std::string(kSavePath) + "/" + view.id + "/delete";
}

sdk::Response save_view(Panel& panel, const sdk::Request& request) {
    const auto form = form_of(request);
    const auto list = form.get("list");
    const auto query = form.get("query");
    const auto name = trimmed(form.get("name")).substr(0, 60);
    if (!is_list_path(list) || !is_query(query))
        return sdk::problem(400, "views.bad_list", "This list cannot be saved.");
    if (name.empty()) return sdk::redirect_to(list + "?" + query);
    if (saved_views(panel, request, list).size() >= kMostViews)
        return sdk::problem(409, "views.too_many", "There are thirty saved views of this list. Delete one first.");
    const auto saved = panel.host.database().execute(
        request.context,
        "INSERT INTO admin_saved_views (id, staff_id, list, name, query, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        {sdk::make_uuid(), request.identity->subject, list, name, query, panel.host.clock().now()});
    if (!saved && saved.error().code == "database.duplicate") {
        const auto changed = panel.host.database().execute(
            request.context, "UPDATE admin_saved_views SET query = ? WHERE staff_id = ? AND list = ? AND name = ?",
            {query, request.identity->subject, list, name});
        if (!changed) return failed(changed.error());
    } else if (!saved) {
        return failed(saved.error());
    }
    return go_with_notice(list + "?" + query, "view_saved");
}

sdk::Response delete_view(Panel& panel, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    const auto row = panel.host.database().query_one(request.context,
                                                     "SELECT list FROM admin_saved_views WHERE id = ? AND staff_id = ?",
                                                     {id, request.identity->subject});
    if (!row) return failed(row.error());
    if (!*row) return sdk::not_found();
    const auto deleted =
        panel.host.database().execute(request.context, "DELETE FROM admin_saved_views WHERE id = ? AND staff_id = ?",
                                      {id, request.identity->subject});
    if (!deleted) return failed(deleted.error());
    return go_with_notice((*row)->text("list"), "view_deleted");
}

}  // namespace

std::vector<SavedView> saved_views(Panel& panel, const sdk::Request& request, const std::string& list) {
    if (!request.identity) return {};
    auto views = select_views(panel, request.context, request.identity->subject, list);
    return views ? std::move(*views) : std::vector<SavedView>{};
}

sdk::Result<sdk::SavedListViews> ViewsOfLists::of_list(const sdk::CallContext& context, const std::string& staff,
                                                       const std::string& list) {
    const auto views = select_views(panel_, context, staff, list);
    if (!views) return views.error();
    sdk::SavedListViews found{kSavePath, {}};
    for (const auto& view : *views) found.views.push_back({view.name, view.query, delete_path_of(view)});
    return found;
}

sdk::Result<void> register_saved_views(Panel& panel) {
    return RouteBook(panel.host)
        .post(kSavePath, permission::self, "Keeps how a list is shown",
              [&panel](const sdk::Request& r) { return save_view(panel, r); })
        .post("/views/{id}/delete", permission::self, "Forgets a saved view",
              [&panel](const sdk::Request& r) { return delete_view(panel, r); })
        .done();
}

}  // namespace whatsflow::admin
