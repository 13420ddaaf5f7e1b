#include "staff_parts.hpp"

#include "checks.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestReason = 300;
constexpr int kShownActivity = 30;

/// `team.member_invited` as words; of another plugin's action the name is made readable.
std::string action_text(const Office& office, const std::string& locale, const std::string& action) {
    auto key = action;
    std::ranges::replace(key, '.', '_');
    auto readable = action;
    std::ranges::replace(readable, '_', ' ');
    if (const auto dot = readable.find('.'); dot != std::string::npos) readable.replace(dot, 1, ": ");
    return office.text_or(locale, "actions." + key, readable);
}

}  // namespace

json cell(const std::string& text, const json& more) {
    json made{{"text", text}};
    for (const auto* name : {"cell_path", "is_row_link", "cell_sub", "cell_status", "is_number", "is_code", "is_muted",
                             "cell_at", "cell_initials"})
        made[name] = false;
    made.update(more);
    return made;
}

json instant_cell(std::int64_t micros, const std::string& when_never) {
    return micros == 0 ? cell(when_never, {{"is_muted", true}}) : cell("", {{"cell_at", micros}});
}

json column(const std::string& label, const std::string& path, const ListWish& wish, const Ordering* ordering) {
    json made{{"label", label}, {"sort_path", false}, {"is_up", false}, {"is_down", false}, {"is_number", false}};
    // A search comes in the order of its words.
    if (!ordering || !wish.q.empty()) return made;
    const bool current = std::string_view(wish.ordering.name) == ordering->name;
    made["sort_path"] = wish.address(path, *ordering, current ? !wish.down : ordering->down_first, "");
    made["is_up"] = current && !wish.down;
    made["is_down"] = current && wish.down;
    return made;
}

std::string initials_of(std::string_view name) {
    std::string initials;
    bool begins = true;
    for (std::size_t at = 0; at < name.size() && characters(initials) < 2; ++at) {
        const auto c = static_cast<unsigned char>(name[at]);
        if (c == ' ') {
            begins = true;
        } else if (begins) {
            const std::size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
            initials += name.substr(at, length);
            begins = false;
        }
    }
    return initials.empty() ? "?" : initials;
}

json confirmation(const Office& office, const sdk::Request& request, const Confirmation& what) {
    return {{"confirm_id", what.id},
            {"confirm_title", office.text(request.locale, what.key + "_title")},
            {"confirm_text", office.text(request.locale, what.key + "_text")},
            {"confirm_label", office.text(request.locale, what.key)},
            {"confirm_path", what.path},
            {"csrf_token", request.csrf_token},
            {"is_danger", what.is_danger},
            {"asks_reason", what.asks_reason},
            {"typed", what.typed.empty() ? json(false) : json(what.typed)},
            {"hidden", json::array()}};
}

json changed_fields(const Office& office, const sdk::Request& request, const json& stored, const json& typed,
                    const std::string& name_label) {
    json changes = json::array();
    for (const auto& [name, value] : typed.items())
        if (stored[name] != value)
            changes.push_back({{"field", office.text(request.locale, "fields." + (name == "name" ? name_label : name))},
                               {"before", stored[name]},
                               {"after", value}});
    return changes;
}

json fact(const std::string& term, const std::string& value, const json& more) {
    json made{{"term", term},         {"value", value},   {"fact_path", false},
              {"fact_status", false}, {"is_code", false}, {"is_copied", false}};
    made["fact_at"] = false;
    made.update(more);
    return made;
}

json moment(const std::string& term, std::int64_t micros) {
    return fact(term, "", {{"fact_at", micros}});
}

json activity_of(const Office& office, const sdk::Request& request, const sdk::AuditTrail::Filter& filter) {
    json entries = json::array();
    const auto trail = sdk::find_service<sdk::AuditTrail>(office.host());
    if (!trail) return entries;
    const auto page = trail.call(&sdk::AuditTrail::entries, request.context, filter,
                                 sdk::ListWindow{.after = {}, .limit = kShownActivity});
    if (!page) return entries;
    for (const auto& row : page->rows) {
        const auto reason = row.value("reason", "");
        entries.push_back({{"icon", "history"},
                           {"who", row.value("actor_label", "")},
                           {"text", action_text(office, request.locale, row.value("action", ""))},
                           {"at", row.value("at", std::int64_t{0})},
                           {"detail", reason.empty() ? json(false) : json(reason)},
                           {"entry_path", false}});
    }
    return entries;
}

json panels_of(const Office& office, const sdk::Request& request, std::string_view subject) {
    json panels = json::array();
    for (const auto& panel : office.host().contributions(sdk::DetailPanel::kSlot, sdk::Site::admin)) {
        if (panel.data.value("subject", "") != subject || !panel.render) continue;
        if (panel.permission != "public" && !request.identity->may(panel.permission)) continue;
        auto view = panel.render(request);
        if (!view || view->name.empty()) continue;
        view->model["csrf_token"] = request.csrf_token;
        view->model["reader_time_zone"] = request.identity->time_zone;
        const auto drawn = office.host().render(*view, sdk::Site::admin, request.locale);
        if (!drawn) {
            office.host().log().warn("a panel was left out",
                                     {{"plugin", panel.plugin}, {"why", drawn.error().message}});
            continue;
        }
        panels.push_back({{"title", office.host().translate(request.locale, panel.data.value("title", ""))},
                          {"panel_html", *drawn}});
    }
    return panels;
}

sdk::Result<void> audit_staff(const Office& office, sdk::SqlExecutor& where, const sdk::Request& request,
                              sdk::AuditEntry entry) {
    return office.host().audit().append(where, request.context, sdk::actor_of(request), entry);
}

std::string reason_in(const sdk::Fields& form) {
    auto reason = tidy(form.get("reason"));
    return characters(reason) <= kLongestReason ? reason : std::string{};
}

sdk::Response reason_needed(const Office& office, const sdk::Request& request) {
    return sdk::problem(422, "accounts.reason_required", office.text(request.locale, "errors.reason_required"));
}

}  // namespace whatsflow::accounts
