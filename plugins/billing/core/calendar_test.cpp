#include "calendar.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

const Interval kMonth{IntervalUnit::month, 1};
const Interval kQuarter{IntervalUnit::month, 3};
const Interval kYear{IntervalUnit::year, 1};

TEST(Calendar, ReadsDatesThatExistAndNothingElse) {
    EXPECT_EQ(read_date("2028-02-29")->text(), "2028-02-29");
    for (const char* wrong : {"2027-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "2026/01/01", "", "2026-01-01T"})
        EXPECT_FALSE(read_date(wrong)) << wrong;
}

TEST(Calendar, AnchorsClampToShortMonthsAndComeBack) {
    const Anchor leap{2028, 1, 30};
    EXPECT_EQ(leap.boundary(kMonth, 1).text(), "2028-02-29");
    EXPECT_EQ(leap.boundary(kMonth, 2).text(), "2028-03-30");
    const Anchor november{2026, 11, 30};
    EXPECT_EQ(november.boundary(kQuarter, 1).text(), "2027-02-28");
    EXPECT_EQ(november.boundary(kQuarter, 2).text(), "2027-05-30");
    EXPECT_EQ(november.boundary(kQuarter, -1).text(), "2026-08-30");
}

TEST(Calendar, EveryDayLiesInExactlyOnePeriod) {
    for (int day = 1; day <= 31; ++day)
        for (const auto& interval :
             {kMonth, kQuarter, kYear, Interval{IntervalUnit::week, 2}, Interval{IntervalUnit::day, 10}}) {
            const Anchor anchor{2026, 1, day};
            auto period = anchor.period_containing(LocalDate::of(2023, 1, 1), interval);
            for (auto date = LocalDate::of(2023, 1, 1); date < LocalDate::of(2030, 1, 1); date = date.plus_days(1)) {
                const auto found = anchor.period_containing(date, interval);
                ASSERT_TRUE(found.contains(date)) << date.text();
                if (found == period) continue;
                ASSERT_EQ(found.from, period.to) << date.text();
                period = found;
            }
        }
}

TEST(Calendar, ABillingDayIsTheFirstSuchDayOnOrAfter) {
    EXPECT_EQ(Anchor::on_day(15, LocalDate::of(2026, 2, 3)).date().text(), "2026-02-15");
    EXPECT_EQ(Anchor::on_day(15, LocalDate::of(2026, 2, 15)).date().text(), "2026-02-15");
    EXPECT_EQ(Anchor::on_day(15, LocalDate::of(2026, 12, 16)).date().text(), "2027-01-15");
    EXPECT_EQ(Anchor::on_day(31, LocalDate::of(2026, 2, 10)).date().text(), "2026-02-28");
}

TEST(Calendar, AMidnightThatDoesNotExistIsTheFirstInstantAfterIt) {
    // Cairo moves its clocks at midnight: 2026-04-24 begins at 01:00, which is 22:00 UTC.
    EXPECT_EQ(sdk::to_rfc3339(start_of_day(LocalDate::of(2026, 4, 24), "Africa/Cairo")), "2026-04-23T22:00:00.000000Z");
    // Havana goes back at 01:00, so midnight of 2026-11-01 comes twice; the earlier counts.
    EXPECT_EQ(sdk::to_rfc3339(start_of_day(LocalDate::of(2026, 11, 1), "America/Havana")),
              "2026-11-01T04:00:00.000000Z");
}

TEST(Calendar, ALocalDateIsThatOfTheStartOfItsDay) {
    for (const char* zone :
         {"UTC", "America/Los_Angeles", "Asia/Colombo", "Pacific/Apia", "Africa/Cairo", "America/Havana"})
        for (auto date = LocalDate::of(2026, 1, 1); date < LocalDate::of(2027, 2, 1); date = date.plus_days(1)) {
            const auto start = start_of_day(date, zone);
            ASSERT_EQ(local_date(start, zone), date) << zone;
            ASSERT_EQ(local_date(start - std::chrono::microseconds{1}, zone), date.plus_days(-1))
                << zone << date.text();
        }
}

TEST(Calendar, KnowsIntervalsByTheirWords) {
    EXPECT_EQ(*read_interval("quarter"), kQuarter);
    EXPECT_EQ(read_interval("6 months")->text(), "6 months");
    for (const char* wrong : {"", "months", "0 months", "fortnight", "-1 months", "1000 days"})
        EXPECT_FALSE(read_interval(wrong)) << wrong;
    EXPECT_TRUE(longer(kYear, kQuarter));
    EXPECT_FALSE(longer(kMonth, kMonth));
    EXPECT_FALSE(check_time_zone("Mars/Olympus"));
}

}  // namespace
}  // namespace whatsflow::billing
