#include "calendar.hpp"

#include <date/tz.h>

#include <array>
#include <cstdio>

namespace whatsflow::billing {
namespace {

using std::chrono::year_month_day;

LocalDate date_of(std::chrono::sys_days day) {
    return {static_cast<std::int32_t>(day.time_since_epoch().count())};
}

year_month_day ymd_of(LocalDate date) {
    return std::chrono::sys_days{std::chrono::days{date.days}};
}

const date::time_zone* find_zone(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

/// A month counted from year 0, so that adding months is adding.
LocalDate in_month(std::int64_t month_count, int day) {
    const auto year = month_count >= 0 ? month_count / 12 : (month_count - 11) / 12;
    return LocalDate::of(static_cast<int>(year), static_cast<int>(month_count - year * 12) + 1, day);
}

int months_of(const Interval& interval) {
    return interval.unit == IntervalUnit::year ? interval.count * 12 : interval.count;
}

bool counts_months(const Interval& interval) {
    return interval.unit == IntervalUnit::month || interval.unit == IntervalUnit::year;
}

int floor_divide(int left, int right) {
    return left >= 0 ? left / right : -((-left + right - 1) / right);
}

}  // namespace

LocalDate LocalDate::of(int year, int month, int day) {
    const std::chrono::year_month in{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)}};
    const auto last = static_cast<int>(static_cast<unsigned>((in / std::chrono::last).day()));
    const auto chosen = std::chrono::day{static_cast<unsigned>(day < last ? day : last)};
    return date_of(in / chosen);
}

int LocalDate::year() const {
    return static_cast<int>(ymd_of(*this).year());
}
int LocalDate::month() const {
    return static_cast<int>(static_cast<unsigned>(ymd_of(*this).month()));
}
int LocalDate::day() const {
    return static_cast<int>(static_cast<unsigned>(ymd_of(*this).day()));
}

std::string LocalDate::text() const {
    const auto ymd = ymd_of(*this);
    std::array<char, 24> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                  static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
    return buffer.data();
}

std::optional<LocalDate> read_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    std::array<int, 3> parts{};
    constexpr std::array<std::pair<std::size_t, std::size_t>, 3> kPlaces{{{0, 4}, {5, 2}, {8, 2}}};
    for (std::size_t part = 0; part < parts.size(); ++part)
        for (const char each : text.substr(kPlaces[part].first, kPlaces[part].second)) {
            if (each < '0' || each > '9') return std::nullopt;
            parts[part] = parts[part] * 10 + (each - '0');
        }
    const year_month_day ymd{std::chrono::year{parts[0]}, std::chrono::month{static_cast<unsigned>(parts[1])},
                             std::chrono::day{static_cast<unsigned>(parts[2])}};
    if (!ymd.ok()) return std::nullopt;
    return date_of(ymd);
}

std::string Interval::text() const {
    static constexpr std::array<const char*, 4> kNames{"day", "week", "month", "year"};
    const std::string name = kNames[static_cast<std::size_t>(unit)];
    if (count == 1) return name;
    if (*this == Interval{IntervalUnit::month, 3}) return "quarter";
    return std::to_string(count) + " " + name + "s";
}

Interval::PerYear Interval::per_year() const {
    switch (unit) {
        case IntervalUnit::day: return {1461, 4 * static_cast<std::int64_t>(count)};  // 365.25 days
        case IntervalUnit::week: return {52, count};
        case IntervalUnit::month: return {12, count};
        case IntervalUnit::year: break;
    }
    return {1, count};
}

std::optional<Interval> read_interval(std::string_view text) {
    if (text == "quarter") return Interval{IntervalUnit::month, 3};
    constexpr std::array<std::string_view, 4> kNames{"day", "week", "month", "year"};
    for (std::size_t unit = 0; unit < kNames.size(); ++unit) {
        if (text == kNames[unit]) return Interval{static_cast<IntervalUnit>(unit), 1};
        if (!text.ends_with(std::string(kNames[unit]) + "s")) continue;
        const auto number = text.substr(0, text.size() - kNames[unit].size() - 1);
        if (number.size() < 2 || number.size() > 3 || number.back() != ' ') return std::nullopt;
        int count = 0;
        for (const char each : number.substr(0, number.size() - 1)) {
            if (each < '0' || each > '9') return std::nullopt;
            count = count * 10 + (each - '0');
        }
        if (count < 2) return std::nullopt;
        return Interval{static_cast<IntervalUnit>(unit), count};
    }
    return std::nullopt;
}

bool longer(const Interval& left, const Interval& right) {
    const auto l = left.per_year();
    const auto r = right.per_year();
    return l.count * r.divisor < r.count * l.divisor;
}

Anchor Anchor::on_day(int day, LocalDate from) {
    const std::int64_t month = static_cast<std::int64_t>(from.year()) * 12 + from.month() - 1;
    const auto chosen = in_month(month, day) >= from ? month : month + 1;
    return {static_cast<int>(chosen / 12), static_cast<int>(chosen % 12) + 1, day};
}

LocalDate Anchor::boundary(const Interval& interval, int k) const {
    if (counts_months(interval))
        return in_month(
            static_cast<std::int64_t>(year) * 12 + month - 1 + static_cast<std::int64_t>(k) * months_of(interval), day);
    return date().plus_days(k * interval.count * (interval.unit == IntervalUnit::week ? 7 : 1));
}

Span Anchor::period_containing(LocalDate date_within, const Interval& interval) const {
    int k = 0;
    if (counts_months(interval)) {
        const int months = (date_within.year() - year) * 12 + date_within.month() - month;
        k = floor_divide(months, months_of(interval));
    } else {
        const int length = interval.count * (interval.unit == IntervalUnit::week ? 7 : 1);
        k = floor_divide(days_between(date(), date_within), length);
    }
    // Clamping moves a boundary by days within its month: the guess is off by one at most.
    while (boundary(interval, k) > date_within) --k;
    while (boundary(interval, k + 1) <= date_within) ++k;
    return {boundary(interval, k), boundary(interval, k + 1)};
}

sdk::Result<void> check_time_zone(const std::string& name) {
    if (find_zone(name) != nullptr) return sdk::ok();
    return sdk::fail("billing.unknown_time_zone",
                     "There is no time zone '" + name + "'; write it as IANA does, such as Asia/Colombo.");
}

LocalDate local_date(sdk::Instant instant, const std::string& zone) {
    if (zone == "UTC") return date_of(std::chrono::floor<std::chrono::days>(instant));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    const auto* found = find_zone(zone);
    const auto offset = found == nullptr ? std::chrono::seconds{0} : found->get_info(seconds).offset;
    return date_of(std::chrono::floor<std::chrono::days>(seconds + offset));
}

sdk::Instant start_of_day(LocalDate date, const std::string& zone) {
    const auto midnight = std::chrono::seconds{std::chrono::days{date.days}};
    const auto* found = zone == "UTC" ? nullptr : find_zone(zone);
    if (found == nullptr) return sdk::Instant{midnight};
    const auto info = found->get_info(date::local_seconds{midnight});
    // Skipped by a clock change: the change itself. Twice: the offset before the change is earlier.
    const auto instant =
        info.result == date::local_info::nonexistent ? info.first.end.time_since_epoch() : midnight - info.first.offset;
    return sdk::Instant{instant};
}

}  // namespace whatsflow::billing
