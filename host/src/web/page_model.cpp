#include "web/page_model.hpp"

#include "web/spoken.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>

namespace whatsflow::web {
namespace {

using nlohmann::json;

/// The first whole character of a word.
std::string first_character(std::string_view word) {
    std::size_t end = 1;
    while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U) ++end;
    std::string character(word.substr(0, end));
    if (character.size() == 1) character[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(character[0])));
    return character;
}

}  // namespace

std::string initials_of(const sdk::Identity& identity) {
    const std::string& name = identity.name.empty() ? identity.email : identity.name;
    std::vector<std::string_view> words;
    for (std::size_t at = name.find_first_not_of(' '); at != std::string::npos;) {
        const auto end = std::min(name.find(' ', at), name.size());
        words.push_back(std::string_view(name).substr(at, end - at));
        at = name.find_first_not_of(' ', end);
    }
    if (words.empty()) return "";
    return words.size() == 1 ? first_character(words.front())
                             : first_character(words.front()) + first_character(words.back());
}

PageFrame PageModel::around(const json& model, const PageFacts& facts) const {
    PageFrame around;
    if (const auto* origins = model.is_object() && model.contains("form_origins") ? &model["form_origins"] : nullptr;
        origins && origins->is_array())
        for (const auto& origin : *origins)
            if (origin.is_string()) around.origins.forms.push_back(origin.get<std::string>());

    json page{{"request_id", facts.request_id},   {"csrf_token", facts.csrf_token},
              {"locale", facts.locale},           {"path", facts.path},
              {"site", sdk::to_text(facts.site)}, {"year", year()}};
    if (!model.contains("canonical_url")) {
        const auto& base = sites_.url(facts.site);
        page["canonical_url"] = facts.path == "/" ? base + "/" : base + facts.path;
    }
    add_identity(page, facts);
    add_banners(page, facts);
    add_scripts(page, facts, around.origins);
    add_live_updates(page, facts, around.origins);
    around.frame = {navigation_.shown_to({facts.site, facts.locale, facts.path, facts.identity}),
                    std::make_shared<const json>(std::move(page))};
    return around;
}

void PageModel::add_identity(json& page, const PageFacts& facts) const {
    page["identity"] = nullptr;
    page["reader_time_zone"] = nullptr;
    if (!facts.identity || facts.identity->kind == sdk::Identity::Kind::token) return;
    const auto& person = *facts.identity;
    if (!person.time_zone.empty()) page["reader_time_zone"] = person.time_zone;
    page["identity"] = {
        {"name", person.name},
        {"email", person.email},
        {"initials", initials_of(person)},
        {"role",
         person.role.empty() ? json(nullptr) : json(spoken(dependencies_.renderer, facts.locale, "role", person.role))},
        {"tenant_name", person.tenant_name},
        {"impersonated", !person.impersonator.empty()}};
}

std::shared_ptr<const std::vector<sdk::Contribution>> PageModel::contributed_to(const sdk::SlotId& slot,
                                                                                sdk::Site site) const {
    static const auto nothing = std::make_shared<const std::vector<sdk::Contribution>>();
    return dependencies_.contributions ? dependencies_.contributions(slot, site) : nothing;
}

int PageModel::year() const {
    const auto day = std::chrono::floor<std::chrono::days>(dependencies_.clock.now());
    return static_cast<int>(std::chrono::year_month_day{day}.year());
}

void PageModel::add_banners(json& page, const PageFacts& facts) const {
    std::string html;
    if (facts.request && facts.identity) {
        const auto banners = contributed_to(sdk::PageBanner::kSlot, facts.site);
        for (const auto& banner : *banners)
            if (banner.render && may_see(banner.permission, facts.identity)) html += draw(banner, facts);
    }
    page["banners_html"] = std::move(html);
}

/// A banner that cannot be drawn is left out: the page is worth more.
std::string PageModel::draw(const sdk::Contribution& banner, const PageFacts& facts) const {
    const auto failed = [&](const std::string& code) {
        dependencies_.log.warn(
            "a banner could not be drawn",
            {{"request_id", facts.request_id}, {"plugin", banner.plugin}, {"banner", banner.key}, {"code", code}});
        return std::string();
    };
    try {
        auto view = banner.render(*facts.request);
        if (!view) return failed(view.error().code);
        if (view->name.empty()) return {};
        view->model["csrf_token"] = facts.csrf_token;
        auto html = dependencies_.renderer.render(
            *view, {.site = facts.site, .locale = facts.locale, .extent = views::Extent::part, .frame = {}});
        return html ? *html : failed(html.error().code);
    } catch (const std::exception& exception) {
        return failed(exception.what());
    }
}

void PageModel::add_scripts(json& page, const PageFacts& facts, PageOrigins& origins) const {
    auto scripts = json::array();
    const auto contributed = contributed_to(sdk::PageScript::kSlot, facts.site);
    for (const auto& contribution : *contributed) {
        const auto script = sdk::PageScript::from(contribution);
        auto attributes = json::array();
        for (const auto& [name, value] : script.attributes)
            if (name.starts_with("data-")) attributes.push_back({{"name", name}, {"value", value}});
        scripts.push_back(
            {{"source", script.source}, {"category", script.category}, {"attributes", std::move(attributes)}});
        origins.scripts.insert(origins.scripts.end(), script.origins.begin(), script.origins.end());
    }
    page["page_scripts"] = std::move(scripts);
}

/// Only people who are signed in have something to hear.
void PageModel::add_live_updates(json& page, const PageFacts& facts, PageOrigins& origins) const {
    if (!facts.identity || !dependencies_.live) return;
    auto live = dependencies_.live(facts.site);
    if (live.address.empty()) return;
    page["live_address"] = std::move(live.address);
    origins.sockets = std::move(live.origins);
}

}  // namespace whatsflow::web
