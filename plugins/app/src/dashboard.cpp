#include "dashboard.hpp"

#include "permissions.hpp"
#include "slot_pieces.hpp"
#include "words.hpp"

#include <whatsflow/sdk/pages.hpp>

namespace whatsflow::app {

using nlohmann::json;

namespace {

/// The checklist of new tenants; false once everything on it is done.
json first_steps(sdk::Host& host, const sdk::Request& request) {
    auto steps = json::array();
    int done = 0;
    for (const auto& [contribution, model] : answered_models(host, request, sdk::FirstStep::kSlot)) {
        const bool is_done = model.value("done", false);
        done += is_done ? 1 : 0;
        steps.push_back({{"label", host.translate(request.locale, contribution.data.value("title", ""))},
                         {"step_path", contribution.data.value("path", "/")},
                         {"is_done", is_done}});
    }
    const auto all = static_cast<int>(steps.size());
    if (all == 0 || done == all) return false;
    return {{"checklist_title", word(host, request, "dashboard.first_steps")},
            {"done_text", sdk::fill_in(word(host, request, "dashboard.done_of"),
                                       {{"done", std::to_string(done)}, {"all", std::to_string(all)}})},
            {"percent", done * 100 / all},
            {"steps", std::move(steps)}};
}

}  // namespace

sdk::Result<void> FramePages::register_routes() {
    using sdk::Permission;
    using sdk::Site;
    const auto page_of = [this](const char* path, const char* permission, const char* summary, auto method) {
        auto route = sdk::get(Site::app, path, Permission::named(permission),
                              [this, method](const sdk::Request& request) { return (this->*method)(request); });
        route.summary = summary;
        return host_.route(std::move(route));
    };
    if (auto done = page_of("/", permission::dashboard, "First page of the app", &FramePages::dashboard); !done)
        return done;
    if (auto done = page_of("/usage", permission::usage, "What is used", &FramePages::usage); !done) return done;
    if (auto done = page_of("/settings", permission::settings, "Settings", &FramePages::settings); !done) return done;
    auto change = sdk::post(Site::app, "/settings/notifications", Permission::named(permission::settings),
                            [this](const sdk::Request& request) { return change_notices(request); });
    change.summary = "Which notifications also come by mail";
    return host_.route(std::move(change));
}

sdk::Response FramePages::dashboard(const sdk::Request& request) {
    const auto cards = drawn_pieces(host_, request, sdk::DashboardCard::kSlot);
    const auto steps = first_steps(host_, request);
    const auto name = request.identity ? request.identity->name : std::string();
    const auto first_name = name.substr(0, name.find(' '));
    const auto heading = first_name.empty()
                             ? word(host_, request, "dashboard.welcome")
                             : sdk::fill_in(word(host_, request, "dashboard.welcome_name"), {{"name", first_name}});
    return sdk::page(
        "app/dashboard",
        {{"title", word(host_, request, "nav.overview")},
         {"header", {{"heading", heading}, {"lead", request.identity ? request.identity->tenant_name : ""}}},
         {"checklist", steps},
         {"cards", model_of(cards)},
         {"has_cards", !cards.empty()},
         {"is_empty", cards.empty() && !steps.is_object()}});
}

sdk::Response FramePages::usage(const sdk::Request& request) {
    const auto sections = drawn_pieces(host_, request, kUsageSection);
    return sdk::page(
        "app/usage",
        {{"title", word(host_, request, "nav.usage")},
         {"header", {{"heading", word(host_, request, "nav.usage")}, {"lead", word(host_, request, "usage.lead")}}},
         {"sections", model_of(sections)},
         {"is_empty", sections.empty()}});
}

sdk::Response FramePages::settings(const sdk::Request& request) {
    const auto chosen = preferences_.of(request.context, request.identity->subject);
    if (!chosen) return sdk::problem(503, chosen.error());
    auto kinds = json::array();
    for (const auto& [category, by_mail] : *chosen)
        kinds.push_back({{"id", category},
                         {"label", word(host_, request, "notices.category." + category)},
                         {"hint", word(host_, request, "notices.category_hint." + category)},
                         {"is_switch", true},
                         {"error", false},
                         {"optional", true},
                         {"checked", by_mail}});
    return sdk::page(
        "app/settings",
        {{"title", word(host_, request, "nav.settings")},
         {"header",
          {{"heading", word(host_, request, "nav.settings")}, {"lead", word(host_, request, "settings.lead")}}},
         {"saved", request.query.get("done") == "notifications"},
         {"kinds", std::move(kinds)},
         {"sections", model_of(drawn_pieces(host_, request, sdk::SettingsSection::kSlot))}});
}

sdk::Response FramePages::change_notices(const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return sdk::problem(400, form.error());
    NoticePreferences::Chosen chosen;
    for (const auto& category : kNoticeCategories) chosen[std::string(category)] = form->find(category).has_value();
    if (const auto kept = preferences_.change(request, chosen); !kept) return sdk::problem(503, kept.error());
    return sdk::redirect_to("/settings?done=notifications");
}

}  // namespace whatsflow::app
