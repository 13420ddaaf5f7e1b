#include "moment.hpp"

#include <cstdio>

namespace whatsflow::admin {
namespace {

std::optional<sdk::Instant> from_parts(int year, int month, int day, int hour, int minute, int second) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1970 || year > 9999 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60)
        return std::nullopt;
    return sdk::Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second};
}

}  // namespace

std::optional<sdk::Instant> instant_of(const nlohmann::json& value) {
    if (value.is_number_integer()) return sdk::from_micros(value.get<std::int64_t>());
    if (!value.is_string()) return std::nullopt;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (std::sscanf(value.get_ref<const std::string&>().c_str(), "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour,
                    &minute, &second) != 6)
        return std::nullopt;
    return from_parts(year, month, day, hour, minute, second);
}

nlohmann::json micros_of(const nlohmann::json& value) {
    const auto at = instant_of(value);
    return at ? nlohmann::json(sdk::to_micros(*at)) : nlohmann::json(nullptr);
}

std::optional<sdk::Instant> instant_from_field(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    const int read = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d", &year, &month, &day, &hour, &minute);
    if (read != 3 && read != 5) return std::nullopt;
    return from_parts(year, month, day, hour, minute, 0);
}

std::string field_from_instant(sdk::Instant at) {
    return sdk::to_rfc3339(at).substr(0, 16);
}

}  // namespace whatsflow::admin
