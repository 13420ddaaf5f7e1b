#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::sdk {
namespace {

/// The slots that are drawn per request differ in name and little else.
template <class Slot>
Contribution drawn(const Slot& slot, nlohmann::json data) {
    return Contribution{.slot = Slot::kSlot.text(),
                        .site = slot.site,
                        .key = slot.key,
                        .order = slot.order,
                        .permission = slot.permission,
                        .data = std::move(data),
                        .render = slot.render,
                        .plugin = {}};
}

}  // namespace

Contribution NavigationEntry::to_contribution() const {
    return Contribution{.slot = kSlot.text(),
                        .site = site,
                        .key = path,
                        .order = order,
                        .permission = permission,
                        .data = {{"section", section}, {"label", label}, {"icon", icon}, {"path", path}},
                        .render = {},
                        .plugin = {}};
}

NavigationEntry NavigationEntry::from(const Contribution& contribution) {
    const auto& data = contribution.data;
    return NavigationEntry{contribution.site,
                           data.value("section", ""),
                           data.value("label", ""),
                           data.value("icon", ""),
                           data.value("path", ""),
                           contribution.permission,
                           contribution.order};
}

Contribution DashboardCard::to_contribution() const {
    static constexpr const char* kWidths[] = {"third", "half", "full"};
    return drawn(*this, {{"title", title}, {"width", kWidths[static_cast<std::size_t>(width)]}});
}

Contribution SettingsSection::to_contribution() const { return drawn(*this, {{"title", title}}); }

Contribution PageBanner::to_contribution() const { return drawn(*this, nlohmann::json::object()); }

Contribution PermissionDefinition::to_contribution() const {
    return Contribution{.slot = kSlot.text(),
                        .site = site,
                        .key = name,
                        .order = 100,
                        .permission = "public",
                        .data = {{"title", title}, {"roles", roles}, {"when_suspended", when_suspended}},
                        .render = {},
                        .plugin = {}};
}

PermissionDefinition PermissionDefinition::from(const Contribution& contribution) {
    const auto& data = contribution.data;
    return PermissionDefinition{contribution.site, contribution.key, data.value("title", ""),
                                data.value("roles", std::vector<std::string>{}), data.value("when_suspended", false)};
}

Contribution FirstStep::to_contribution() const { return drawn(*this, {{"title", title}, {"path", path}}); }

Contribution DetailPanel::to_contribution() const { return drawn(*this, {{"title", title}, {"subject", subject}}); }

Contribution SearchSource::to_contribution() const { return drawn(*this, {{"title", title}}); }

Contribution FirstLogin::to_contribution() const {
    return Contribution{.slot = kSlot.text(),
                        .site = site,
                        .key = key,
                        .order = 100,
                        .permission = "loopback",  // for the server itself
                        .data = nlohmann::json::object(),
                        .render = render,
                        .plugin = {}};
}

Contribution PageScript::to_contribution() const {
    nlohmann::json data{{"source", source}, {"category", category}, {"origins", origins}};
    auto& list = data["attributes"] = nlohmann::json::array();
    for (const auto& [name, value] : attributes) list.push_back({{"name", name}, {"value", value}});
    return Contribution{.slot = kSlot.text(),
                        .site = site,
                        .key = key,
                        .order = order,
                        .permission = "public",
                        .data = std::move(data),
                        .render = {},
                        .plugin = {}};
}

PageScript PageScript::from(const Contribution& contribution) {
    const auto& data = contribution.data;
    PageScript script{contribution.site,
                      contribution.key,
                      data.value("source", ""),
                      data.value("category", "analytics"),
                      data.value("origins", std::vector<std::string>{}),
                      {},
                      contribution.order};
    for (const auto& attribute : data.value("attributes", nlohmann::json::array()))
        script.attributes.emplace_back(attribute.value("name", ""), attribute.value("value", ""));
    return script;
}

}  // namespace whatsflow::sdk
