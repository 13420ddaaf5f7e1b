#include "time/time_zones.hpp"

#include <date/tz.h>

#include <string>

namespace whatsflow::time {

std::optional<sdk::Instant> wall_clock(sdk::Instant instant, std::string_view zone) {
    if (zone.empty()) return std::nullopt;
    try {
        const auto* known = date::locate_zone(std::string(zone));
        const auto whole = std::chrono::floor<std::chrono::seconds>(instant);
        return instant + known->get_info(whole).offset;
    } catch (const std::exception&) {
        return std::nullopt;  // no such zone
    }
}

}  // namespace whatsflow::time
