#include "flag_page.hpp"

#include "../usage.hpp"
#include "core/edits.hpp"
#include "core/explanation.hpp"
#include "dependency_pages.hpp"
#include "page_parts.hpp"
#include "schedule_pages.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

/// What the form does not know it would make another rule of.
bool has_form(Strategy::Kind kind) {
    return kind != Strategy::Kind::never && kind != Strategy::Kind::host_names;
}

json rules_of(const FlagOffice& office, const sdk::Request& request, const Place& place) {
    json rules = json::array();
    if (!place.feature) return rules;
    const auto written = list_in(place.definition(), "strategies");
    for (std::size_t i = 0; i < place.feature->strategies.size(); ++i) {
        const auto& strategy = place.feature->strategies[i];
        const auto at = std::to_string(i);
        json parts = json::array();
        for (const auto& each : strategy.variants.list)
            parts.push_back({{"part", each.name + " " + std::to_string(each.weight)}});
        rules.push_back(
            {{"number", std::to_string(i + 1)},
             {"words", in_words(strategy)},
             {"is_override", is_override(written[i])},
             {"edit_path", has_form(strategy.kind) ? json(place.path("/rules/" + at)) : json(false)},
             {"up_path", i == 0 ? json(false) : json(place.path("/rules/" + at + "/up"))},
             {"remove_path", place.path("/rules/" + at + "/remove")},
             {"variant_parts", std::move(parts)},
             {"edit_label", office.text(request.locale, "rules.edit_one", {{"number", std::to_string(i + 1)}})},
             {"up_label", office.text(request.locale, "rules.up_one", {{"number", std::to_string(i + 1)}})},
             {"remove_label", office.text(request.locale, "rules.remove_one", {{"number", std::to_string(i + 1)}})}});
    }
    return rules;
}

/// How often programs said in the last days that they gave each variant.
sdk::Result<std::map<std::string, std::int64_t>> given_variants(const FlagOffice& office, const sdk::Request& request,
                                                                const Place& place) {
    std::map<std::string, std::int64_t> given;
    if (!place.feature || !place.feature->has_variants) return given;
    const auto counts = counted_variants(office.host, request.context, place.environment, place.key,
                                         office.host.clock().now() - kUsageShown);
    if (!counts) return counts.error();
    for (const auto& each : *counts) given[each.variant] += each.given;
    return given;
}

json variants_of(const Place& place, const std::map<std::string, std::int64_t>& given) {
    json rows = json::array();
    if (!place.feature) return rows;
    const auto total = std::max<std::uint32_t>(place.feature->variants.total, 1);
    for (const auto& each : place.feature->variants.list) {
        const auto share = (each.weight * 1000 / total + 5) / 10;
        const auto count = given.find(each.name);
        const bool has_payload = !each.payload.is_null();
        rows.push_back(
            {{"cells",
              {{{"text", each.name}, {"is_number", false}, {"path", false}},
               {{"text", std::to_string(share) + " %"}, {"is_number", true}, {"path", false}},
               {{"text", std::to_string(count == given.end() ? 0 : count->second)},
                {"is_number", true},
                {"path", false}},
               {{"text", has_payload ? each.payload.value("type", "") : "–"}, {"is_number", false}, {"path", false}},
               {{"text", has_payload ? excerpt(each.payload.value("value", ""), 80) : "–"},
                {"is_number", false},
                {"path", false}}}}});
    }
    return rows;
}

json switches_of(const FlagOffice& office, const sdk::Request& request, const Place& place, json& confirms) {
    json switches = json::array();
    for (const auto& environment : office.all_environments()) {
        const auto there = place_of(office, place.key, environment, place.project);
        const bool on = there.feature && there.feature->enabled;
        const auto count = there.feature ? there.feature->strategies.size() : 0;
        std::string rules = there.feature ? office.text(request.locale, count == 1 ? "rules.one" : "rules.many",
                                                        {{"count", std::to_string(count)}})
                                          : office.text(request.locale, "absent_here");
        if (there.feature && count == 0) rules = office.text(request.locale, "rules.none");
        switches.push_back({{"name", environment},
                            {"environment_path", there.path()},
                            {"status", on ? "good" : "idle"},
                            {"status_text", office.word(request.locale, !there.feature ? "absent"
                                                                        : on           ? "on"
                                                                                       : "off")},
                            {"rules", rules},
                            {"turn_on_path", there.feature && !on ? json(there.path("/on")) : json(false)},
                            {"copy_path", there.feature ? json(false) : json(there.path("/copy"))},
                            {"off_id", on ? json("off-" + environment) : json(false)},
                            {"seen", there.mark()},
                            {"on_label", office.text(request.locale, "turn_on_in", {{"environment", environment}})},
                            {"off_label", office.text(request.locale, "turn_off_in", {{"environment", environment}})},
                            {"copy_label", office.text(request.locale, "copy_to", {{"environment", environment}})}});
        if (on)
            confirms.push_back(confirm_model(
                office, request,
                {"off-" + environment, "off", there.path("/off"), true, false, {{"seen", there.mark()}}}));
    }
    return switches;
}

json details_form(const FlagOffice& office, const sdk::Request& request, const Place& place) {
    const auto definition = place.definition();
    PageForm form(office, request, place.path("/details"), "save");
    form.line("description", text_in(definition, "description"), true)
        .choice("flag_type", kFlagTypes, place.feature->type);
    if (place.project == kDefaultProject) form.line("flag_project", place.feature->project);
    std::string tags;
    for (const auto& each : place.feature->tags) tags += (tags.empty() ? "" : ", ") + each;
    form.line("tags", tags, true)
        .check("stale", place.feature->stale)
        .check("impressions", place.feature->impressions)
        .hidden("seen", place.mark());
    return form.model();
}

/// What is about to happen to the flag, with the way there.
sdk::Result<json> news_of(const FlagOffice& office, const sdk::Request& request, const Place& place) {
    json news = json::array();
    const auto changes = office.schedules.of_flag(request.context, place.environment, place.project, place.key);
    if (!changes) return changes.error();
    for (const auto& change : *changes) {
        if (change.state != "waiting") continue;
        const auto& step = change.steps.at(change.next_step);
        const auto what = in_words(office, request.locale, step);
        news.push_back({{"text", office.text(request.locale, "news.scheduled", {{"what", what}})},
                        {"at", sdk::to_micros(step.at)},
                        {"news_path", place.path("/schedule")},
                        {"label", office.text(request.locale, "tabs.schedule")}});
    }
    const auto requests = office.requests.list(request.context, true);
    if (!requests) return requests.error();
    for (const auto& each : *requests)
        if (each.kind == "feature" && each.name == place.key && each.environment == place.environment)
            news.push_back({{"text", office.text(request.locale, "news.proposed", {{"who", each.actor_label}})},
                            {"at", each.created_at},
                            {"news_path", "/flags/requests/" + each.id},
                            {"label", office.text(request.locale, "news.look")}});
    return news;
}

sdk::Result<sdk::Response> show_flag(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto& locale = request.locale;
    auto model = flag_model(office, request, *place, "rules");
    json confirms = json::array();
    auto news = news_of(office, request, *place);
    if (!news) return news.error();
    model["news"] = std::move(*news);
    model["switches"] = switches_of(office, request, *place, confirms);
    model["rules"] = rules_of(office, request, *place);
    model["has_rules"] = !model["rules"].empty();
    model["add_path"] = place->path("/rules/new");
    model["variants_path"] = place->path("/variants");
    model["seen"] = place->mark();
    const auto given = given_variants(office, request, *place);
    if (!given) return given.error();
    auto rows = variants_of(*place, *given);
    model["has_variants"] = !rows.empty();
    model["variants_table"] = {{"caption", office.text(locale, "variants.title")},
                               {"columns",
                                {{{"label", office.text(locale, "columns.variant")}, {"is_number", false}},
                                 {{"label", office.text(locale, "columns.share")}, {"is_number", true}},
                                 {{"label", office.text(locale, "columns.given")}, {"is_number", true}},
                                 {{"label", office.text(locale, "columns.payload_type")}, {"is_number", false}},
                                 {{"label", office.text(locale, "columns.payload")}, {"is_number", false}}}},
                               {"rows", std::move(rows)}};
    model["dependencies"] = dependency_model(office, request, *place);
    model["details"] = place->feature && may_manage(request) ? details_form(office, request, *place) : json(false);
    if (may_manage(request)) {
        model["header"]["actions"].push_back(
            opening_action(office.text(locale, "confirms.off_everywhere"), "off-everywhere", true));
        confirms.push_back(confirm_model(
            office, request, {"off-everywhere", "off_everywhere", place->path("/off-everywhere"), true, true}));
        if (place->project == kDefaultProject)
            confirms.push_back(
                confirm_model(office, request, {"remove-flag", "remove", place->path("/remove"), true, true}));
    }
    model["may_remove"] = may_manage(request) && place->project == kDefaultProject;
    model["confirms"] = std::move(confirms);
    return sdk::page("flags/flag", std::move(model));
}

sdk::Result<sdk::Response> turn(const FlagOffice& office, const sdk::Request& request, bool on) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    if (!place->feature) return sdk::fail("flags.not_found", "The flag is not in this environment.");
    auto definition = place->definition();
    definition["enabled"] = on;
    if (auto done = change(office, request, *place, definition, on ? "flag.turned_on" : "flag.turned_off",
                           {{"enabled", on}}, form->get("seen"), reason_in(*form));
        !done)
        return done.error();
    return back_to(place->path(), on ? "turned_on" : "turned_off");
}

sdk::Result<sdk::Response> turn_off_everywhere(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (reason.empty()) return sdk::fail("flags.reason_required", office.text(request.locale, "errors.reason"));
    std::vector<Edit> edits;
    for (const auto& environment : office.all_environments()) {
        const auto there = place_of(office, place->key, environment, place->project);
        if (!there.feature || !there.feature->enabled) continue;
        auto definition = there.definition();
        definition["enabled"] = false;
        edits.push_back(Edit{environment,
                             place->project,
                             "feature",
                             place->key,
                             std::move(definition),
                             there.mark(),
                             {{"enabled", false}}});
    }
    if (auto done = change(office, request, edits, "flag.turned_off", reason); !done) return done.error();
    return back_to(place->path(), "turned_off_everywhere");
}

sdk::Result<sdk::Response> remove_flag(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (reason.empty()) return sdk::fail("flags.reason_required", office.text(request.locale, "errors.reason"));
    if (place->project != kDefaultProject)
        return sdk::fail("flags.belongs_to_a_plugin", office.text(request.locale, "errors.platform"));
    std::vector<Edit> edits;
    for (const auto& environment : office.all_environments()) {
        const auto there = place_of(office, place->key, environment, place->project);
        if (there.feature)
            edits.push_back(
                Edit{environment, place->project, "feature", place->key, std::nullopt, there.mark(), json::object()});
    }
    if (auto done = change(office, request, edits, "flag.removed", reason); !done) return done.error();
    return back_to(place->path("/history"), "removed");
}

/// From the first environment that has it, switched off.
sdk::Result<sdk::Response> copy_here(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    for (const auto& environment : office.all_environments()) {
        const auto there = place_of(office, place->key, environment, place->project);
        if (!there.feature) continue;
        auto definition = there.definition();
        definition["enabled"] = false;
        // Segments belong to an environment: a rule that names one which is not there lets nobody in.
        if (auto done = change(office, request, *place, definition, "flag.copied", {{"from", environment}}, ""); !done)
            return done.error();
        return back_to(place->path(), "copied");
    }
    return sdk::fail("flags.not_found", "There is no such flag.");
}

bool is_project(std::string_view text) {
    return text.size() <= 40 && text != kPlatformProject && std::ranges::all_of(text, [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
           });
}

/// What stands between commas.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (const auto word = trimmed(text.substr(0, comma)); !word.empty()) words.emplace_back(word);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return words;
}

sdk::Result<sdk::Response> save_details(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto type = form->get("flag_type");
    if (std::ranges::find(kFlagTypes, type) == kFlagTypes.end())
        return sdk::fail("flags.bad_type", office.text(request.locale, "errors.type"));
    auto definition = place->definition();
    definition["description"] = shortened(trimmed(form->get("description")), 1000);
    definition["type"] = type;
    definition["stale"] = form->get("stale") == "on";
    definition["impressionData"] = form->get("impressions") == "on";
    if (const std::string project(trimmed(form->get("flag_project"))); !project.empty()) {
        if (!is_project(project) || place->project != kDefaultProject)
            return sdk::fail("flags.bad_project", office.text(request.locale, "errors.project"));
        definition["project"] = project;
    }
    auto tagged = with_tags(std::move(definition), words_of(form->get("tags")));
    if (!tagged) return sdk::fail("flags.bad_tag", office.text(request.locale, "errors.tags"));
    definition = std::move(*tagged);
    if (auto done = change(office, request, *place, definition, "flag.details_changed",
                           {{"type", type}, {"stale", definition["stale"]}}, form->get("seen"));
        !done)
        return done.error();
    return back_to(place->path(), "saved");
}

}  // namespace

sdk::Result<void> register_flag_page(const FlagOffice& office) {
    return Routes(office)
        .get("/flags/{key}", kRead, "One flag: switches, rules, variants", &show_flag)
        .post("/flags/{key}/on", kManage, "Switches a flag on in one environment",
              [](const FlagOffice& all, const sdk::Request& request) { return turn(all, request, true); })
        .post("/flags/{key}/off", kManage, "Switches a flag off in one environment",
              [](const FlagOffice& all, const sdk::Request& request) { return turn(all, request, false); })
        .post("/flags/{key}/off-everywhere", kManage, "Switches a flag off in every environment", &turn_off_everywhere)
        .post("/flags/{key}/copy", kManage, "Takes a flag over from another environment", &copy_here)
        .post("/flags/{key}/details", kManage, "Changes what a flag says of itself", &save_details)
        .post("/flags/{key}/remove", kManage, "Removes a flag everywhere", &remove_flag)
        .done();
}

}  // namespace whatsflow::flags::pages
