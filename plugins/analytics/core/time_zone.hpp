/// \file
/// Days of the calendar as people somewhere live them: they begin at the midnight of a time zone, and two
/// days a year may last 23 or 25 hours.
///
///     const auto colombo = TimeZone::named("Asia/Colombo");
///     colombo->date(at);                         // 2026-11-27
///     colombo->start_of(colombo->day_of(at));    // the instant of that day's midnight
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace date {
class time_zone;
}

namespace whatsflow::analytics {

class TimeZone {
public:
    TimeZone() = default;  ///< UTC
    /// By its IANA name; empty: UTC. Nothing for a zone that nobody knows.
    static std::optional<TimeZone> named(const std::string& name);

    const std::string& name() const { return name_; }
    /// The day of the calendar at an instant, as days since 1970-01-01.
    std::int64_t day_of(std::int64_t at) const;
    /// The instant at which a day of the calendar begins. Where the clock skips midnight it is the first after.
    std::int64_t start_of(std::int64_t day) const;
    /// `2026-11-27` and `18:30:05`, as the clock on the wall shows them.
    std::string date(std::int64_t at) const;
    std::string clock(std::int64_t at) const;

private:
    std::int64_t wall(std::int64_t at) const;

    std::string name_ = "UTC";
    const ::date::time_zone* zone_ = nullptr;  ///< of the library, for ever
};

}  // namespace whatsflow::analytics
