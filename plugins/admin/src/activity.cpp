#include "activity.hpp"

#include "moment.hpp"
#include "row_text.hpp"

#include <set>

namespace whatsflow::admin {
namespace {

using nlohmann::json;

std::string shown(const json& value) {
    if (value.is_null()) return "–";
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

const char* icon_of_action(const std::string& action) {
    if (action.find("sign") != std::string::npos) return "key-round";
    if (action.starts_with("staff.") || action.starts_with("team.")) return "users";
    if (action.starts_with("plugin.")) return "plug";
    if (action.starts_with("billing.")) return "credit-card";
    return "activity";
}

}  // namespace

ActorName actor_name(const std::string& label) {
    const auto mail = label.find(" <");
    if (mail == std::string::npos || mail == 0 || label.back() != '>') return {label};
    return {label.substr(0, mail), label.substr(mail + 2, label.size() - mail - 3)};
}

std::string action_text(const std::string& action, const Words& words) {
    std::string spoken;
    for (const char c : action)
        spoken += c == '_' ? std::string(" ") : c == '.' ? std::string(": ") : std::string(1, c);
    if (!spoken.empty() && spoken[0] >= 'a' && spoken[0] <= 'z') spoken[0] = static_cast<char>(spoken[0] - 32);
    return words.maybe("actions." + action, spoken);
}

json changes_of(const json& before, const json& after) {
    auto changes = json::array();
    if (!before.is_object() && !after.is_object()) {
        if (!before.is_null() || !after.is_null())
            changes.push_back({{"field", ""}, {"before", shown(before)}, {"after", shown(after)}});
        return changes;
    }
    std::set<std::string> names;
    for (const auto* side : {&before, &after})
        if (side->is_object())
            for (const auto& [name, value] : side->items()) names.insert(name);
    const auto of = [](const json& side, const std::string& name) {
        return side.is_object() && side.contains(name) ? side[name] : json(nullptr);
    };
    for (const auto& name : names)
        changes.push_back({{"field", name}, {"before", shown(of(before, name))}, {"after", shown(of(after, name))}});
    return changes;
}

json recent_activity(Panel& panel, const sdk::Request& request, const sdk::AuditTrail::Filter& filter, int limit) {
    const Words words(panel.host, request.locale);
    const auto page = sdk::find_service<sdk::AuditTrail>(panel.host)
                          .call(&sdk::AuditTrail::entries, sdk::across_tenants(request.context, "admin.activity"),
                                filter, sdk::ListWindow{{}, limit});
    if (!page) return nullptr;
    auto entries = json::array();
    for (const auto& row : page->rows) {
        const auto action = text_of(row, "action");
        // Whoever did it to themselves is not named twice.
        const bool own = !text_of(row, "actor_id").empty() && text_of(row, "actor_id") == text_of(row, "subject_id");
        const auto subject = own ? std::string() : actor_name(text_of(row, "subject_label")).name;
        const auto reason = text_of(row, "reason");
        entries.push_back({{"icon", icon_of_action(action)},
                           {"who", actor_name(text_of(row, "actor_label")).name},
                           {"text", action_text(action, words) + (subject.empty() ? "" : ": " + subject)},
                           {"at", micros_of(row.value("at", json(nullptr)))},
                           {"detail", reason.empty() ? json(nullptr) : json(reason)},
                           {"entry_path", "/activity/" + text_of(row, "id")}});
    }
    const bool any = !entries.empty();
    return {{"entries", std::move(entries)}, {"has_entries", any}};
}

}  // namespace whatsflow::admin
