#include "time_zone.hpp"

#include "event_time.hpp"

#include <date/tz.h>

namespace whatsflow::analytics {
namespace {

using Seconds = std::chrono::seconds;

std::int64_t floored_day(std::int64_t at) {
    return (at >= 0 ? at : at - kDay + 1) / kDay;
}

}  // namespace

std::optional<TimeZone> TimeZone::named(const std::string& name) {
    TimeZone zone;
    if (name.empty() || name == "UTC") return zone;
    try {
        zone.zone_ = date::locate_zone(name);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    zone.name_ = name;
    return zone;
}

std::int64_t TimeZone::wall(std::int64_t at) const {
    if (!zone_) return at;
    const auto whole = std::chrono::floor<Seconds>(sdk::from_micros(at));
    return at + zone_->get_info(whole).offset.count() * kSecond;
}

std::int64_t TimeZone::day_of(std::int64_t at) const {
    const auto day = floored_day(wall(at));
    // Where the clock is put back over midnight, the day that has begun goes on.
    return zone_ && start_of(day + 1) <= at ? day + 1 : day;
}

std::int64_t TimeZone::start_of(std::int64_t day) const {
    if (!zone_) return day * kDay;
    const date::local_seconds midnight{Seconds{day * (kDay / kSecond)}};
    return zone_->to_sys(midnight, date::choose::earliest).time_since_epoch().count() * kSecond;
}

std::string TimeZone::date(std::int64_t at) const {
    return day_text(day_of(at) * kDay);
}

std::string TimeZone::clock(std::int64_t at) const {
    return sdk::to_rfc3339(sdk::from_micros(wall(at))).substr(11, 8);
}

}  // namespace whatsflow::analytics
