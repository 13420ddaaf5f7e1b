/// \file
/// Parts of staff pages as the theme's components read them: cells, facts, forms, heads.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

/// Every name that the component reads is set, so that none is taken from around it.
nlohmann::json cell(const std::string& text, const nlohmann::json& more = nlohmann::json::object());
nlohmann::json column(const std::string& label, bool is_number = false);
nlohmann::json link_action(const std::string& label, const std::string& path, bool primary = false);
nlohmann::json opening_action(const std::string& label, const std::string& confirm_id, bool danger);

/// A page with its head; `lead` may be empty.
nlohmann::json page_model(const FlagOffice& office, const sdk::Request& request, const std::string& heading,
                          const std::string& lead, nlohmann::json actions = nlohmann::json::array());
/// A page about one flag: its head, the pages beside it, the environments to choose from.
nlohmann::json flag_model(const FlagOffice& office, const sdk::Request& request, const Place& place,
                          std::string_view tab);

/// A table of the theme without filters; `empty` is a text's key where there are no rows.
nlohmann::json table_model(const FlagOffice& office, const sdk::Request& request, const std::string& caption,
                           nlohmann::json columns, nlohmann::json rows, std::string_view empty);

/// Asks before a POST. Texts `confirms.<key>_title`, `_text`, and the button's `confirms.<key>`.
struct Confirmation {
    std::string id;
    std::string key;
    std::string path;
    bool is_danger = true;
    bool asks_reason = false;
    std::vector<std::pair<std::string, std::string>> hidden{};
};
nlohmann::json confirm_model(const FlagOffice& office, const sdk::Request& request, const Confirmation& what);

/// Fields of a form for the theme's component, with texts `fields.<id>` and `hints.<id>`.
class PageForm {
public:
    PageForm(const FlagOffice& office, const sdk::Request& request, std::string path, std::string_view submit);
    PageForm& line(const char* id, const std::string& value, bool optional = false);
    /// Date and time, in UTC: `2026-11-27T14:00`.
    PageForm& moment(const char* id, const std::string& value);
    PageForm& area(const char* id, const std::string& value, bool optional = false, int rows = 4);
    PageForm& choice(const char* id, const std::vector<std::string>& words, const std::string& chosen);
    PageForm& check(const char* id, bool checked);
    PageForm& hidden(std::string name, std::string value);
    /// The sentence at the form's top.
    PageForm& objection(const std::string& sentence);
    nlohmann::json model() const { return model_; }

private:
    nlohmann::json& add(const char* id, const char* kind, const std::string& value, bool optional);

    const FlagOffice& office_;
    std::string locale_;
    nlohmann::json model_;
};

/// Its name, or `segment 7`.
std::string name_of_segment(const nlohmann::json& segment);

/// How long a flag of a type is expected to live, in days; 0: for good.
int lifetime_of(std::string_view type);
/// `stale`, `potentially-stale` when it lives longer than expected, or empty.
std::string staleness_of(const Feature& feature, sdk::Instant now);

/// What differs between two definitions, for the theme's `diff`; null is none.
nlohmann::json diff_model(const nlohmann::json& before, const nlohmann::json& after);

/// A sentence that a page shows when it is led to: `?done=word`, `flags.pages.done.<word>`.
nlohmann::json notice_of(const FlagOffice& office, const sdk::Request& request);
sdk::Response back_to(const std::string& path, std::string_view done);

/// At most so many bytes, never half a character.
std::string shortened(std::string_view text, std::size_t bytes);
/// What is shown of a text that may be longer: its first words, and `…`.
std::string excerpt(std::string_view text, std::size_t bytes);

/// `2026-11-26 14:03`, for texts. Pages show instants with `cell_at`.
std::string day_of(std::int64_t micros);

}  // namespace whatsflow::flags::pages
