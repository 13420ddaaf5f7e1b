/// \file
/// Where days begin and end, when the time zone they are cut by may have been changed.
///
///     const DayGrid days{{{0, utc}, {since, colombo}}};
///     days.at(instant);   // {from, to}
///
/// A change takes hold at an instant: the day before it ends there, whatever its length.
#pragma once

#include "time_zone.hpp"

#include <utility>
#include <vector>

namespace whatsflow::analytics {

/// [from, to), instants.
struct Day {
    std::int64_t from = 0, to = 0;
    bool holds(std::int64_t at) const { return at >= from && at < to; }
    auto operator<=>(const Day&) const = default;
};

class DayGrid {
public:
    struct Rule {
        std::int64_t since = 0;
        TimeZone zone;
    };

    /// By `since`; the first holds for all time before, too. Without any: UTC.
    explicit DayGrid(std::vector<Rule> rules = {});
    explicit DayGrid(TimeZone zone) : DayGrid(std::vector{Rule{0, std::move(zone)}}) {}

    Day at(std::int64_t instant) const;
    /// The zone at an instant.
    const TimeZone& zone(std::int64_t instant) const { return rules_[rule_at(instant)].zone; }

private:
    std::size_t rule_at(std::int64_t instant) const;

    std::vector<Rule> rules_;
};

/// Days of instants one after another, mostly of the same day.
class DayFinder {
public:
    explicit DayFinder(const DayGrid& days) : days_(days) {}
    const Day& at(std::int64_t instant) {
        if (!last_.holds(instant)) last_ = days_.at(instant);
        return last_;
    }

private:
    const DayGrid& days_;
    Day last_;
};

}  // namespace whatsflow::analytics
