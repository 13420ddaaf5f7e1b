#include "dependency_pages.hpp"

#include "core/dependencies.hpp"
#include "page_parts.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kMostDependencies = 10;
constexpr std::size_t kMostOffered = 200;

/// Which of the flag's dependencies a request is about; past their end: a new one.
struct Bond {
    Place place;
    std::size_t number = 0;
    bool is_new() const { return number >= place.feature->dependencies.size(); }
    std::string path(std::string_view rest = {}) const {
        return place.path("/dependencies/" + (is_new() ? std::string("new") : std::to_string(number)) +
                          std::string(rest));
    }
};

sdk::Result<Bond> bond_in(const FlagOffice& office, const sdk::Request& request) {
    auto place = place_in(office, request);
    if (!place) return place.error();
    if (!place->feature) return sdk::fail("flags.not_found", "The flag is not in this environment.");
    const auto count = place->feature->dependencies.size();
    const auto text = request.parameters.get("dependency");
    std::size_t number = count;
    if (text != "new") {
        const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (trouble != std::errc{} || end != text.data() + text.size() || number >= count)
            return sdk::fail("flags.not_found", "There is no such dependency.");
    }
    return Bond{std::move(*place), number};
}

/// Whether the flag may depend on it, beside what it depends on already.
sdk::Result<void> may_depend(const FlagOffice& office, const sdk::Request& request, const Bond& bond,
                             const std::string& parent) {
    const auto& known = bond.place.feature->dependencies;
    if (known.size() >= kMostDependencies)
        return sdk::fail("flags.too_many_dependencies", office.text(request.locale, "errors.dependencies"));
    if (std::ranges::any_of(known, [&](const auto& each) { return each.parent == parent; }))
        return sdk::fail("flags.dependency_twice", office.text(request.locale, "errors.dependency_twice"));
    return DependencyGraph(bond.place.rules()).may_depend(bond.place.key, parent);
}

json bond_page(const FlagOffice& office, const sdk::Request& request, const Bond& bond) {
    auto model = page_model(
        office, request, office.text(request.locale, bond.is_new() ? "dependencies.new" : "dependencies.edit"),
        office.text(request.locale, "rules.lead", {{"flag", bond.place.key}, {"environment", bond.place.environment}}));
    model["header"]["breadcrumbs"].push_back({{"label", bond.place.key}, {"link_path", bond.place.path()}});
    model["parent_form"] = false;
    model["form"] = false;
    return model;
}

sdk::Response parent_page(const FlagOffice& office, const sdk::Request& request, const Bond& bond,
                          const std::string& typed, const std::string& objection) {
    auto model = bond_page(office, request, bond);
    PageForm form(office, request, "/flags/" + sdk::encode_url(bond.place.key) + "/dependencies/new",
                  "dependencies.choose");
    form.hidden("environment", bond.place.environment).hidden("project", bond.place.project);
    if (!objection.empty()) form.objection(objection);
    auto parent_form = form.model();
    parent_form["parent"] = typed;
    json offered = json::array();
    for (auto& each : DependencyGraph(bond.place.rules()).possible_parents_of(bond.place.key, kMostOffered))
        offered.push_back({{"name", std::move(each)}});
    parent_form["offered"] = std::move(offered);
    model["parent_form"] = std::move(parent_form);
    return sdk::page("flags/dependency", std::move(model), objection.empty() ? 200 : 422);
}

/// Variants that can be asked for: those of the parent, and what is asked for already.
std::vector<std::string> offered_variants(const Bond& bond, const std::string& parent) {
    const auto* feature = bond.place.rules().find(parent);
    auto names = feature ? variant_names_of(*feature) : std::vector<std::string>{};
    if (!bond.is_new())
        for (const auto& each : bond.place.feature->dependencies[bond.number].variants)
            if (std::ranges::find(names, each) == names.end()) names.push_back(each);
    return names;
}

sdk::Response state_page(const FlagOffice& office, const sdk::Request& request, const Bond& bond,
                         const Dependency& shown, const std::string& objection = {}) {
    auto model = bond_page(office, request, bond);
    PageForm form(office, request, bond.path(), "save");
    form.hidden("seen", bond.place.mark()).hidden("parent", shown.parent);
    form.choice("parent_state", {"on", "off"}, shown.enabled ? "on" : "off");
    if (!objection.empty()) form.objection(objection);
    auto filled = form.model();
    filled["parent"] = shown.parent;
    filled["parent_path"] = place_of(office, shown.parent, bond.place.environment, bond.place.project).path();
    json variants = json::array();
    for (const auto& each : offered_variants(bond, shown.parent))
        variants.push_back({{"at", std::to_string(variants.size())},
                            {"name", each},
                            {"checked", std::ranges::find(shown.variants, each) != shown.variants.end()}});
    filled["has_variants"] = !variants.empty();
    filled["variants"] = std::move(variants);
    model["form"] = std::move(filled);
    return sdk::page("flags/dependency", std::move(model), objection.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_bond(const FlagOffice& office, const sdk::Request& request) {
    const auto bond = bond_in(office, request);
    if (!bond) return bond.error();
    if (!bond->is_new()) return state_page(office, request, *bond, bond->place.feature->dependencies[bond->number]);
    const std::string parent(trimmed(request.query.get("parent")));
    if (parent.empty()) return parent_page(office, request, *bond, parent, {});
    if (auto sound = may_depend(office, request, *bond, parent); !sound)
        return parent_page(office, request, *bond, parent, sound.error().message);
    return state_page(office, request, *bond, {.parent = parent, .enabled = true, .variants = {}});
}

sdk::Result<sdk::Response> save_bond(const FlagOffice& office, const sdk::Request& request) {
    const auto bond = bond_in(office, request);
    if (!bond) return bond.error();
    const auto form = request.form();
    if (!form) return form.error();
    Dependency wanted;
    wanted.parent = bond->is_new() ? std::string(trimmed(form->get("parent")))
                                   : bond->place.feature->dependencies[bond->number].parent;
    const auto state = form->get("parent_state");
    wanted.enabled = state == "on";
    const auto offered = offered_variants(*bond, wanted.parent);
    for (const auto& [name, value] : form->entries())
        if (name == "variant" && wanted.enabled) wanted.variants.push_back(value);
    if (bond->is_new())
        if (auto sound = may_depend(office, request, *bond, wanted.parent); !sound)
            return parent_page(office, request, *bond, wanted.parent, sound.error().message);
    const auto is_offered = [&](const auto& each) { return std::ranges::find(offered, each) != offered.end(); };
    if ((state != "on" && state != "off") || !std::ranges::all_of(wanted.variants, is_offered))
        return state_page(office, request, *bond, wanted, office.text(request.locale, "errors.parent_state"));
    if (auto done = change(office, request, bond->place,
                           with_dependency(bond->place.definition(), bond->number, wanted), "flag.dependency_saved",
                           {{"parent", wanted.parent}, {"enabled", wanted.enabled}, {"variants", wanted.variants}},
                           form->get("seen"));
        !done)
        return done.error();
    return back_to(bond->place.path(), "dependency_saved");
}

sdk::Result<sdk::Response> remove_bond(const FlagOffice& office, const sdk::Request& request) {
    const auto bond = bond_in(office, request);
    if (!bond) return bond.error();
    const auto form = request.form();
    if (!form) return form.error();
    if (bond->is_new()) return sdk::fail("flags.not_found", "There is no such dependency.");
    const auto parent = bond->place.feature->dependencies[bond->number].parent;
    if (auto done = change(office, request, bond->place, without_dependency(bond->place.definition(), bond->number),
                           "flag.dependency_removed", {{"parent", parent}}, form->get("seen"));
        !done)
        return done.error();
    return back_to(bond->place.path(), "dependency_removed");
}

}  // namespace

json dependency_model(const FlagOffice& office, const sdk::Request& request, const Place& place) {
    const auto path_of = [&](const std::string& key) {
        return place_of(office, key, place.environment, place.project).path();
    };
    json needs = json::array(), dependents = json::array();
    if (place.feature) {
        for (const auto& each : place.feature->dependencies) {
            const auto at = "/dependencies/" + std::to_string(needs.size());
            const auto named = [&](const char* key) {
                return office.text(request.locale, key, {{"flag", each.parent}});
            };
            needs.push_back({{"parent", each.parent},
                             {"is_missing", place.rules().find(each.parent) == nullptr},
                             {"state", in_words(each)},
                             {"parent_path", path_of(each.parent)},
                             {"edit_path", place.path(at)},
                             {"edit_label", named("dependencies.edit_one")},
                             {"remove_path", place.path(at + "/remove")},
                             {"remove_label", named("dependencies.remove_one")}});
        }
        for (const auto& each : DependencyGraph(place.rules()).dependents_of(place.key))
            dependents.push_back({{"name", each}, {"dependent_path", path_of(each)}});
    }
    const bool may_have_more = dependents.empty() && needs.size() < kMostDependencies;
    json model{{"has_needs", !needs.empty()},
               {"has_dependents", !dependents.empty()},
               {"add_path", may_have_more ? json(place.path("/dependencies/new")) : json(false)}};
    model["needs"] = std::move(needs);
    model["dependents"] = std::move(dependents);
    return model;
}

sdk::Result<void> register_dependency_pages(const FlagOffice& office) {
    return Routes(office)
        .get("/flags/{key}/dependencies/{dependency}", kManage, "The form of what a flag depends on", &show_bond)
        .post("/flags/{key}/dependencies/{dependency}", kManage, "Lets a flag depend on another one", &save_bond)
        .post("/flags/{key}/dependencies/{dependency}/remove", kManage, "Lets a flag depend on it no more",
              &remove_bond)
        .done();
}

}  // namespace whatsflow::flags::pages
