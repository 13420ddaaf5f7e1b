#include "search_page.hpp"

#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "staff.hpp"

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;

constexpr std::size_t kMostOfASource = 10;

bool is_seen(const Request& request, const std::string& permission) {
    return permission == "public" || may(request, permission);
}

void add_pages(Panel& panel, const Request& request, const std::string& needle, const Words& words, json& found) {
    for (const auto& contribution : panel.host.contributions(sdk::NavigationEntry::kSlot, sdk::Site::admin)) {
        if (!is_seen(request, contribution.permission)) continue;
        const auto entry = sdk::NavigationEntry::from(contribution);
        const auto label = words.of(entry.label);
        if (!needle.empty() && tidy_email(label).find(needle) == std::string::npos) continue;
        found.push_back({{"title", label},
                         {"text", ""},
                         {"path", entry.path},
                         {"icon", entry.icon},
                         {"group", words("search.pages")}});
    }
}

void add_staff(Panel& panel, const Request& request, const std::string& needle, const Words& words, json& found) {
    if (!may(request, permission::staff_read)) return;
    const auto members = list_staff(panel.host.database(), request.context);
    if (!members) return;
    std::size_t taken = 0;
    for (const auto& member : *members)
        if ((tidy_email(member.name).find(needle) != std::string::npos ||
             member.email.find(needle) != std::string::npos) &&
            ++taken <= kMostOfASource)
            found.push_back({{"title", member.name},
                             {"text", member.email},
                             {"path", "/staff/" + member.id},
                             {"icon", "shield"},
                             {"group", words("staff.title")}});
}

/// A source that fails finds nothing; the others still do.
void add_sources(Panel& panel, const Request& request, const Words& words, json& found) {
    for (const auto& contribution : panel.host.contributions(sdk::SearchSource::kSlot, sdk::Site::admin)) {
        if (!contribution.render || !is_seen(request, contribution.permission)) continue;
        const auto view = contribution.render(request);
        if (!view) {
            panel.host.log().warn("a search source failed",
                                  {{"plugin", contribution.plugin}, {"code", view.error().code}});
            continue;
        }
        const auto group = words.of(contribution.data.value("title", ""));
        std::size_t taken = 0;
        for (const auto& result : view->model.value("results", json::array())) {
            const auto path = text_of(result, "path");
            const bool leads_within = path.starts_with('/') && !path.starts_with("//");
            if (!leads_within || ++taken > kMostOfASource) continue;
            found.push_back({{"title", text_of(result, "title")},
                             {"text", text_of(result, "text")},
                             {"path", path},
                             {"icon", result.value("icon", "arrow-right")},
                             {"group", group}});
        }
    }
}

Response answer(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    const auto wanted = trimmed(request.query.get("q").substr(0, 100));
    const auto needle = tidy_email(wanted);
    auto found = json::array();
    add_pages(panel, request, needle, words, found);
    if (!needle.empty()) {
        add_staff(panel, request, needle, words, found);
        add_sources(panel, request, words, found);
    }
    if (request.headers.find("accept").value_or("").find("application/json") != std::string_view::npos)
        return sdk::json({{"results", std::move(found)}});
    const bool none = found.empty();
    return show(
        panel, request, "admin/search",
        {{"title", words("search.title")},
         {"header", header_model(words("search.title"))},
         {"wanted", wanted},
         {"results", std::move(found)},
         {"none", none ? empty_model("search", words("search.none"), words("search.none_text")) : json(nullptr)}});
}

}  // namespace

sdk::Result<void> register_search(Panel& panel) {
    return RouteBook(panel.host)
        .get("/search", permission::self, "Finds pages and things",
             [&panel](const Request& r) { return answer(panel, r); })
        .done();
}

}  // namespace whatsflow::admin
