/// \file
/// Pages with lists that staff keep, each with a form below it, and what is wrong with what was typed.
///
///     Desk desk(office, request, "setup");
///     auto& form = desk.section("segments", rows);
///     form.line("name").choice("dimension", words);
///     return desk.page();
///
/// Texts lie below `analytics.pages.<tab>.<section>`: `title`, `lead`, `submit`, and the labels of the fields.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/http.hpp>

namespace whatsflow::analytics::pages {

/// A line of a list; without `remove_path` it cannot be removed.
struct DeskRow {
    std::string text;
    std::string beside{};
    std::string remove_path{};
};

struct Objection {
    std::string section;
    std::string field;  ///< empty: the whole form
    std::string sentence;
};

class Desk {
public:
    class Section {
    public:
        Section& line(const char* id, const char* type = "text", std::size_t most = 100, bool optional = false);
        Section& date(const char* id);
        Section& choice(const char* id, const std::vector<std::pair<std::string, std::string>>& choices,
                        bool optional = false);
        /// What its form does cannot be taken back: the button looks like it.
        Section& danger();
        /// The last field has a line of its own.
        Section& wide();

    private:
        friend class Desk;
        Section(const Desk& desk, std::string name) : desk_(desk), name_(std::move(name)) {}
        nlohmann::json& add(const char* id, const char* kind, bool optional);

        const Desk& desk_;
        std::string name_;
        bool is_danger_ = false;
        nlohmann::json fields_ = nlohmann::json::array();
        nlohmann::json rows_ = nlohmann::json::array();
    };

    /// `typed` is shown again in the section that objects.
    /// Without `permission` only the rows are shown.
    Desk(const AnalyticsOffice& office, const sdk::Request& request, std::string tab, const char* permission,
         std::optional<Objection> objection = std::nullopt, sdk::Fields typed = {});

    /// Where its form is sent: `path`. Whoever may not change anything sees the rows only.
    Section& section(const char* name, const std::string& path, const std::vector<DeskRow>& rows);
    sdk::Response page();

    std::string say(const std::string& key) const { return office_.text(request_.locale, tab_ + "." + key); }

private:
    const AnalyticsOffice& office_;
    const sdk::Request& request_;
    const std::string tab_;
    const bool may_change_;
    const std::optional<Objection> objection_;
    const sdk::Fields typed_;
    std::vector<std::pair<std::unique_ptr<Section>, std::string>> sections_;
};

}  // namespace whatsflow::analytics::pages
