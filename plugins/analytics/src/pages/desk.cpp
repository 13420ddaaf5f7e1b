#include "desk.hpp"

#include "report.hpp"

namespace whatsflow::analytics::pages {

using nlohmann::json;

json& Desk::Section::add(const char* id, const char* kind, bool optional) {
    json field{{"id", name_ + "-" + id}, {"field_name", id},      {"label", desk_.say(name_ + "." + id)},
               {"type", "text"},         {"autocomplete", "off"}, {"most", "100"},
               {"optional", optional},   {"value", ""},           {"choices", json::array()}};
    for (const auto* unset : {"is_line",  "is_password", "is_text",  "is_choice", "is_cards",  "is_check", "is_switch",
                              "is_date",  "is_code",     "is_file",  "checked",   "hint",      "prefix",   "suffix",
                              "readonly", "placeholder", "invalid",  "error",     "text_rows", "least",    "latest",
                              "accept",   "digits",      "unmarked", "is_wide"})
        field[unset] = false;
    field[kind] = true;
    if (desk_.objection_ && desk_.objection_->section == name_) {
        field["value"] = desk_.typed_.get(id);
        if (desk_.objection_->field == id) {
            field["error"] = desk_.objection_->sentence;
            field["invalid"] = true;
        }
    }
    fields_.push_back(std::move(field));
    return fields_.back();
}

Desk::Section& Desk::Section::line(const char* id, const char* type, std::size_t most, bool optional) {
    auto& field = add(id, "is_line", optional);
    field["type"] = type;
    field["most"] = std::to_string(most);
    return *this;
}

Desk::Section& Desk::Section::date(const char* id) {
    add(id, "is_date", false);
    return *this;
}

Desk::Section& Desk::Section::choice(const char* id, const std::vector<std::pair<std::string, std::string>>& choices,
                                     bool optional) {
    auto& field = add(id, "is_choice", optional);
    for (const auto& [value, label] : choices)
        field["choices"].push_back({{"value", value}, {"label", label}, {"selected", field["value"] == value}});
    return *this;
}

Desk::Section& Desk::Section::danger() {
    is_danger_ = true;
    return *this;
}

Desk::Section& Desk::Section::wide() {
    fields_.back()["is_wide"] = true;
    return *this;
}

Desk::Desk(const AnalyticsOffice& office, const sdk::Request& request, std::string tab, const char* permission,
           std::optional<Objection> objection, sdk::Fields typed)
    : office_(office),
      request_(request),
      tab_(std::move(tab)),
      may_change_(request.identity && request.identity->may(permission)),
      objection_(std::move(objection)),
      typed_(std::move(typed)) {}

Desk::Section& Desk::section(const char* name, const std::string& path, const std::vector<DeskRow>& rows) {
    sections_.emplace_back(std::unique_ptr<Section>(new Section(*this, name)), path);
    auto& made = *sections_.back().first;
    for (const auto& row : rows)
        made.rows_.push_back(
            {{"text", row.text},
             {"beside", row.beside.empty() ? json(false) : json(row.beside)},
             {"remove_path", row.remove_path.empty() || !may_change_ ? json(false) : json(row.remove_path)},
             {"remove_label", office_.text(request_.locale, "words.remove_it", {{"name", row.text}})}});
    return made;
}

sdk::Response Desk::page() {
    json sections = json::array();
    for (const auto& [section, path] : sections_) {
        json errors = false;
        if (objection_ && objection_->section == section->name_ && objection_->field.empty())
            errors = {{"text", objection_->sentence}, {"fields", json::array()}};
        sections.push_back({{"section_id", section->name_},
                            {"title", say(section->name_ + ".title")},
                            {"lead", say(section->name_ + ".lead")},
                            {"has_rows", !section->rows_.empty()},
                            {"rows", section->rows_},
                            {"has_form", may_change_},
                            {"form_path", path},
                            {"is_danger", section->is_danger_},
                            {"form_errors", std::move(errors)},
                            {"fields", section->fields_},
                            {"submit", say(section->name_ + ".submit")}});
    }
    const auto done = request_.query.get("done");
    const auto notice = done.empty() ? std::string() : say("done." + done);
    const bool is_known = !done.empty() && notice != "analytics.pages." + tab_ + ".done." + done;
    return sdk::page("analytics/desk",
                     {{"title", say("title")},
                      {"heading", say("title")},
                      {"lead", say("lead")},
                      {"breadcrumbs", json::array()},
                      {"chip", false},
                      {"chip_status", false},
                      {"actions", json::array()},
                      {"csrf_token", request_.csrf_token},
                      {"tabs_label", office_.text(request_.locale, "nav")},
                      {"tabs", tabs_of(office_, request_, tab_ == "erase" ? "health" : tab_, {})},
                      {"notice", is_known ? json(notice) : json(false)},
                      {"sections", std::move(sections)}},
                     objection_ ? 422 : 200);
}

}  // namespace whatsflow::analytics::pages
