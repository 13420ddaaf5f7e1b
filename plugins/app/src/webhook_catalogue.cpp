#include "webhook_catalogue.hpp"

#include <algorithm>

namespace whatsflow::app {

const std::vector<WebhookEvent>& webhook_events() {
    static const std::vector<WebhookEvent> events{
        {"member.invited", "accounts.member_invited/1", {"invitation", "email", "role", "invited_by"}},
        {"member.joined", "accounts.member_joined/1", {"user", "role"}},
        {"member.role_changed", "accounts.member_role_changed/1", {"user", "before", "after"}},
        {"member.removed", "accounts.member_removed/1", {"user", "role"}},
        {"workspace.suspended", "accounts.tenant_suspended/1", {"reason"}},
        {"workspace.unsuspended", "accounts.tenant_unsuspended/1", {}},
    };
    return events;
}

const WebhookEvent* find_webhook_event(std::string_view name) {
    const auto& events = webhook_events();
    const auto found = std::ranges::find(events, name, &WebhookEvent::name);
    return found == events.end() ? nullptr : &*found;
}

std::string webhook_payload(std::string_view name, const std::string& timestamp, nlohmann::json data) {
    nlohmann::ordered_json payload;
    payload["type"] = name;
    payload["timestamp"] = timestamp;
    payload["data"] = std::move(data);
    return payload.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::json promised_fields(const WebhookEvent& event, const nlohmann::json& all) {
    auto data = nlohmann::json::object();
    for (const auto field : event.fields)
        if (const auto found = all.find(field); found != all.end()) data[std::string(field)] = *found;
    return data;
}

}  // namespace whatsflow::app
