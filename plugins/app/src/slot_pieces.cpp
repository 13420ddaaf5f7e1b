#include "slot_pieces.hpp"

namespace whatsflow::app {

using nlohmann::json;

namespace {

void tell_missing(sdk::Host& host, const sdk::Contribution& contribution, const std::string& code) {
    host.log().warn(
        "a piece of another plugin is missing on a page",
        {{"slot", contribution.slot}, {"plugin", contribution.plugin}, {"key", contribution.key}, {"code", code}});
}

}  // namespace

bool may_see(const sdk::Request& request, const std::string& permission) {
    return permission.empty() || permission == "public" || (request.identity && request.identity->may(permission));
}

std::vector<Answered> answered_models(sdk::Host& host, const sdk::Request& request, sdk::SlotId slot) {
    std::vector<Answered> answers;
    for (auto& contribution : host.contributions(slot, sdk::Site::app)) {
        if (!contribution.render || !may_see(request, contribution.permission)) continue;
        auto view = contribution.render(request);
        if (view)
            answers.push_back({std::move(contribution), std::move(view->model)});
        else
            tell_missing(host, contribution, view.error().code);
    }
    return answers;
}

std::vector<Piece> drawn_pieces(sdk::Host& host, const sdk::Request& request, sdk::SlotId slot) {
    std::vector<Piece> pieces;
    for (const auto& contribution : host.contributions(slot, sdk::Site::app)) {
        if (!contribution.render || !may_see(request, contribution.permission)) continue;
        auto view = contribution.render(request);
        if (!view) {
            tell_missing(host, contribution, view.error().code);
            continue;
        }
        if (view->name.empty()) continue;
        if (!view->model.contains("csrf_token")) view->model["csrf_token"] = request.csrf_token;
        if (request.identity) view->model["reader_time_zone"] = request.identity->time_zone;
        auto html = host.render(*view, sdk::Site::app, request.locale);
        if (!html) {
            tell_missing(host, contribution, html.error().code);
            continue;
        }
        pieces.push_back({contribution.key, host.translate(request.locale, contribution.data.value("title", "")),
                          contribution.data.value("width", "third"), std::move(*html)});
    }
    return pieces;
}

json model_of(const std::vector<Piece>& pieces) {
    auto list = json::array();
    for (const auto& piece : pieces)
        list.push_back(
            {{"key", piece.key}, {"heading", piece.title}, {"width", piece.width}, {"piece_html", piece.html}});
    return list;
}

}  // namespace whatsflow::app
