#include <whatsflow/sdk/analytics_sink.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

using namespace std::chrono_literals;

/// 2026-03-10T08:00:00Z
const Instant kNow = from_micros(1'773'129'600'000'000);

TEST(RetryAfter, ReadsSeconds) {
    EXPECT_EQ(read_retry_after("120", kNow), 120s);
    EXPECT_EQ(read_retry_after(" 0 ", kNow), 0s);
}

TEST(RetryAfter, ReadsADate) {
    EXPECT_EQ(read_retry_after("Tue, 10 Mar 2026 08:05:00 GMT", kNow), 5min);
    EXPECT_EQ(read_retry_after("Tue, 10 Mar 2026 07:00:00 GMT", kNow), 0s);
}

TEST(RetryAfter, IsNeverMoreThanADay) {
    EXPECT_EQ(read_retry_after("999999", kNow), 24h);
    EXPECT_EQ(read_retry_after("99999999999999999999999", kNow), 24h);
    EXPECT_EQ(read_retry_after("Tue, 10 Mar 2099 08:05:00 GMT", kNow), 24h);
}

TEST(RetryAfter, IsNothingWhenItMakesNoSense) {
    for (const char* value : {"", "soon", "12 minutes", "-5", "1.5", "Tue, 10 Mar 2026 08:05:00 GMT+1"})
        EXPECT_EQ(read_retry_after(value, kNow), std::nullopt) << value;
}

}  // namespace
}  // namespace whatsflow::sdk
