#include "override_pages.hpp"

#include "core/edits.hpp"
#include "core/open_feature.hpp"
#include "page_parts.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kMostOverrides = 500;

/// The tenant's name; nothing when there is none of this id.
std::optional<std::string> tenant_name(const FlagOffice& office, const sdk::Request& request, const std::string& id) {
    if (id.empty() || id.size() > 36) return std::nullopt;
    const auto context = sdk::across_tenants(request.context, "flags.overrides");
    const auto found =
        sdk::find_service<sdk::Directory>(office.host).call(&sdk::Directory::tenant, context, sdk::TenantId{id});
    if (!found || !*found) return std::nullopt;
    return (*found)->name;
}

json override_rows(const FlagOffice& office, const sdk::Request& request, const Place& place) {
    json rows = json::array();
    const auto overrides = overrides_of(place.definition());
    for (const auto& [state, list] : {std::pair("on", &overrides.on), std::pair("off", &overrides.off)})
        for (const auto& id : *list) {
            const auto name = tenant_name(office, request, id);
            rows.push_back(
                {{"tenant", id},
                 {"name", name.value_or(id)},
                 {"tenant_path", name ? json("/tenants/" + id) : json(false)},
                 {"status", std::string_view(state) == "on" ? "good" : "idle"},
                 {"status_text", office.word(request.locale, state)},
                 {"clear_label", office.text(request.locale, "overrides.clear_one", {{"tenant", name.value_or(id)}})}});
        }
    return rows;
}

sdk::Response overrides_page(const FlagOffice& office, const sdk::Request& request, const Place& place,
                             const std::string& objection) {
    auto model = flag_model(office, request, place, "overrides");
    model["rows"] = override_rows(office, request, place);
    model["has_rows"] = !model["rows"].empty();
    model["set_path"] = place.path("/overrides");
    model["seen"] = place.mark();
    PageForm form(office, request, place.path("/overrides"), "overrides.submit");
    form.line("tenant", "").choice("state", {"on", "off"}, "on").hidden("seen", place.mark());
    if (!objection.empty()) form.objection(objection);
    model["form"] = may_manage(request) && place.feature ? form.model() : json(false);
    return sdk::page("flags/overrides", std::move(model), objection.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_overrides(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    return overrides_page(office, request, *place, {});
}

sdk::Result<sdk::Response> save_override(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    if (!place->feature) return sdk::fail("flags.not_found", "The flag is not in this environment.");
    const std::string tenant(trimmed(form->get("tenant")));
    const auto state = form->get("state");
    auto overrides = overrides_of(place->definition());
    const bool clears = state == "rules";
    if (!clears && !tenant_name(office, request, tenant))
        return overrides_page(office, request, *place, office.text(request.locale, "errors.tenant"));
    // One that has an exception already may get the other one.
    const bool is_new = !clears && overrides.state_of(tenant).empty();
    if (is_new && overrides.on.size() + overrides.off.size() >= kMostOverrides)
        return overrides_page(office, request, *place, office.text(request.locale, "errors.overrides"));
    if (!clears && state != "on" && state != "off") return sdk::fail("flags.bad_state", "on, off or rules.");
    overrides.set(tenant, clears ? "" : state);
    if (auto done = change(office, request, *place, with_overrides(place->definition(), overrides), "flag.override_set",
                           {{"tenant", tenant}, {"state", state}}, form->get("seen"));
        !done)
        return done.error();
    if (form->get("from") == "tenant") return sdk::redirect_to("/tenants/" + sdk::encode_url(tenant));
    return back_to(place->path("/overrides"), "override_set");
}

/// On a tenant's page: the flags of the platform as this tenant gets them, and what they could be.
sdk::Result<sdk::View> draw_tenant_panel(const FlagOffice& office, const sdk::Request& request) {
    const auto tenant = request.parameters.get("id");
    const auto served = office.board.served(kProduction);
    json rows = json::array();
    for (const auto& project : {kPlatformProject, kDefaultProject}) {
        const auto& rules = std::string_view(project) == kPlatformProject ? *served->platform : *served->rules;
        for (const auto& feature : rules.features()) {
            // Of flags that are not ours only those that name this tenant: there may be thousands.
            const bool is_ours = std::string_view(project) == kPlatformProject;
            if (!is_ours && feature.text.find(tenant) == std::string::npos) continue;
            const Place place{feature.name, kProduction, project, served, &feature};
            const std::string state(overrides_of(feature.definition()).state_of(tenant));
            if (!is_ours && state.empty()) continue;
            const auto answer =
                evaluate(rules, feature, context_of_open_feature({{"userId", tenant}, {"tenantId", tenant}}),
                         {office.host.clock()});
            json choices = json::array();
            for (const std::string_view each : {"rules", "on", "off"})
                choices.push_back({{"value", each},
                                   {"label", office.word(request.locale, each)},
                                   {"selected", each == (state.empty() ? "rules" : state)}});
            rows.push_back({{"key", feature.name},
                            {"flag_path", place.path("/playground") + "&tenant=" + sdk::encode_url(tenant)},
                            {"status", answer.enabled ? "good" : "idle"},
                            {"status_text", office.word(request.locale, answer.enabled ? "on" : "off")},
                            {"set_path", place.path("/overrides")},
                            {"choices", std::move(choices)},
                            {"tenant", tenant},
                            {"seen", place.mark()},
                            {"select_id", "flag-" + std::to_string(rows.size())}});
        }
    }
    if (rows.empty()) return sdk::View{};
    return sdk::View{"flags/tenant_panel", {{"rows", std::move(rows)}, {"may_manage", may_manage(request)}}};
}

}  // namespace

sdk::Result<void> register_override_pages(const FlagOffice& office) {
    sdk::DetailPanel panel{sdk::Site::admin, "tenant", "flags", "flags.pages.overrides.panel", kRead, 300, {}};
    panel.render = [&office](const sdk::Request& request) { return draw_tenant_panel(office, request); };
    if (auto done = office.host.contribute(panel); !done) return done;
    return Routes(office)
        .get("/flags/{key}/overrides", kRead, "Tenants for whom the rules do not count", &show_overrides)
        .post("/flags/{key}/overrides", kManage, "Sets a flag on or off for one tenant", &save_override)
        .done();
}

}  // namespace whatsflow::flags::pages
