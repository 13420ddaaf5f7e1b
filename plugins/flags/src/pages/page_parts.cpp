#include "page_parts.hpp"

#include "core/edits.hpp"
#include "core/moment.hpp"

namespace whatsflow::flags::pages {

using nlohmann::json;

json cell(const std::string& text, const json& more) {
    json made{{"text", text}};
    for (const auto* name : {"cell_path", "is_row_link", "cell_sub", "cell_status", "is_number", "is_code", "is_muted",
                             "cell_at", "cell_initials"})
        made[name] = false;
    made.update(more);
    return made;
}

json column(const std::string& label, bool is_number) {
    return {{"label", label}, {"sort_path", false}, {"is_up", false}, {"is_down", false}, {"is_number", is_number}};
}

json link_action(const std::string& label, const std::string& path, bool primary) {
    return {{"label", label},     {"link_path", path}, {"action_path", false}, {"opens", false},
            {"primary", primary}, {"danger", false},   {"action_icon", false}};
}

json opening_action(const std::string& label, const std::string& confirm_id, bool danger) {
    return {{"label", label},   {"link_path", false}, {"action_path", false}, {"opens", confirm_id},
            {"primary", false}, {"danger", danger},   {"action_icon", false}};
}

json page_model(const FlagOffice& office, const sdk::Request& request, const std::string& heading,
                const std::string& lead, json actions) {
    return {{"title", heading},
            {"header",
             {{"heading", heading},
              {"lead", lead.empty() ? json(false) : json(lead)},
              {"breadcrumbs",
               json::array({{{"label", office.text(request.locale, "list.title")}, {"link_path", kFlagsPath}}})},
              {"actions", std::move(actions)},
              {"chip", false},
              {"chip_status", false}}},
            {"notice", notice_of(office, request)},
            {"csrf_token", request.csrf_token},
            {"confirms", json::array()}};
}

namespace {

/// `Lives about 40 days; made 3 days ago.` False for flags that stay, and where nobody knows since when.
json lifetime_in_words(const FlagOffice& office, const sdk::Request& request, const Place& place, sdk::Instant now) {
    if (!place.feature || place.project == kPlatformProject) return false;
    const auto days = lifetime_of(place.feature->type);
    const auto made = parse_moment(place.feature->created_at);
    const auto age = made ? std::chrono::duration_cast<std::chrono::days>(now - *made).count() : 0;
    if (days == 0) return office.text(request.locale, "lifetime.stays");
    const auto* key = !made ? "lifetime.unknown" : age < 1 ? "lifetime.today" : "lifetime.known";
    return office.text(request.locale, key, {{"days", std::to_string(days)}, {"age", std::to_string(age)}});
}

}  // namespace

json flag_model(const FlagOffice& office, const sdk::Request& request, const Place& place, std::string_view tab) {
    const auto definition = place.definition();
    auto model = page_model(office, request, place.key, text_in(definition, "description"));
    const auto type = text_in(definition, "type");
    if (!type.empty()) model["header"]["chip"] = office.word(request.locale, type);
    json tabs = json::array();
    const auto everywhere = office.all_environments();
    const bool is_anywhere = std::ranges::any_of(everywhere, [&](const auto& each) {
        return place_of(office, place.key, each, place.project).feature != nullptr;
    });
    for (const std::string_view each : {"rules", "overrides", "schedule", "playground", "history", "usage"}) {
        if (!is_anywhere && each != tab) continue;
        const auto rest = each == "rules" ? std::string{} : "/" + std::string(each);
        tabs.push_back({{"label", office.text(request.locale, "tabs." + std::string(each))},
                        {"tab_path", place.path(rest)},
                        {"is_current", each == tab},
                        {"count", false}});
    }
    model["tabs_label"] = office.text(request.locale, "tabs.label");
    model["tabs"] = std::move(tabs);
    json environments = json::array();
    const auto rest = tab == "rules" ? std::string{} : "/" + std::string(tab);
    for (const auto& each : everywhere) {
        const auto there = place_of(office, place.key, each, place.project);
        const auto* status = !there.feature ? "idle" : there.feature->enabled ? "good" : "idle";
        const auto* word = !there.feature ? "absent" : there.feature->enabled ? "on" : "off";
        environments.push_back({{"label", each},
                                {"environment_path", there.path(rest)},
                                {"is_current", each == place.environment},
                                {"status", status},
                                {"status_text", office.word(request.locale, word)}});
    }
    model["environments_label"] = office.text(request.locale, "environments");
    model["environments"] = std::move(environments);
    model["is_platform"] = place.project == kPlatformProject;
    const auto now = office.host.clock().now();
    const auto staleness = place.feature ? staleness_of(*place.feature, now) : std::string{};
    model["is_stale"] = staleness == "stale";
    model["is_old"] = staleness == "potentially-stale";
    model["lifetime"] = lifetime_in_words(office, request, place, now);
    model["may_manage"] = may_manage(request);
    model["is_there"] = place.feature != nullptr;
    return model;
}

json table_model(const FlagOffice& office, const sdk::Request& request, const std::string& caption, json columns,
                 json rows, std::string_view empty) {
    json when_empty = false;
    if (rows.empty())
        when_empty = {{"icon", "flag"},
                      {"title", office.text(request.locale, std::string(empty))},
                      {"text", office.text(request.locale, std::string(empty) + "_text")},
                      {"action", false},
                      {"actions", json::array()}};
    return {
        {"caption", caption},  {"filters", false},    {"columns", std::move(columns)},       {"rows", std::move(rows)},
        {"bulk", false},       {"has_menus", false},  {"when_empty", std::move(when_empty)}, {"newer_path", false},
        {"older_path", false}, {"shown_text", false}, {"csrf_token", request.csrf_token}};
}

json confirm_model(const FlagOffice& office, const sdk::Request& request, const Confirmation& what) {
    const auto text = [&](const std::string& end) { return office.text(request.locale, "confirms." + what.key + end); };
    json hidden = json::array();
    for (const auto& [name, value] : what.hidden) hidden.push_back({{"name", name}, {"value", value}});
    return {{"confirm_id", what.id},
            {"confirm_title", text("_title")},
            {"confirm_text", text("_text")},
            {"confirm_path", what.path},
            {"confirm_label", text("")},
            {"is_danger", what.is_danger},
            {"typed", false},
            {"hidden", std::move(hidden)},
            {"asks_reason", what.asks_reason},
            {"csrf_token", request.csrf_token}};
}

PageForm::PageForm(const FlagOffice& office, const sdk::Request& request, std::string path, std::string_view submit)
    : office_(office), locale_(request.locale), model_{{"action_path", std::move(path)},
                                                       {"csrf_token", request.csrf_token},
                                                       {"submit", office.text(request.locale, submit)},
                                                       {"hidden", json::array()},
                                                       {"fields", json::array()},
                                                       {"form_errors", false}} {}

json& PageForm::add(const char* id, const char* kind, const std::string& value, bool optional) {
    json field{{"id", id},       {"label", office_.text(locale_, "fields." + std::string(id))},
               {"type", "text"}, {"autocomplete", "off"},
               {"most", "300"},  {"optional", optional},
               {"value", value}, {"choices", json::array()}};
    for (const auto* unset : {"is_line",  "is_password", "is_text",  "is_choice", "is_cards",  "is_check", "is_switch",
                              "is_date",  "is_code",     "is_file",  "checked",   "hint",      "prefix",   "suffix",
                              "readonly", "placeholder", "invalid",  "error",     "text_rows", "least",    "latest",
                              "accept",   "digits",      "unmarked", "field_name"})
        field[unset] = false;
    field[kind] = true;
    const auto hint_key = "hints." + std::string(id);
    const auto hint = office_.text(locale_, hint_key);
    if (hint != "flags.pages." + hint_key) field["hint"] = hint;
    model_["fields"].push_back(std::move(field));
    return model_["fields"].back();
}

PageForm& PageForm::line(const char* id, const std::string& value, bool optional) {
    add(id, "is_line", value, optional);
    return *this;
}

PageForm& PageForm::moment(const char* id, const std::string& value) {
    add(id, "is_line", value, false)["type"] = "datetime-local";
    return *this;
}

PageForm& PageForm::area(const char* id, const std::string& value, bool optional, int rows) {
    auto& field = add(id, "is_text", value, optional);
    field["most"] = "2000000";
    field["text_rows"] = std::to_string(rows);
    return *this;
}

PageForm& PageForm::choice(const char* id, const std::vector<std::string>& words, const std::string& chosen) {
    auto& field = add(id, "is_choice", chosen, false);
    for (const auto& word : words)
        field["choices"].push_back(
            {{"value", word}, {"label", office_.word(locale_, word)}, {"selected", word == chosen}});
    return *this;
}

PageForm& PageForm::check(const char* id, bool checked) {
    auto& field = add(id, "is_check", "", true);
    field["checked"] = checked;
    field["value"] = false;
    return *this;
}

PageForm& PageForm::hidden(std::string name, std::string value) {
    model_["hidden"].push_back({{"name", std::move(name)}, {"value", std::move(value)}});
    return *this;
}

PageForm& PageForm::objection(const std::string& sentence) {
    model_["form_errors"] = {{"text", sentence}, {"fields", json::array()}};
    return *this;
}

std::string name_of_segment(const json& segment) {
    const auto name = text_in(segment, "name");
    return name.empty() ? "segment " + segment.at("id").dump() : name;
}

int lifetime_of(std::string_view type) {
    if (type == "release" || type == "experiment") return 40;
    if (type == "operational") return 7;
    return 0;
}

std::string staleness_of(const Feature& feature, sdk::Instant now) {
    if (feature.stale) return "stale";
    const auto days = lifetime_of(feature.type);
    const auto made = parse_moment(feature.created_at);
    if (days == 0 || !made) return {};
    return *made < now - std::chrono::days(days) ? "potentially-stale" : "";
}

json diff_model(const json& before, const json& after) {
    constexpr std::size_t kMost = 60;
    constexpr std::size_t kLongest = 300;
    json changes = json::array();
    for (const auto& each : differences(before, after)) {
        if (changes.size() == kMost) {
            changes.push_back({{"field", "…"}, {"before", "…"}, {"after", "…"}});
            break;
        }
        changes.push_back({{"field", each.field},
                           {"before", excerpt(each.before, kLongest)},
                           {"after", excerpt(each.after, kLongest)}});
    }
    return changes;
}

json notice_of(const FlagOffice& office, const sdk::Request& request) {
    const auto done = request.query.get("done");
    if (done.empty()) return false;
    const auto key = "done." + done;
    auto said = office.text(request.locale, key);
    return said == "flags.pages." + key ? json(false) : json(std::move(said));
}

sdk::Response back_to(const std::string& path, std::string_view done) {
    const char* joint = path.find('?') == std::string::npos ? "?" : "&";
    return sdk::redirect_to(path + joint + "done=" + std::string(done));
}

std::string shortened(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return std::string(text);
    while (bytes > 0 && (text[bytes] & 0xc0) == 0x80) --bytes;
    return std::string(text.substr(0, bytes));
}

std::string excerpt(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return std::string(text);
    auto shown = shortened(text, bytes);
    // One long word is cut all the same.
    if (const auto space = shown.rfind(' '); space != std::string::npos && space > bytes / 2) shown.resize(space);
    return shown + "…";
}

std::string day_of(std::int64_t micros) {
    auto text = sdk::to_rfc3339(sdk::from_micros(micros)).substr(0, 16);
    text[10] = ' ';
    return text;
}

}  // namespace whatsflow::flags::pages
