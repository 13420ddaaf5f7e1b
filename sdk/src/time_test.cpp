#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/time.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, HasSixDigits) {
    EXPECT_EQ(to_rfc3339(from_micros(1'773'129'600'000'000)), "2026-03-10T08:00:00.000000Z");
    EXPECT_EQ(to_rfc3339(from_micros(1'773'129'600'000'001)), "2026-03-10T08:00:00.000001Z");
    EXPECT_EQ(to_rfc3339(from_micros(951'825'600'000'000)), "2000-02-29T12:00:00.000000Z");
}

TEST(Rfc3339, KnowsTheTimeBefore1970) {
    EXPECT_EQ(to_rfc3339(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(CallContext, WithoutADeadlineThereIsADay) {
    const CallContext context;

    EXPECT_EQ(context.remaining(), 24h);
    EXPECT_FALSE(context.expired());
}

TEST(CallContext, TimeLeftIsNeverNegative) {
    CallContext context;
    context.deadline = std::chrono::steady_clock::now() - 1h;

    EXPECT_EQ(context.remaining(), 0ms);
    EXPECT_TRUE(context.expired());
}

}  // namespace
}  // namespace whatsflow::sdk
