/// \file
/// Which events a tenant may receive, under which name, and which facts of each.
///
/// The names and fields here are promised to receivers; what an event is called inside may
/// change. An event is read as JSON, so nobody's headers are needed.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::app {

struct WebhookEvent {
    std::string_view name;    ///< as receivers see it: `member.joined`
    std::string_view source;  ///< `accounts.member_joined/1`
    std::vector<std::string_view> fields;
};

const std::vector<WebhookEvent>& webhook_events();
const WebhookEvent* find_webhook_event(std::string_view name);

/// Sent by the button of the page, to try an endpoint.
inline constexpr std::string_view kTestEvent = "webhook.test";

/// `{"type", "timestamp", "data"}` as text: what is signed and sent, byte for byte.
std::string webhook_payload(std::string_view name, const std::string& timestamp, nlohmann::json data);

/// The promised fields of an event, nothing else.
nlohmann::json promised_fields(const WebhookEvent& event, const nlohmann::json& all);

}  // namespace whatsflow::app
