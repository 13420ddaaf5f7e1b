#include "search.hpp"

#include "permissions.hpp"
#include "slot_pieces.hpp"
#include "words.hpp"

namespace whatsflow::app {

using nlohmann::json;

namespace {

constexpr std::size_t kMostOfASource = 10;
constexpr std::size_t kLongestQuestion = 100;

std::string lowered(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return text;
}

bool leads_within(const std::string& path) {
    return path.starts_with('/') && !path.starts_with("//");
}

}  // namespace

sdk::Result<void> Search::register_routes() {
    auto route = sdk::get(sdk::Site::app, "/search", sdk::Permission::named(permission::search),
                          [this](const sdk::Request& request) { return answer(request); });
    route.summary = "Finds pages and things";
    return host_.route(std::move(route));
}

json Search::results(const sdk::Request& request, const std::string& wanted) {
    auto found = json::array();
    const auto needle = lowered(wanted);
    const auto pages = word(host_, request, "search.pages");
    for (const auto& contribution : host_.contributions(sdk::NavigationEntry::kSlot, sdk::Site::app)) {
        if (!may_see(request, contribution.permission)) continue;
        const auto entry = sdk::NavigationEntry::from(contribution);
        const auto label = host_.translate(request.locale, entry.label);
        if (!needle.empty() && lowered(label).find(needle) == std::string::npos) continue;
        found.push_back({{"title", label}, {"text", ""}, {"path", entry.path}, {"icon", entry.icon}, {"group", pages}});
    }
    if (needle.empty()) return found;
    for (const auto& [contribution, model] : answered_models(host_, request, sdk::SearchSource::kSlot)) {
        const auto group = host_.translate(request.locale, contribution.data.value("title", ""));
        std::size_t taken = 0;
        for (const auto& result : model.value("results", json::array())) {
            const auto path = result.value("path", "");
            if (++taken > kMostOfASource || !leads_within(path)) continue;
            found.push_back({{"title", result.value("title", "")},
                             {"text", result.value("text", "")},
                             {"path", path},
                             {"icon", result.value("icon", "arrow-right")},
                             {"group", group}});
        }
    }
    return found;
}

sdk::Response Search::answer(const sdk::Request& request) {
    const auto wanted = shortened(request.query.get("q"), kLongestQuestion);
    auto found = results(request, wanted);
    const auto accept = request.headers.find("Accept").value_or("");
    if (accept.find("application/json") != std::string_view::npos) return sdk::json({{"results", std::move(found)}});
    const bool is_empty = found.empty();
    return sdk::page("app/search", {{"title", word(host_, request, "search.title")},
                                    {"header", {{"heading", word(host_, request, "search.title")}}},
                                    {"wanted", wanted},
                                    {"results", std::move(found)},
                                    {"is_empty", is_empty}});
}

}  // namespace whatsflow::app
