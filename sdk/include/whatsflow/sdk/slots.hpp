/// \file
/// Slots: places in another plugin's pages that any plugin may fill.
///
/// The frame plugins (landing site, tenant app, admin panel) own the layout and offer
/// versioned slots; others contribute to them without knowing who draws them. A
/// contribution is data, plus a function where something is computed per request.
///
///     host.contribute(NavigationEntry{Site::admin, "money", "Coupons", "ticket-percent",
///                                     "/coupons", "billing.coupons.read", 40});
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

struct SlotId {
    std::string_view name;
    unsigned revision = 1;

    std::string text() const { return std::string(name) + "/" + std::to_string(revision); }
};

/// What crosses the plugin line: the typed slots below convert to and from it.
struct Contribution {
    std::string slot;    ///< `whatsflow.slot.navigation/1`
    Site site = Site::app;
    std::string key;     ///< unique within slot and plugin
    int order = 100;     ///< lower comes first; ties by plugin id, then key
    std::string permission = "public";  ///< whom it is shown to
    nlohmann::json data = nlohmann::json::object();
    /// [pool-thread] Null for contributions that are data only.
    std::function<Result<View>(const Request&)> render;
    std::string plugin;  ///< filled by the host
};

/// An entry in a site's navigation.
struct NavigationEntry {
    static constexpr SlotId kSlot{"whatsflow.slot.navigation", 1};
    Site site;
    std::string section;  ///< `main`, `money`, `platform`, `footer`
    std::string label;    ///< key of a text, shown as it is when there is none
    std::string icon;     ///< name of a lucide icon
    std::string path;
    std::string permission;
    int order = 100;

    Contribution to_contribution() const;
    static NavigationEntry from(const Contribution& contribution);
};

/// A card on the first page of the app or the admin panel.
struct DashboardCard {
    static constexpr SlotId kSlot{"whatsflow.slot.dashboard_card", 1};
    enum class Width { third, half, full };
    Site site;
    std::string key;
    std::string title;
    Width width = Width::third;
    std::string permission;
    int order = 100;
    std::function<Result<View>(const Request&)> render;

    Contribution to_contribution() const;
};

/// A section of a site's settings page.
struct SettingsSection {
    static constexpr SlotId kSlot{"whatsflow.slot.settings_section", 1};
    Site site;
    std::string key;
    std::string title;
    std::string permission;
    int order = 100;
    std::function<Result<View>(const Request&)> render;

    Contribution to_contribution() const;
};

/// A line above the page's content, such as "Your trial ends tomorrow".
struct PageBanner {
    static constexpr SlotId kSlot{"whatsflow.slot.page_banner", 1};
    Site site;
    std::string key;
    std::string permission;
    int order = 100;
    /// Returns an empty view name when there is nothing to say.
    std::function<Result<View>(const Request&)> render;

    Contribution to_contribution() const;
};

/// A script a page loads, such as an analytics tracker. It runs only after the visitor
/// agreed to its category, unless the category is `necessary`. `origins` are added to the
/// page's content security policy, for scripts and connections.
struct PageScript {
    static constexpr SlotId kSlot{"whatsflow.slot.page_script", 1};
    Site site;
    std::string key;
    std::string source;    ///< path on the site or an https URL
    std::string category;  ///< `necessary`, `analytics`, `marketing`
    std::vector<std::string> origins;
    std::vector<std::pair<std::string, std::string>> attributes;  ///< `data-…` only
    int order = 100;

    Contribution to_contribution() const;
    static PageScript from(const Contribution& contribution);
};

}  // namespace whatsflow::sdk
