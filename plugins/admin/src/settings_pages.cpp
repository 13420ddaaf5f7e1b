#include "settings_pages.hpp"

#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "slot_pieces.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <map>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;

/// Keys by the word before their first dot: [{"name", "entries": [{"key", "value"}]}].
json grouped(const json& configuration) {
    std::map<std::string, json> groups;
    for (const auto& [key, value] : configuration.items()) {
        const auto group = key.substr(0, key.find('.'));
        auto& entries = groups.try_emplace(group, json::array()).first->second;
        entries.push_back({{"key", key},
                           {"value", value.is_string() ? value.get<std::string>()
                                                       : value.dump(-1, ' ', false, json::error_handler_t::replace)}});
    }
    auto list = json::array();
    for (auto& [name, entries] : groups) list.push_back({{"name", name}, {"entries", std::move(entries)}});
    return list;
}

Response settings(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    auto sections = pieces_of(panel, request, sdk::SettingsSection::kSlot);
    const auto configuration = sdk::find_service<sdk::Operations>(panel.host).call(&sdk::Operations::configuration);
    const bool has_sections = !sections.empty();
    return show(panel, request, "admin/settings",
                {{"title", words("settings.title")},
                 {"header", header_model(words("settings.title"), words("settings.lead"))},
                 {"sections", std::move(sections)},
                 {"has_sections", has_sections},
                 {"groups", configuration ? grouped(*configuration) : json::array()},
                 {"unreadable", !configuration}});
}

Response webhooks(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    auto panels = pieces_of(panel, request, sdk::DetailPanel::kSlot, "webhooks");
    const bool none = panels.empty();
    return show(panel, request, "admin/webhooks",
                {{"title", words("webhooks.title")},
                 {"header", header_model(words("webhooks.title"), words("webhooks.lead"))},
                 {"panels", std::move(panels)},
                 {"none", none ? empty_model("webhook", words("webhooks.none"), words("webhooks.none_text"),
                                             json::array({link_action(words("webhooks.see_plugins"), "/plugins")}))
                               : json(nullptr)}});
}

}  // namespace

sdk::Result<void> register_settings_pages(Panel& panel) {
    return RouteBook(panel.host)
        .get("/settings", permission::settings, "Settings of the platform",
             [&panel](const Request& r) { return settings(panel, r); })
        .get("/webhooks", permission::webhooks, "Notices coming in and going out",
             [&panel](const Request& r) { return webhooks(panel, r); })
        .done();
}

}  // namespace whatsflow::admin
