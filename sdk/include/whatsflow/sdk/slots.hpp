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

/// A permission that routes of a plugin ask for, and who has it to begin with. A permission
/// that nobody defined is held by nobody.
struct PermissionDefinition {
    static constexpr SlotId kSlot{"whatsflow.slot.permission", 1};
    Site site;                       ///< app: roles of tenants; admin: staff roles; api: scopes of tokens
    std::string name;                ///< `team.manage`; for api the scope itself, `billing:read`
    std::string title;               ///< key of a text
    std::vector<std::string> roles;  ///< `owner`, `admin`, `agent`, `viewer`; `super_admin`, …
    bool when_suspended = false;     ///< also while the tenant is suspended

    Contribution to_contribution() const;
    static PermissionDefinition from(const Contribution& contribution);
};

/// A step of the checklist that new tenants see on their first page.
struct FirstStep {
    static constexpr SlotId kSlot{"whatsflow.slot.first_step", 1};
    Site site;
    std::string key;
    std::string title;
    std::string path;
    std::string permission;
    int order = 100;
    /// The view's model has `{"done": bool}`; its name is not looked at.
    std::function<Result<View>(const Request&)> render;

    Contribution to_contribution() const;
};

/// A part of the page of one tenant, user or other subject in the admin panel. The request's
/// parameter `id` says which.
struct DetailPanel {
    static constexpr SlotId kSlot{"whatsflow.slot.detail_panel", 1};
    Site site;
    std::string subject;  ///< `tenant`, `user`
    std::string key;
    std::string title;
    std::string permission;
    int order = 100;
    std::function<Result<View>(const Request&)> render;

    Contribution to_contribution() const;
};

/// Finds things for the search box: the request's query `q` is what was typed. The model is
/// `{"results": [{"title", "text", "path", "icon"}]}`, at most ten.
struct SearchSource {
    static constexpr SlotId kSlot{"whatsflow.slot.search_source", 1};
    Site site;
    std::string key;
    std::string title;
    std::string permission;
    int order = 100;
    std::function<Result<View>(const Request&)> render;

    Contribution to_contribution() const;
};

/// The login that a fresh installation begins with. The server asks for it once, when it has
/// started, and shows it beside the addresses; whoever provides it makes the account then, so
/// that no other command uses up the one chance to see the password. The model is `{"email",
/// "password", "note"}`, password and note may be null; no view name: there is nothing to show.
struct FirstLogin {
    static constexpr SlotId kSlot{"whatsflow.slot.first_login", 1};
    Site site;
    std::string key;
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
