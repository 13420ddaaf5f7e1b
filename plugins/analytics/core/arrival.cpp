#include "arrival.hpp"

#include "hex_digit.hpp"
#include "web_address.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

std::optional<std::string> uuid_bytes(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < 36;) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i++] != '-') return std::nullopt;
            continue;
        }
        const int byte = hex_byte(text[i], text[i + 1]);
        if (byte < 0) return std::nullopt;
        bytes += static_cast<char>(byte);
        i += 2;
    }
    return bytes;
}

}  // namespace

std::int64_t pseudonym_of_today(const Arrival& arrival, std::string_view user_agent) {
    return static_cast<std::int64_t>(
        keyed_hash(arrival.of_today, {user_agent, network_of(arrival.address), arrival.site_id}));
}

std::int64_t pseudonym_of(const Arrival& arrival, std::string_view person) {
    return static_cast<std::int64_t>(keyed_hash(arrival.lasting, {arrival.site_id, "\x1f", person}));
}

void put_client(Event& event, std::string_view user_agent) {
    auto client = client_of(user_agent);
    event.browser = std::move(client.browser);
    event.system = std::move(client.system);
    event.device = std::move(client.device);
}

std::string make_event_id() {
    return *uuid_bytes(sdk::make_uuid());
}

std::string event_id_of(std::string_view text) {
    if (auto bytes = uuid_bytes(text)) return std::move(*bytes);
    static constexpr HashKey kFixed{'w', 'h', 'a', 't', 's', 'f', 'l', 'o', 'w', '-', 'e', 'v', 'e', 'n', 't', 's'};
    return keyed_digest(kFixed, text);
}

std::string uuid_text(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += kDigits[static_cast<unsigned char>(bytes[i]) >> 4];
        text += kDigits[static_cast<unsigned char>(bytes[i]) & 15];
    }
    return text;
}

sdk::Result<std::string> kept_properties(json properties) {
    for (const char* key : {"$ip", "token", "api_key", "distinct_id", "$raw_user_agent", "$user_agent"})
        properties.erase(key);
    for (const char* key :
         {"$current_url", "$referrer", "$initial_current_url", "$initial_referrer", "$prev_pageview_url"})
        if (const auto found = properties.find(key); found != properties.end() && found->is_string())
            *found = scrubbed(found->get_ref<const std::string&>());
    auto text = properties.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > longest::kProperties)
        return sdk::fail("analytics.too_large", "The properties of one event have more than 60,000 bytes.");
    return text;
}

std::string scalar_text(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number()) return found->dump();
    return {};
}

}  // namespace whatsflow::analytics
