/// \file
/// Local dates, billing periods and anchors: all that billing knows of time.
///
/// A period is half-open, `[from, to)`. Billing counts local calendar days, so a change of
/// daylight-saving time never changes an amount. Boundaries are computed from the anchor, never
/// from the boundary before, so that they clamp to short months without drifting:
///
///     Anchor{2026, 1, 31}.boundary({IntervalUnit::month, 1}, 1);  // 2026-02-28
///     Anchor{2026, 1, 31}.boundary({IntervalUnit::month, 1}, 2);  // 2026-03-31
#pragma once

#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::billing {

/// A day of the calendar without a time zone, as days since 1970-01-01 (that is also how
/// databases keep it: BIGINT or INT, comparable).
struct LocalDate {
    std::int32_t days = 0;

    auto operator<=>(const LocalDate&) const = default;

    /// A day beyond the month's end becomes its last day: `of(2026, 2, 31)` is 2026-02-28.
    static LocalDate of(int year, int month, int day);
    LocalDate plus_days(int count) const { return {days + count}; }
    int year() const;
    int month() const;         ///< 1 to 12
    int day() const;           ///< 1 to 31
    std::string text() const;  ///< `2026-03-10`
};

inline int days_between(LocalDate from, LocalDate to) {
    return to.days - from.days;
}

/// Reads `2026-03-10`; nothing for anything else, such as a 30th of February.
std::optional<LocalDate> read_date(std::string_view text);

/// `[from, to)`.
struct Span {
    LocalDate from, to;

    bool operator==(const Span&) const = default;
    int days() const { return days_between(from, to); }
    bool empty() const { return to <= from; }
    bool contains(LocalDate day) const { return from <= day && day < to; }
};

enum class IntervalUnit { day, week, month, year };

/// How long a period lasts: `{month, 3}` is a quarter.
struct Interval {
    IntervalUnit unit = IntervalUnit::month;
    int count = 1;

    bool operator==(const Interval&) const = default;
    /// `day week month quarter year`, and `6 months` for the rest.
    std::string text() const;
    /// How many of them a year has, as an exact fraction: {12, 1}, {1461, 4} for days.
    struct PerYear {
        std::int64_t count, divisor;
    };
    PerYear per_year() const;
};

std::optional<Interval> read_interval(std::string_view text);
/// True if `left` lasts longer than `right`, on the average of the calendar.
bool longer(const Interval& left, const Interval& right);

/// The date that periods are counted from. `day` may be beyond the month's end (29 to 31).
struct Anchor {
    int year = 1970;
    int month = 1;
    int day = 1;

    bool operator==(const Anchor&) const = default;
    static Anchor at(LocalDate date) { return {date.year(), date.month(), date.day()}; }
    /// The anchor of a fixed billing day: the first such day on or after `from`.
    static Anchor on_day(int day, LocalDate from);

    LocalDate date() const { return LocalDate::of(year, month, day); }
    /// The k-th boundary; k = 0 is the anchor itself, negative ones lie before it.
    LocalDate boundary(const Interval& interval, int k) const;
    /// The virtual full period: as if the subscription had always existed.
    Span period_containing(LocalDate date, const Interval& interval) const;
};

/// Error `billing.unknown_time_zone` when `name` is no IANA time zone of this machine.
sdk::Result<void> check_time_zone(const std::string& name);
/// The local date of an instant. `zone` has been checked.
LocalDate local_date(sdk::Instant instant, const std::string& zone);
/// Local midnight, or the first instant of the day where a clock change skips midnight; the
/// earlier one where midnight comes twice.
sdk::Instant start_of_day(LocalDate date, const std::string& zone);

}  // namespace whatsflow::billing
