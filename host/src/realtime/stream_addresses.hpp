/// \file
/// Addresses of event streams: signed, so that who has one may listen to its topic, for a day or two.
///
///     addresses.of("flags.production", now)   // https://api.example.com/streams/flags.production?until=…&key=…
///
/// Every node makes the same one of the installation's key. Immutable. [thread-safe]
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::realtime {

inline constexpr std::string_view kStreamsPath = "/streams/";
/// The gateway's channel for a topic begins so.
inline constexpr std::string_view kStreamChannel = "stream:";

[[nodiscard]] bool is_topic(std::string_view text);

class StreamAddresses {
public:
    /// `origin` is where strangers reach the gateway: `https://api.example.com`.
    StreamAddresses(std::string origin, std::string key) : origin_(std::move(origin)), key_(std::move(key)) {}

    [[nodiscard]] std::string of(std::string_view topic, sdk::Instant now) const;
    /// Until when an address may be listened to, in seconds since 1970; nothing when it is not ours or over.
    [[nodiscard]] std::optional<std::int64_t> good_until(std::string_view topic, std::string_view until,
                                                         std::string_view key, sdk::Instant now) const;

private:
    [[nodiscard]] std::string signature(std::string_view topic, std::string_view until) const;

    std::string origin_;
    std::string key_;
};

}  // namespace whatsflow::realtime
