#include "rule_pages.hpp"

#include "core/edits.hpp"
#include "page_parts.hpp"
#include "rule_form.hpp"

#include <charconv>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kNew = 100'000;

json strategies_of(const Place& place) {
    const auto definition = place.definition();
    const auto found = definition.find("strategies");
    return found != definition.end() && found->is_array() ? *found : json::array();
}

/// `new`, or the number of a rule that is there.
sdk::Result<std::size_t> rule_asked_for(const Place& place, const sdk::Request& request) {
    const auto text = request.parameters.get("rule");
    if (text == "new") return kNew;
    std::size_t number = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (trouble != std::errc{} || end != text.data() + text.size() || number >= strategies_of(place).size())
        return sdk::fail("flags.not_found", "There is no such rule.");
    return number;
}

sdk::Result<Place> there(const FlagOffice& office, const sdk::Request& request) {
    auto place = place_in(office, request);
    if (place && !place->feature) return sdk::fail("flags.not_found", "The flag is not in this environment.");
    return place;
}

sdk::Response rule_page(const FlagOffice& office, const sdk::Request& request, const Place& place, std::size_t number,
                        const json& strategy, const std::string& objection) {
    const auto at = number == kNew ? std::string("new") : std::to_string(number);
    const auto heading = number == kNew
                             ? office.text(request.locale, "rules.new_title")
                             : office.text(request.locale, "rules.title_one", {{"number", std::to_string(number + 1)}});
    auto model = page_model(
        office, request, heading,
        office.text(request.locale, "rules.lead", {{"flag", place.key}, {"environment", place.environment}}));
    model["header"]["breadcrumbs"].push_back({{"label", place.key}, {"link_path", place.path()}});
    model["form"] = rule_form(office, request, place, strategy, place.path("/rules/" + at), objection);
    return sdk::page("flags/rule", std::move(model), objection.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_rule(const FlagOffice& office, const sdk::Request& request) {
    const auto place = there(office, request);
    if (!place) return place.error();
    const auto number = rule_asked_for(*place, request);
    if (!number) return number.error();
    return rule_page(office, request, *place, *number,
                     *number == kNew ? json::object() : strategies_of(*place)[*number], {});
}

sdk::Result<sdk::Response> save_rule(const FlagOffice& office, const sdk::Request& request) {
    const auto place = there(office, request);
    if (!place) return place.error();
    const auto number = rule_asked_for(*place, request);
    if (!number) return number.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto before = *number == kNew ? json::object() : strategies_of(*place)[*number];
    auto rule = rule_in(office, request, *form, before);
    if (!rule) return rule_page(office, request, *place, *number, before, rule.error().message);
    const auto place_of_rule = *number == kNew ? strategies_of(*place).size() : *number;
    auto definition = with_strategy(place->definition(), *number, *rule);
    // Who is kept out by name stays out of a new rule, too.
    definition = with_overrides(definition, overrides_of(place->definition()));
    if (auto done =
            change(office, request, *place, definition, "flag.rule_saved",
                   {{"rule", place_of_rule + 1}, {"name", (*rule)["name"]}, {"parameters", (*rule)["parameters"]}},
                   form->get("seen"));
        !done)
        return done.error();
    return back_to(place->path(), "rule_saved");
}

using Reorder = json (*)(json, std::size_t);

sdk::Result<sdk::Response> reorder(const FlagOffice& office, const sdk::Request& request, Reorder how,
                                   const char* action, const char* done_word) {
    const auto place = there(office, request);
    if (!place) return place.error();
    const auto number = rule_asked_for(*place, request);
    if (!number) return number.error();
    const auto form = request.form();
    if (!form) return form.error();
    if (*number == kNew) return sdk::fail("flags.not_found", "There is no such rule.");
    if (auto done = change(office, request, *place, how(place->definition(), *number), action, {{"rule", *number + 1}},
                           form->get("seen"));
        !done)
        return done.error();
    return back_to(place->path(), done_word);
}

sdk::Response variants_page(const FlagOffice& office, const sdk::Request& request, const Place& place,
                            const std::string& objection) {
    auto model = page_model(
        office, request, office.text(request.locale, "variants.title"),
        office.text(request.locale, "variants.lead", {{"flag", place.key}, {"environment", place.environment}}));
    model["header"]["breadcrumbs"].push_back({{"label", place.key}, {"link_path", place.path()}});
    PageForm form(office, request, place.path("/variants"), "save");
    form.hidden("seen", place.mark());
    if (!objection.empty()) form.objection(objection);
    model["form"] = form.model();
    const auto definition = place.definition();
    const auto found = definition.find("variants");
    model["form"]["variants"] =
        variant_rows(office, request, found != definition.end() && found->is_array() ? *found : json::array());
    return sdk::page("flags/variants", std::move(model), objection.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_variants(const FlagOffice& office, const sdk::Request& request) {
    const auto place = there(office, request);
    if (!place) return place.error();
    return variants_page(office, request, *place, {});
}

sdk::Result<sdk::Response> save_variants(const FlagOffice& office, const sdk::Request& request) {
    const auto place = there(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    auto definition = place->definition();
    const auto found = definition.find("variants");
    auto variants =
        variants_in(office, request, *form, found != definition.end() && found->is_array() ? *found : json::array());
    if (!variants) return variants_page(office, request, *place, variants.error().message);
    definition["variants"] = std::move(*variants);
    if (auto done = change(office, request, *place, definition, "flag.variants_saved",
                           {{"variants", definition["variants"].size()}}, form->get("seen"));
        !done)
        return done.error();
    return back_to(place->path(), "variants_saved");
}

}  // namespace

sdk::Result<void> register_rule_pages(const FlagOffice& office) {
    return Routes(office)
        .get("/flags/{key}/rules/{rule}", kManage, "The form of one rule", &show_rule)
        .post("/flags/{key}/rules/{rule}", kManage, "Adds or changes a rule", &save_rule)
        .post("/flags/{key}/rules/{rule}/up", kManage, "Moves a rule up",
              [](const FlagOffice& all, const sdk::Request& request) {
                  return reorder(all, request, &with_strategy_moved_up, "flag.rule_moved", "rule_moved");
              })
        .post("/flags/{key}/rules/{rule}/remove", kManage, "Removes a rule",
              [](const FlagOffice& all, const sdk::Request& request) {
                  return reorder(all, request, &without_strategy, "flag.rule_removed", "rule_removed");
              })
        .get("/flags/{key}/variants", kManage, "The form of the variants", &show_variants)
        .post("/flags/{key}/variants", kManage, "Changes the variants", &save_variants)
        .done();
}

}  // namespace whatsflow::flags::pages
