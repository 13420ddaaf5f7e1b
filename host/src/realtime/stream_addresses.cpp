#include "realtime/stream_addresses.hpp"

#include "security/digest.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::realtime {
namespace {

constexpr std::int64_t kDay = 86'400;

std::int64_t seconds_of(sdk::Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

bool is_topic(std::string_view text) {
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
}

std::string StreamAddresses::of(std::string_view topic, sdk::Instant now) const {
    // The end of the next day: whoever asks today gets the same.
    const auto until = std::to_string((seconds_of(now) / kDay + 2) * kDay);
    std::string address = origin_;
    address.append(kStreamsPath).append(topic).append("?until=").append(until).append("&key=");
    return address + signature(topic, until);
}

std::optional<std::int64_t> StreamAddresses::good_until(std::string_view topic, std::string_view until,
                                                        std::string_view key, sdk::Instant now) const {
    std::int64_t end = 0;
    const auto [rest, error] = std::from_chars(until.data(), until.data() + until.size(), end);
    if (error != std::errc{} || rest != until.data() + until.size() || end <= seconds_of(now)) return std::nullopt;
    if (!security::equal_in_constant_time(signature(topic, until), key)) return std::nullopt;
    return end;
}

std::string StreamAddresses::signature(std::string_view topic, std::string_view until) const {
    std::string message(topic);
    message.append(1, '\n').append(until);
    return security::to_base64url(security::hmac_sha256(key_, message).substr(0, 16));
}

}  // namespace whatsflow::realtime
