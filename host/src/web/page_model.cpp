#include "web/page_model.hpp"

#include <chrono>

namespace whatsflow::web {
namespace {

using nlohmann::json;

bool may_see(const std::string& permission, const sdk::Identity* identity) {
    return permission.empty() || permission == "public" || (identity && identity->may(permission));
}

/// `/users` is the current entry on `/users` and below it; `/` only on itself.
bool is_current(const std::string& entry, const std::string& path) {
    return path == entry || (entry != "/" && path.starts_with(entry) && path[entry.size()] == '/');
}

}  // namespace

PageOrigins PageModel::complete(json& model, const PageFacts& facts) const {
    if (!model.is_object()) model = json::object();
    PageOrigins origins;
    if (const auto forms = model.find("form_origins"); forms != model.end() && forms->is_array())
        for (const auto& origin : *forms)
            if (origin.is_string()) origins.forms.push_back(origin.get<std::string>());

    model["request_id"] = facts.request_id;
    model["csrf_token"] = facts.csrf_token;
    model["locale"] = facts.locale;
    model["path"] = facts.path;
    model["site"] = sdk::to_text(facts.site);
    model["year"] = year();
    if (!model.contains("canonical_url")) {
        const auto& base = sites_.url(facts.site);
        model["canonical_url"] = facts.path == "/" ? base + "/" : base + facts.path;
    }
    add_navigation(model, facts);
    add_scripts(model, facts, origins);
    return origins;
}

int PageModel::year() const {
    const auto day = std::chrono::floor<std::chrono::days>(dependencies_.clock.now());
    return static_cast<int>(std::chrono::year_month_day{day}.year());
}

std::string PageModel::section_label(const std::string& locale, const std::string& section) const {
    const auto key = "theme.section." + section;
    auto label = dependencies_.renderer.translate(locale, key);
    if (label != key) return label;
    label = section;
    if (!label.empty() && label.front() >= 'a' && label.front() <= 'z') label.front() -= 'a' - 'A';
    return label;
}

void PageModel::add_navigation(json& model, const PageFacts& facts) const {
    auto main = json::array();
    auto sections = json::array();
    if (dependencies_.contributions) {
        for (const auto& contribution : dependencies_.contributions(sdk::NavigationEntry::kSlot, facts.site)) {
            if (!may_see(contribution.permission, facts.identity)) continue;
            const auto entry = sdk::NavigationEntry::from(contribution);
            const json shown{{"label", dependencies_.renderer.translate(facts.locale, entry.label)},
                             {"icon", entry.icon},
                             {"path", entry.path},
                             {"current", is_current(entry.path, facts.path)}};
            if (entry.section == "main") main.push_back(shown);
            auto section =
                std::ranges::find_if(sections, [&](const json& known) { return known["section"] == entry.section; });
            if (section == sections.end()) {
                sections.push_back({{"section", entry.section},
                                    {"label", section_label(facts.locale, entry.section)},
                                    {"entries", json::array()}});
                section = std::prev(sections.end());
            }
            (*section)["entries"].push_back(shown);
        }
    }
    model["navigation"] = std::move(main);
    model["navigation_sections"] = std::move(sections);
}

void PageModel::add_scripts(json& model, const PageFacts& facts, PageOrigins& origins) const {
    auto scripts = json::array();
    if (dependencies_.contributions) {
        for (const auto& contribution : dependencies_.contributions(sdk::PageScript::kSlot, facts.site)) {
            const auto script = sdk::PageScript::from(contribution);
            auto attributes = json::array();
            for (const auto& [name, value] : script.attributes)
                if (name.starts_with("data-")) attributes.push_back({{"name", name}, {"value", value}});
            scripts.push_back(
                {{"source", script.source}, {"category", script.category}, {"attributes", std::move(attributes)}});
            origins.scripts.insert(origins.scripts.end(), script.origins.begin(), script.origins.end());
        }
    }
    model["page_scripts"] = std::move(scripts);
}

}  // namespace whatsflow::web
