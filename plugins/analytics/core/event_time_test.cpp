#include "event_time.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

using namespace std::chrono_literals;

sdk::Instant at(const char* text) {
    return read_instant(text).value();
}

TEST(EventTime, ReadsWhatClientsWrite) {
    EXPECT_EQ(sdk::to_rfc3339(at("2026-11-26T10:00:00.123Z")), "2026-11-26T10:00:00.123000Z");
    EXPECT_EQ(at("2026-11-26T15:30:00+05:30"), at("2026-11-26T10:00:00Z"));
    EXPECT_EQ(at("2026-11-26 10:00"), at("2026-11-26T10:00:00"));
    EXPECT_EQ(at("2026-11-26T10:00:00-0230"), at("2026-11-26T12:30:00Z"));
    EXPECT_EQ(at("2026-11-26"), at("2026-11-26T00:00:00Z"));
    for (const char* text : {"", "yesterday", "2026-02-30", "2026-11-26T25:00:00Z", "2026-11-26T10:00:00+99:00",
                             "1969-12-31", "2026-11-26T10:00:00Zx"})
        EXPECT_FALSE(read_instant(text)) << text;
}

TEST(EventTime, TheSendersClockIsPutRight) {
    const auto received = at("2026-11-26T12:00:00Z");
    EXPECT_EQ(corrected(at("2026-11-26T10:00:00Z"), at("2026-11-26T10:05:00Z"), received), at("2026-11-26T11:55:00Z"));
    EXPECT_EQ(corrected(at("2026-11-26T10:00:00Z"), std::nullopt, received), at("2026-11-26T10:00:00Z"));
    EXPECT_EQ(corrected(std::nullopt, at("2026-11-26T10:05:00Z"), received), received);
}

TEST(EventTime, MoreThanTwentyThreeHoursAheadCountsAtReceipt) {
    const auto received = at("2026-11-26T12:00:00Z");
    EXPECT_EQ(corrected(received + 23h, std::nullopt, received), received + 23h);
    EXPECT_EQ(corrected(received + 23h + 1s, std::nullopt, received), received);
    // A clock that is days ahead is no reason when the sender says so.
    EXPECT_EQ(corrected(received + 72h, received + 73h, received), received - 1h);
    // Put right by a clock that is centuries ahead, it would have been before there was a calendar.
    EXPECT_EQ(corrected(at("1980-01-01"), at("2999-01-01"), received), received);
}

TEST(EventTime, DaysAreUtc) {
    EXPECT_EQ(day_text(sdk::to_micros(at("2026-11-26T23:59:59.999999Z"))), "2026-11-26");
    EXPECT_EQ(compact_day(sdk::to_micros(at("2026-11-27"))), "20261127");
}

}  // namespace
}  // namespace whatsflow::analytics
