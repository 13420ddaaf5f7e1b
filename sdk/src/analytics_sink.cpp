#include <whatsflow/sdk/analytics_sink.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>

namespace whatsflow::sdk {

AnalyticsDelivery AnalyticsDelivery::delivered(std::vector<AnalyticsRejection> rejected) {
    return {Outcome::delivered, std::move(rejected), std::nullopt, {}};
}

AnalyticsDelivery AnalyticsDelivery::retry(std::string message, std::optional<Milliseconds> after) {
    return {Outcome::retry, {}, after, std::move(message)};
}

AnalyticsDelivery AnalyticsDelivery::refused(std::string message) {
    return {Outcome::refused, {}, std::nullopt, std::move(message)};
}

Result<AnalyticsDelivery> AnalyticsSink::erase(const CallContext&, const AnalyticsErasure&) {
    return AnalyticsDelivery::refused("This destination cannot erase by program; do it by hand.");
}

std::optional<Milliseconds> read_retry_after(std::string_view value, Instant now) {
    using namespace std::chrono_literals;
    constexpr Milliseconds kLongest = 24h;
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    if (value.empty()) return std::nullopt;

    if (value.front() >= '0' && value.front() <= '9') {
        std::int64_t seconds = 0;
        const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), seconds);
        if (end != value.data() + value.size()) return std::nullopt;
        if (failure == std::errc::result_out_of_range || seconds > 24 * 60 * 60) return kLongest;
        return Milliseconds{seconds * 1000};
    }
    std::tm parts{};
    const std::string text(value);
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    const Instant until = std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::from_time_t(::timegm(&parts)));
    return std::clamp(std::chrono::duration_cast<Milliseconds>(until - now), Milliseconds{0}, kLongest);
}

}  // namespace whatsflow::sdk
