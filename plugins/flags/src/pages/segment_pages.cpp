#include "segment_pages.hpp"

#include "constraint_form.hpp"
#include "core/constraint.hpp"
#include "page_parts.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr const char* kSegmentsPath = "/flags/segments";
constexpr std::size_t kLongestSegmentName = 100;

/// One environment with its segments, as a request names it.
struct Shelf {
    std::string environment;
    std::shared_ptr<const Served> served;

    const json& segments() const { return served->rules->segments(); }
    const json* find(const std::string& id) const {
        const auto found =
            std::ranges::find_if(segments(), [&](const auto& each) { return each.at("id").dump() == id; });
        return found == segments().end() ? nullptr : &*found;
    }
    std::string path(const std::string& rest = {}) const {
        return std::string(kSegmentsPath) + rest + "?environment=" + sdk::encode_url(environment);
    }
};

sdk::Result<Shelf> shelf_in(const FlagOffice& office, const sdk::Request& request) {
    const auto all = office.all_environments();
    auto environment = request.query.get("environment", all.front());
    if (std::ranges::find(all, environment) == all.end())
        return sdk::fail("flags.not_found", "There is no such environment.");
    auto served = office.board.served(environment);
    return Shelf{std::move(environment), std::move(served)};
}

sdk::Result<std::pair<Shelf, json>> segment_in(const FlagOffice& office, const sdk::Request& request) {
    auto shelf = shelf_in(office, request);
    if (!shelf) return shelf.error();
    const auto* segment = shelf->find(request.parameters.get("segment"));
    if (!segment) return sdk::fail("flags.not_found", "There is no such segment.");
    auto definition = *segment;
    return std::pair{std::move(*shelf), std::move(definition)};
}

/// How many flags name each segment: only those that name any are read.
std::map<std::string, std::vector<std::string>> users_of(const Shelf& shelf) {
    std::map<std::string, std::vector<std::string>> users;
    for (const auto& feature : shelf.served->rules->features()) {
        if (!feature.has_segments) continue;
        std::set<std::string> named;
        for (const auto& strategy : list_in(feature.definition(), "strategies"))
            for (const auto& id : list_in(strategy, "segments")) named.insert(id.dump());
        for (const auto& id : named) users[id].push_back(feature.name);
    }
    return users;
}

json environment_tabs(const FlagOffice& office, const Shelf& shelf) {
    json tabs = json::array();
    for (const auto& each : office.all_environments())
        tabs.push_back({{"label", each},
                        {"tab_path", Shelf{each, nullptr}.path()},
                        {"is_current", each == shelf.environment},
                        {"count", false}});
    return tabs;
}

sdk::Result<sdk::Response> list_segments(const FlagOffice& office, const sdk::Request& request) {
    const auto shelf = shelf_in(office, request);
    if (!shelf) return shelf.error();
    const auto& locale = request.locale;
    const auto users = users_of(*shelf);
    json rows = json::array();
    for (const auto& segment : shelf->segments()) {
        const auto id = segment.at("id").dump();
        const auto description = excerpt(text_in(segment, "description"), 90);
        const auto used = users.find(id);
        rows.push_back(
            {{"id", id},
             {"row_label", name_of_segment(segment)},
             {"menu", false},
             {"cells",
              {cell(name_of_segment(segment),
                    {{"cell_path", may_manage(request) ? json(shelf->path("/" + id)) : json(false)},
                     {"is_row_link", may_manage(request)},
                     {"cell_sub", description.empty() ? json(false) : json(description)}}),
               cell(id, {{"is_code", true}}),
               cell(std::to_string(list_in(segment, "constraints").size()), {{"is_number", true}}),
               cell(std::to_string(used == users.end() ? 0 : used->second.size()), {{"is_number", true}})}}});
    }
    json actions = json::array();
    if (may_manage(request))
        actions.push_back(link_action(office.text(locale, "segments.new"), shelf->path("/new"), true));
    auto model = page_model(office, request, office.text(locale, "segments.title"),
                            office.text(locale, "segments.lead"), std::move(actions));
    model["tabs_label"] = office.text(locale, "environments");
    model["tabs"] = environment_tabs(office, *shelf);
    model["table"] = table_model(
        office, request, office.text(locale, "segments.title"),
        {column(office.text(locale, "columns.segment")), column(office.text(locale, "columns.number")),
         column(office.text(locale, "columns.conditions"), true), column(office.text(locale, "columns.used_by"), true)},
        std::move(rows), "segments.empty");
    return sdk::page("flags/segment_list", std::move(model));
}

/// The form: of a new one where `segment` has no id.
sdk::Response segment_page(const FlagOffice& office, const sdk::Request& request, const Shelf& shelf,
                           const json& segment, const std::string& objection) {
    const auto& locale = request.locale;
    const bool is_new = !segment.contains("id");
    const auto id = is_new ? std::string("new") : segment.at("id").dump();
    auto model = page_model(office, request, is_new ? office.text(locale, "segments.new") : name_of_segment(segment),
                            office.text(locale, "segments.lead_one", {{"environment", shelf.environment}}));
    model["header"]["breadcrumbs"].push_back(
        {{"label", office.text(locale, "segments.title")}, {"link_path", shelf.path()}});
    PageForm form(office, request, shelf.path("/" + id), "save");
    form.line("segment_name", text_in(segment, "name")).line("description", text_in(segment, "description"), true);
    form.hidden("seen", is_new ? "" : mark_of(segment.dump()));
    if (!objection.empty()) form.objection(objection);
    model["form"] = form.model();
    model["form"]["constraints"] = constraint_rows(office, request, list_in(segment, "constraints"));
    model["form"]["cancel_path"] = shelf.path();
    json users = json::array();
    const auto keys = is_new ? std::vector<std::string>{} : users_of(shelf)[id];
    for (const auto& key : keys)
        users.push_back(
            {{"key", key}, {"flag_path", place_of(office, key, shelf.environment, kDefaultProject).path()}});
    model["is_new"] = is_new;
    model["is_used"] = !users.empty();
    if (!is_new && users.empty()) {
        model["header"]["actions"].push_back(
            opening_action(office.text(locale, "confirms.remove_segment"), "remove-segment", true));
        model["confirms"].push_back(confirm_model(office, request,
                                                  {"remove-segment",
                                                   "remove_segment",
                                                   shelf.path("/" + id + "/remove"),
                                                   true,
                                                   false,
                                                   {{"seen", mark_of(segment.dump())}}}));
    }
    model["users"] = std::move(users);
    return sdk::page("flags/segment", std::move(model), objection.empty() ? 200 : 422);
}

std::int64_t next_id(const Shelf& shelf) {
    std::int64_t last = 0;
    for (const auto& segment : shelf.segments()) last = std::max(last, segment.at("id").get<std::int64_t>());
    return last + 1;
}

/// `before` with what was typed, or the sentence that says why not.
sdk::Result<json> typed_segment(const FlagOffice& office, const sdk::Request& request, const Shelf& shelf,
                                const sdk::Fields& form, json before) {
    const auto refused = [&](const char* why) {
        return sdk::fail("flags.bad_segment", office.text(request.locale, std::string("errors.") + why));
    };
    const std::string name(trimmed(form.get("segment_name")));
    if (name.empty() || name.size() > kLongestSegmentName) return refused("segment_name");
    const auto is_other = [&](const json& each) { return !before.contains("id") || each["id"] != before["id"]; };
    for (const auto& each : shelf.segments())
        if (is_other(each) && text_in(each, "name") == name) return refused("segment_taken");
    before["name"] = name;
    before["description"] = shortened(trimmed(form.get("description")), 1000);
    auto constraints = constraints_in(office, request, form);
    if (!constraints) return constraints.error();
    // Without conditions it lets everybody pass: mostly a slip, and never what a name promises.
    if (constraints->empty()) return refused("segment_empty");
    before["constraints"] = std::move(*constraints);
    return before;
}

sdk::Result<void> write_segment(const FlagOffice& office, const sdk::Request& request, const Shelf& shelf,
                                const std::string& id, std::optional<json> definition, const std::string& seen,
                                const char* action, const std::string& name) {
    return change(
        office, request,
        {Edit{shelf.environment, kDefaultProject, "segment", id, std::move(definition), seen, {{"name", name}}}},
        action);
}

sdk::Result<sdk::Response> create_segment(const FlagOffice& office, const sdk::Request& request) {
    const auto shelf = shelf_in(office, request);
    if (!shelf) return shelf.error();
    const auto form = request.form();
    if (!form) return form.error();
    auto segment = typed_segment(office, request, *shelf, *form, json::object());
    if (!segment) {
        const json typed{{"name", form->get("segment_name")}, {"description", form->get("description")}};
        return segment_page(office, request, *shelf, typed, segment.error().message);
    }
    const auto id = next_id(*shelf);
    (*segment)["id"] = id;
    if (auto done = write_segment(office, request, *shelf, std::to_string(id), *segment, "", "segment.created",
                                  name_of_segment(*segment));
        !done)
        return done.error();
    return back_to(shelf->path(), "segment_created");
}

sdk::Result<sdk::Response> save_segment(const FlagOffice& office, const sdk::Request& request) {
    const auto found = segment_in(office, request);
    if (!found) return found.error();
    const auto& [shelf, before] = *found;
    const auto form = request.form();
    if (!form) return form.error();
    const auto segment = typed_segment(office, request, shelf, *form, before);
    if (!segment) return segment_page(office, request, shelf, before, segment.error().message);
    if (auto done = write_segment(office, request, shelf, before.at("id").dump(), *segment, form->get("seen"),
                                  "segment.changed", name_of_segment(*segment));
        !done)
        return done.error();
    return back_to(shelf.path(), "segment_saved");
}

sdk::Result<sdk::Response> remove_segment(const FlagOffice& office, const sdk::Request& request) {
    const auto found = segment_in(office, request);
    if (!found) return found.error();
    const auto& [shelf, segment] = *found;
    const auto form = request.form();
    if (!form) return form.error();
    const auto id = segment.at("id").dump();
    if (const auto users = users_of(shelf)[id]; !users.empty())
        return sdk::fail("flags.segment_in_use",
                         office.text(request.locale, "errors.segment_in_use", {{"flag", users.front()}}));
    if (auto done = write_segment(office, request, shelf, id, std::nullopt, form->get("seen"), "segment.removed",
                                  name_of_segment(segment));
        !done)
        return done.error();
    return back_to(shelf.path(), "segment_removed");
}

}  // namespace

sdk::Result<void> register_segment_pages(const FlagOffice& office) {
    return Routes(office)
        .get(kSegmentsPath, kRead, "Conditions that flags share", &list_segments)
        .get("/flags/segments/new", kManage, "The form of a new segment",
             [](const FlagOffice& all, const sdk::Request& request) -> sdk::Result<sdk::Response> {
                 const auto shelf = shelf_in(all, request);
                 if (!shelf) return shelf.error();
                 return segment_page(all, request, *shelf, json::object(), {});
             })
        .post("/flags/segments/new", kManage, "Makes a segment", &create_segment)
        .get("/flags/segments/{segment}", kManage, "The form of one segment",
             [](const FlagOffice& all, const sdk::Request& request) -> sdk::Result<sdk::Response> {
                 const auto found = segment_in(all, request);
                 if (!found) return found.error();
                 return segment_page(all, request, found->first, found->second, {});
             })
        .post("/flags/segments/{segment}", kManage, "Changes a segment", &save_segment)
        .post("/flags/segments/{segment}/remove", kManage, "Removes a segment that no flag names", &remove_segment)
        .done();
}

}  // namespace whatsflow::flags::pages
