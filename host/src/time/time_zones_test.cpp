#include "time/time_zones.hpp"

#include <gtest/gtest.h>

namespace whatsflow::time {
namespace {

constexpr auto kMarch = sdk::Instant{std::chrono::microseconds{1'773'129'600'000'000}};  // 2026-03-10 08:00 UTC

TEST(WallClock, ShowsTheHourOfTheZone) {
    EXPECT_EQ(*wall_clock(kMarch, "Asia/Colombo") - kMarch, std::chrono::minutes(330));
    EXPECT_EQ(*wall_clock(kMarch, "UTC"), kMarch);
}

TEST(WallClock, FollowsSummerTime) {
    EXPECT_EQ(*wall_clock(kMarch, "Europe/Paris") - kMarch, std::chrono::hours(1));
    const auto june = kMarch + std::chrono::days(90);
    EXPECT_EQ(*wall_clock(june, "Europe/Paris") - june, std::chrono::hours(2));
}

TEST(WallClock, KnowsNothingOfZonesThatAreNone) {
    for (const auto* none : {"", "Nowhere/Else", "../etc/passwd", "Asia/Colombo "})
        EXPECT_FALSE(wall_clock(kMarch, none));
}

}  // namespace
}  // namespace whatsflow::time
