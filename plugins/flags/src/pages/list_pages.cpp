#include "list_pages.hpp"

#include "../import_edits.hpp"
#include "core/delta.hpp"
#include "page_parts.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kShown = 50;
const std::vector<std::string> kProjects{kDefaultProject, kPlatformProject};
const std::vector<std::string> kStates{"on", "off"};
const std::vector<std::string> kStale{"stale", "potentially-stale"};
/// What an address below /flags means otherwise.
const std::set<std::string> kReserved{"new", "import", "export.json", "segments", "requests"};

std::string lowered(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

/// What there is to choose from.
struct Groups {
    std::vector<std::string> projects, tags;
};

struct Wish {
    std::string words, project, type, state, stale, environment, tag, after;

    Wish(const FlagOffice& office, const sdk::Request& request, const Groups& groups)
        : words(lowered(request.query.get("q"))), after(request.query.get("after")) {
        const auto one_of = [&](const char* name, const std::vector<std::string>& allowed) {
            const auto wanted = request.query.get(name);
            return std::ranges::find(allowed, wanted) == allowed.end() ? std::string{} : wanted;
        };
        project = one_of("project", groups.projects);
        tag = one_of("tag", groups.tags);
        type = one_of("type", kFlagTypes);
        state = one_of("state", kStates);
        stale = one_of("stale", kStale);
        environment = one_of("environment", office.all_environments());
    }

    std::string query() const {
        std::string text;
        for (const auto& [name, value] :
             {std::pair("q", &words), std::pair("project", &project), std::pair("type", &type),
              std::pair("state", &state), std::pair("stale", &stale), std::pair("environment", &environment),
              std::pair("tag", &tag)})
            if (!value->empty()) text += std::string(text.empty() ? "" : "&") + name + "=" + sdk::encode_url(*value);
        return text;
    }
};

struct Listed {
    std::string key;
    std::string project;
    std::vector<std::pair<std::string, Place>> places;  ///< by environment, where it is

    const Feature& feature() const { return *places.front().second.feature; }
    /// Where it is in the list; the project first, which has no slash, as a key may have.
    std::string cursor() const { return project + "/" + key; }
    bool is_after(const std::string& other) const {
        const auto slash = std::min(other.find('/'), other.size());
        const auto name = other.substr(std::min(slash + 1, other.size()));
        return key != name ? key > name : project > other.substr(0, slash);
    }
    /// As people sort their flags; ours are apart.
    const std::string& group() const { return project == kPlatformProject ? project : feature().project; }
};

std::vector<Listed> all_flags(const FlagOffice& office) {
    std::map<std::pair<std::string, std::string>, Listed> found;
    for (const auto& environment : office.all_environments()) {
        const auto served = office.board.served(environment);
        for (const auto& project : kProjects) {
            const auto& rules = project == kPlatformProject ? *served->platform : *served->rules;
            for (const auto& feature : rules.features()) {
                auto& listed = found[{feature.name, project}];
                listed.key = feature.name;
                listed.project = project;
                listed.places.emplace_back(environment, Place{feature.name, environment, project, served, &feature});
            }
        }
    }
    std::vector<Listed> all;
    all.reserve(found.size());
    for (auto& [key, listed] : found) all.push_back(std::move(listed));
    return all;
}

Groups groups_of(const std::vector<Listed>& all) {
    std::set<std::string> projects, tags;
    for (const auto& each : all) {
        projects.insert(each.group());
        tags.insert(each.feature().tags.begin(), each.feature().tags.end());
    }
    return {{projects.begin(), projects.end()}, {tags.begin(), tags.end()}};
}

bool is_wished(const Listed& listed, const Wish& wish, sdk::Instant now) {
    if (!wish.project.empty() && listed.group() != wish.project) return false;
    const auto& feature = listed.feature();
    if (!wish.tag.empty() && std::ranges::find(feature.tags, wish.tag) == feature.tags.end()) return false;
    if (!wish.words.empty() && lowered(listed.key).find(wish.words) == std::string::npos &&
        lowered(feature.description).find(wish.words) == std::string::npos)
        return false;
    if (!wish.type.empty() && feature.type != wish.type) return false;
    if (!wish.stale.empty() && staleness_of(feature, now) != wish.stale) return false;
    return std::ranges::any_of(listed.places, [&](const auto& each) {
        if (!wish.environment.empty() && each.first != wish.environment) return false;
        return wish.state.empty() || each.second.feature->enabled == (wish.state == "on");
    });
}

json row_of(const FlagOffice& office, const sdk::Request& request, const Listed& listed, const Wish& wish) {
    const auto& first = listed.places.front().second;
    auto described = excerpt(first.feature->description, 90);
    for (const auto& tag : first.feature->tags) described += (described.empty() ? "" : " · ") + tag;
    const auto staleness = staleness_of(*first.feature, office.host.clock().now());
    auto shown = first;
    if (!wish.environment.empty())
        for (const auto& [environment, place] : listed.places)
            if (environment == wish.environment) shown = place;
    json cells{cell(listed.key, {{"cell_path", shown.path()},
                                 {"is_row_link", true},
                                 {"cell_sub", described.empty() ? json(false) : json(described)}})};
    for (const auto& environment : office.all_environments()) {
        const auto there = std::ranges::find(listed.places, environment, &std::pair<std::string, Place>::first);
        if (there == listed.places.end()) {
            cells.push_back(cell("–", {{"is_muted", true}}));
            continue;
        }
        const bool on = there->second.feature->enabled;
        cells.push_back(cell(office.word(request.locale, on ? "on" : "off"), {{"cell_status", on ? "good" : "idle"}}));
    }
    cells.push_back(cell(office.word(request.locale, first.feature->type)));
    cells.push_back(cell(office.word(request.locale, listed.group())));
    cells.push_back(staleness.empty() ? cell("")
                                      : cell(office.word(request.locale, staleness), {{"cell_status", "warn"}}));
    return {{"id", listed.key}, {"row_label", listed.key}, {"menu", false}, {"cells", std::move(cells)}};
}

json filters_of(const FlagOffice& office, const sdk::Request& request, const Wish& wish, const Groups& groups) {
    json choices_of = json::array();
    const auto offer = [&](const char* id, const std::vector<std::string>& values, const std::string& now) {
        json choices = json::array();
        for (const auto& value : values)
            choices.push_back(
                {{"value", value}, {"label", office.word(request.locale, value)}, {"selected", value == now}});
        choices_of.push_back({{"id", id},
                              {"label", office.text(request.locale, "filters." + std::string(id))},
                              {"choices", std::move(choices)}});
    };
    offer("project", groups.projects, wish.project);
    if (!groups.tags.empty()) offer("tag", groups.tags, wish.tag);
    offer("type", kFlagTypes, wish.type);
    offer("environment", office.all_environments(), wish.environment);
    offer("state", kStates, wish.state);
    offer("stale", kStale, wish.stale);
    return {{"search", {{"value", wish.words}, {"placeholder", office.text(request.locale, "list.search")}}},
            {"choices_of", std::move(choices_of)},
            {"dates", json::array()},
            {"kept", json::array()},
            {"clear_path", wish.query().empty() ? json(false) : json(kFlagsPath)},
            {"export_path", false},
            {"shown_columns", json::array()},
            {"views", json::array()}};
}

sdk::Result<sdk::Response> list_flags(const FlagOffice& office, const sdk::Request& request) {
    const auto& locale = request.locale;
    auto all = all_flags(office);
    const auto groups = groups_of(all);
    const Wish wish(office, request, groups);
    const auto now = office.host.clock().now();
    std::erase_if(all, [&](const auto& each) { return !is_wished(each, wish, now); });
    const auto total = all.size();
    const auto first = std::ranges::find_if(all, [&](const auto& each) { return each.is_after(wish.after); });
    all.erase(all.begin(), wish.after.empty() ? all.begin() : first);
    json rows = json::array();
    for (std::size_t i = 0; i < std::min(kShown, all.size()); ++i)
        rows.push_back(row_of(office, request, all[i], wish));
    // Whether it is on comes first: a phone shows no more beside the name.
    json columns{column(office.text(locale, "columns.flag"))};
    for (const auto& environment : office.all_environments()) columns.push_back(column(environment));
    for (const char* each : {"columns.type", "columns.project", "columns.stale"})
        columns.push_back(column(office.text(locale, each)));
    json actions{link_action(office.text(locale, "segments.title"), "/flags/segments")};
    if (const auto open = office.requests.count_open(request.context); open && *open > 0)
        actions.push_back(
            link_action(office.text(locale, "requests.some", {{"count", std::to_string(*open)}}), "/flags/requests"));
    if (may_manage(request)) {
        actions.push_back(link_action(office.text(locale, "list.import"), "/flags/import"));
        actions.push_back(link_action(office.text(locale, "list.new"), "/flags/new", true));
    }
    auto model = page_model(office, request, office.text(locale, "list.title"), office.text(locale, "list.lead"),
                            std::move(actions));
    model["header"]["breadcrumbs"] = json::array();
    auto table = table_model(office, request, office.text(locale, "list.title"), std::move(columns), std::move(rows),
                             wish.query().empty() ? "list.empty" : "list.nothing");
    table["filters"] = filters_of(office, request, wish, groups);
    const auto with = [&](const std::string& more) {
        const auto query = wish.query();
        return std::string(kFlagsPath) + "?" + query + (query.empty() ? "" : "&") + more;
    };
    if (!wish.after.empty()) table["newer_path"] = with("");
    if (all.size() > kShown) table["older_path"] = with("after=" + sdk::encode_url(all[kShown - 1].cursor()));
    table["shown_text"] =
        office.text(locale, "list.shown",
                    {{"count", std::to_string(std::min(kShown, all.size()))}, {"total", std::to_string(total)}});
    model["table"] = std::move(table);
    return sdk::page("flags/flag_list", std::move(model));
}

sdk::Result<sdk::Response> show_new(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& typed,
                                    const std::string& objection) {
    const auto& locale = request.locale;
    auto model = page_model(office, request, office.text(locale, "new.title"), office.text(locale, "new.lead"));
    PageForm form(office, request, "/flags/new", "new.submit");
    form.line("flag_key", typed.get("flag_key"))
        .line("description", typed.get("description"), true)
        .choice("flag_type", kFlagTypes, typed.get("flag_type", "release"));
    if (!objection.empty()) form.objection(objection);
    model["form"] = form.model();
    return sdk::page("flags/form", std::move(model), objection.empty() ? 200 : 422);
}

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= 100 && !kReserved.contains(std::string(key)) &&
           std::ranges::all_of(key, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '-' || c == '_';
           });
}

sdk::Result<sdk::Response> create_flag(const FlagOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const std::string key(trimmed(form->get("flag_key")));
    const auto type = form->get("flag_type");
    const auto refused = [&](const char* why) {
        return show_new(office, request, *form, office.text(request.locale, std::string("errors.") + why));
    };
    if (!is_key(key)) return refused("key");
    if (std::ranges::find(kFlagTypes, type) == kFlagTypes.end()) return refused("type");
    std::vector<Edit> edits;
    for (const auto& environment : office.environments) {
        if (place_of(office, key, environment, kDefaultProject).feature) return refused("taken");
        const json definition{{"name", key},
                              {"description", std::string(trimmed(form->get("description")))},
                              {"type", type},
                              {"enabled", false},
                              {"stale", false},
                              {"impressionData", false},
                              {"project", kDefaultProject},
                              {"createdAt", sdk::to_rfc3339(office.host.clock().now())},
                              {"strategies", json::array()},
                              {"variants", json::array()}};
        edits.push_back(Edit{environment, kDefaultProject, "feature", key, definition, "", {{"type", type}}});
    }
    if (auto done = change(office, request, edits, "flag.created"); !done) return done.error();
    return back_to(place_of(office, key, office.environments.front(), kDefaultProject).path(), "created");
}

sdk::Result<sdk::Response> show_import(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& typed,
                                       const std::string& objection) {
    const auto& locale = request.locale;
    json actions = json::array();
    for (const auto& environment : office.all_environments())
        actions.push_back(link_action(office.text(locale, "import.export", {{"environment", environment}}),
                                      "/flags/export.json?environment=" + sdk::encode_url(environment)));
    std::string waiting;
    for (const auto& environment : office.all_environments())
        if (office.requests.wants_approval(environment)) waiting += (waiting.empty() ? "" : ", ") + environment;
    auto lead = office.text(locale, "import.lead");
    if (!waiting.empty()) lead += " " + office.text(locale, "import.proposes", {{"environments", waiting}});
    auto model = page_model(office, request, office.text(locale, "import.title"), lead, std::move(actions));
    PageForm form(office, request, "/flags/import", "import.submit");
    form.choice("environment", office.all_environments(), typed.get("environment", office.environments.front()))
        .area("definitions", typed.get("definitions"), false, 14)
        .check("replace", typed.get("replace") == "on");
    if (!objection.empty()) form.objection(objection);
    model["form"] = form.model();
    return sdk::page("flags/form", std::move(model), objection.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> import_flags(const FlagOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto environment = form->get("environment");
    const auto all = office.all_environments();
    if (std::ranges::find(all, environment) == all.end())
        return show_import(office, request, *form, office.text(request.locale, "errors.environment"));
    const auto document = parse_json(form->get("definitions"));
    if (!document) return show_import(office, request, *form, document.error().message);
    const auto rules = RuleSet::compile(*document);
    if (!rules) return show_import(office, request, *form, rules.error().message);
    const auto mode = form->get("replace") == "on" ? ImportMode::replace : ImportMode::merge;
    const auto path = std::string(kFlagsPath) + "?environment=" + sdk::encode_url(environment);
    if (office.requests.wants_approval(environment)) {
        const auto edits =
            edits_of_import(folded(*document), *office.board.served(environment)->rules, environment, mode);
        if (edits.empty()) return back_to(path, "nothing_imported");
        if (auto done = change(office, request, edits, kImported); !done) return done.error();
        return back_to(path, "imported");
    }
    const auto counts =
        office.store.import(request.context, sdk::actor_of(request), environment, folded(*document), mode);
    if (!counts) return counts.error();
    if (auto done = office.board.refresh(); !done) return done.error();
    return back_to(path, "imported");
}

sdk::Result<sdk::Response> export_flags(const FlagOffice& office, const sdk::Request& request) {
    const auto environment = request.query.get("environment", office.environments.front());
    const auto document = office.store.load(request.context, environment, kDefaultProject);
    if (!document) return document.error();
    auto response = sdk::bytes(document->dump(2), "application/json");
    // The name comes from the address: only what is harmless in a header is taken over.
    std::string name;
    for (const char c : environment)
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_') name += c;
    response.header("Content-Disposition", "attachment; filename=\"flags-" + name + ".json\"");
    return response;
}

}  // namespace

sdk::Result<void> register_list_pages(const FlagOffice& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin, "platform", "flags.pages.list.title", "flag", kFlagsPath, kRead, 300};
    if (auto done = office.host.contribute(entry); !done) return done;
    return Routes(office)
        .get(kFlagsPath, kRead, "Feature flags, filtered", &list_flags)
        .get("/flags/new", kManage, "A new flag",
             [](const FlagOffice& all, const sdk::Request& request) { return show_new(all, request, {}, {}); })
        .post("/flags/new", kManage, "Makes a flag, off everywhere", &create_flag)
        .get("/flags/import", kManage, "Import and export of flags",
             [](const FlagOffice& all, const sdk::Request& request) { return show_import(all, request, {}, {}); })
        .post("/flags/import", kManage, "Takes over definitions in the Unleash shape", &import_flags)
        .get("/flags/export.json", kRead, "All definitions of an environment in the Unleash shape", &export_flags)
        .done();
}

}  // namespace whatsflow::flags::pages
