#include "day_grid.hpp"

#include "event_time.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

std::int64_t instant(const char* text) {
    return sdk::to_micros(*read_instant(text));
}

TEST(TimeZone, MidnightIsThatOfTheZone) {
    const auto colombo = *TimeZone::named("Asia/Colombo");
    EXPECT_EQ(colombo.date(instant("2026-11-26T18:29:59Z")), "2026-11-26");
    EXPECT_EQ(colombo.date(instant("2026-11-26T18:30:00Z")), "2026-11-27");
    EXPECT_EQ(colombo.start_of(colombo.day_of(instant("2026-11-27T03:00:00Z"))), instant("2026-11-26T18:30:00Z"));
    EXPECT_EQ(colombo.clock(instant("2026-11-26T18:30:05Z")), "00:00:05");
    EXPECT_EQ(TimeZone::named("Asia/Kathmandu")->date(instant("2026-11-26T18:15:00Z")), "2026-11-27");
    EXPECT_EQ(TimeZone::named("")->name(), "UTC");
    EXPECT_FALSE(TimeZone::named("Mars/Base"));
    EXPECT_EQ(TimeZone{}.day_of(-1), -1);
}

TEST(TimeZone, DaysOfAChangedClockAreShorterOrLonger) {
    const auto berlin = *TimeZone::named("Europe/Berlin");
    const auto length = [&](const char* noon) {
        const auto day = berlin.day_of(instant(noon));
        return (berlin.start_of(day + 1) - berlin.start_of(day)) / kHour;
    };
    EXPECT_EQ(length("2026-03-29T10:00:00Z"), 23);
    EXPECT_EQ(length("2026-10-25T11:00:00Z"), 25);
    EXPECT_EQ(length("2026-06-01T10:00:00Z"), 24);
}

/// Whatever the zone does to its clock: days follow one another, and each instant lies in its own.
TEST(TimeZone, EveryInstantLiesInItsDay) {
    // Santiago skips midnight, Havana repeats it, Apia skipped a whole day, Lord Howe moves by half an hour.
    for (const char* name : {"UTC", "Asia/Colombo", "America/Santiago", "America/Havana", "Pacific/Apia",
                             "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"}) {
        const auto zone = *TimeZone::named(name);
        const auto first = instant("2011-12-01T00:00:00Z");
        for (auto at = first; at < first + 800 * kDay; at += 17 * 60 * kSecond) {
            const auto day = zone.day_of(at);
            ASSERT_LE(zone.start_of(day), at) << name << " " << at;
            ASSERT_GT(zone.start_of(day + 1), at) << name << " " << at;
        }
    }
}

TEST(DayGrid, AChangeOfTheZoneEndsTheDayItFallsInto) {
    const auto since = instant("2026-11-27T18:30:00Z");
    const DayGrid days{{{0, TimeZone{}}, {since, *TimeZone::named("Asia/Colombo")}}};
    EXPECT_EQ(days.at(since - 1), (Day{instant("2026-11-27T00:00:00Z"), since}));
    EXPECT_EQ(days.at(since), (Day{since, since + kDay}));
    EXPECT_EQ(days.at(instant("2026-11-26T23:00:00Z")),
              (Day{instant("2026-11-26T00:00:00Z"), instant("2026-11-27T00:00:00Z")}));
    EXPECT_EQ(days.zone(since).name(), "Asia/Colombo");
    // A change at no midnight at all: the first day begins with it.
    const auto noon = instant("2026-11-27T12:00:00Z");
    const DayGrid odd{{{0, TimeZone{}}, {noon, *TimeZone::named("Asia/Colombo")}}};
    EXPECT_EQ(odd.at(noon), (Day{noon, since}));
    EXPECT_EQ(DayGrid{}.at(instant("2026-11-26T23:00:00Z")).from, instant("2026-11-26T00:00:00Z"));
}

TEST(DayGrid, AFinderSaysTheSame) {
    const DayGrid days{*TimeZone::named("Europe/Berlin")};
    DayFinder finder(days);
    for (auto at = instant("2026-10-20T00:00:00Z"); at < instant("2026-11-01T00:00:00Z"); at += 7 * 60 * kSecond)
        ASSERT_EQ(finder.at(at), days.at(at));
    EXPECT_EQ(finder.at(instant("2026-01-01T00:00:00Z")), days.at(instant("2026-01-01T00:00:00Z")));
}

}  // namespace
}  // namespace whatsflow::analytics
