#include "slot_pieces.hpp"

#include "words.hpp"

namespace whatsflow::admin {

using nlohmann::json;

json pieces_of(Panel& panel, const sdk::Request& request, sdk::SlotId slot, const std::string& subject) {
    auto pieces = json::array();
    for (const auto& contribution : panel.host.contributions(slot, sdk::Site::admin)) {
        if (!contribution.render || (!subject.empty() && contribution.data.value("subject", "") != subject)) continue;
        const bool seen =
            contribution.permission == "public" || (request.identity && request.identity->may(contribution.permission));
        if (!seen) continue;
        auto view = contribution.render(request);
        auto html = sdk::Result<std::string>(std::string());
        if (view && view->name.empty()) continue;  // nothing to say
        if (view) {
            view->model["csrf_token"] = request.csrf_token;
            if (request.identity) view->model["reader_time_zone"] = request.identity->time_zone;
            html = panel.host.render(*view, sdk::Site::admin, request.locale);
        }
        if (!view || !html) {
            panel.host.log().warn("a piece of another plugin is missing on a page",
                                  {{"slot", std::string(slot.name)},
                                   {"plugin", contribution.plugin},
                                   {"key", contribution.key},
                                   {"code", view ? html.error().code : view.error().code}});
            continue;
        }
        const auto title = contribution.data.value("title", "");
        const auto width = contribution.data.value("width", "third");
        pieces.push_back({{"key", contribution.key},
                          {"title", panel.host.translate(request.locale, title)},
                          {"is_half", width == "half"},
                          {"is_full", width == "full"},
                          {"plugin", contribution.plugin},
                          {"piece_html", std::move(*html)}});
    }
    return pieces;
}

}  // namespace whatsflow::admin
