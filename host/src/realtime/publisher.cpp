#include "realtime/publisher.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::realtime {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == ':';
    });
}

/// `user:ID`, `tenant:ID`, `staff`, `staff:ID`.
bool is_channel(std::string_view channel) {
    if (channel == "staff") return true;
    constexpr std::array<std::string_view, 3> kKinds{"user:", "tenant:", "staff:"};
    return is_name(channel) && std::ranges::any_of(kKinds, [&](std::string_view kind) {
               return channel.starts_with(kind) && channel.size() > kind.size();
           });
}

}  // namespace

sdk::Result<void> Publisher::publish(const sdk::RealtimeMessage& message) {
    if (!is_channel(message.channel))
        return sdk::fail("realtime.bad_channel",
                         "A channel is user:ID, tenant:ID, staff or staff:ID, not '" + message.channel + "'.");
    if (!is_name(message.event))
        return sdk::fail("realtime.bad_event", "An event is named with letters, digits, '.', '_', ':' and '-'.");
    const auto replace = nlohmann::json::error_handler_t::replace;
    const auto data = message.data.dump(-1, ' ', false, replace);
    if (data.size() > kMostData)
        return sdk::fail("realtime.too_large", "A live update holds at most 16 KiB; send where to look instead.");
    // Both names are of plain characters, so the text needs no escaping.
    signals_.publish(kTopic, message.channel + "\n{\"channel\":\"" + message.channel + "\",\"event\":\"" +
                                 message.event + "\",\"data\":" + data + "}");
    return sdk::ok();
}

sdk::Registration hear(cluster::Signals& signals, Gateway& gateway) {
    return signals.subscribe(kTopic, [&gateway](const std::string& text) {
        const auto end = text.find('\n');
        if (end == std::string::npos) return;
        gateway.deliver(text.substr(0, end), std::string_view(text).substr(end + 1));
    });
}

}  // namespace whatsflow::realtime
