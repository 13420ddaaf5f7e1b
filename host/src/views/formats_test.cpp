#include "views/formats.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace whatsflow::views {
namespace {

TEST(Formats, GroupsDigitsAsTheLanguageDoes) {
    EXPECT_EQ(format_number(std::int64_t{0}, "en"), "0");
    EXPECT_EQ(format_number(std::int64_t{999}, "en"), "999");
    EXPECT_EQ(format_number(std::int64_t{-1234567}, "en"), "-1,234,567");
    EXPECT_EQ(format_number(std::int64_t{1234567}, "si"), "1,234,567");
    EXPECT_EQ(format_number(std::int64_t{1234567}, "ta-LK"), "12,34,567");
    EXPECT_EQ(format_number(std::numeric_limits<std::int64_t>::min(), "en"), "-9,223,372,036,854,775,808");
}

TEST(Formats, RoundsAndDropsTrailingZeros) {
    EXPECT_EQ(format_number(1234.5, "en"), "1,234.5");
    EXPECT_EQ(format_number(2.0, "en"), "2");
    EXPECT_EQ(format_number(-0.001, "en"), "0");
    EXPECT_EQ(format_number(std::nan(""), "en"), "–");
    EXPECT_EQ(format_number(std::numeric_limits<double>::max(), "en").substr(0, 4), "179,");
}

TEST(Formats, WritesMoneyWithTheDigitsOfItsCurrency) {
    EXPECT_EQ(format_money({123450, "USD"}, "en"), "$1,234.50");
    EXPECT_EQ(format_money({-2900, "USD"}, "en"), "-$29.00");
    EXPECT_EQ(format_money({123450, "LKR"}, "si"), "LKR\u00a01,234.50");
    EXPECT_EQ(format_money({1234567, "JPY"}, "ta"), "JPY\u00a012,34,567");
}

TEST(Formats, WritesDatesWithTheNamesOfMonths) {
    const auto instant = sdk::from_micros(1'773'129'600'000'000);
    EXPECT_EQ(format_date(instant, "en"), "10 March 2026");
    EXPECT_EQ(format_date(instant, "si"), "10 මාර්තු 2026");
    EXPECT_EQ(format_datetime(instant, "en"), "10 March 2026, 08:00 UTC");
}

TEST(Formats, WritesTimesAsTheClocksOfTheReaderDo) {
    const auto late = sdk::from_micros(1'773'171'000'000'000);  // 2026-03-10 19:30 UTC
    EXPECT_EQ(format_datetime(late, "en", "Asia/Colombo"), "11 March 2026, 01:00");
    EXPECT_EQ(format_date(late, "en", "Asia/Colombo"), "11 March 2026");
    EXPECT_EQ(format_datetime(late, "en", "No/Such"), "10 March 2026, 19:30 UTC");
}

}  // namespace
}  // namespace whatsflow::views
