#include "web/site_closing.hpp"

namespace whatsflow::web {
namespace {

constexpr const char* kComeBackAfter = "300";

/// The sentence for people; empty while it is open.
std::string sentence_of(const sdk::Contribution& closed, const sdk::Request& request) {
    const auto view = closed.render(request);
    if (!view || view->name.empty()) return {};
    return view->model.is_object() ? view->model.value("text", "") : std::string{};
}

}  // namespace

std::optional<sdk::Response> SiteClosing::answer_for(const sdk::Request& request) const {
    if (!dependencies_.contributions) return std::nullopt;
    const auto all = dependencies_.contributions(kClosedSite, request.site);
    for (const auto& each : *all) {
        if (!each.render) continue;
        try {
            const auto sentence = sentence_of(each, request);
            if (sentence.empty()) continue;
            return std::move(sdk::problem(503, "closed_for_a_while", sentence).header("Retry-After", kComeBackAfter));
        } catch (const std::exception& exception) {
            dependencies_.log.warn("whether a site is closed was not said",
                                   {{"plugin", each.plugin}, {"what", exception.what()}});
        }
    }
    return std::nullopt;
}

}  // namespace whatsflow::web
