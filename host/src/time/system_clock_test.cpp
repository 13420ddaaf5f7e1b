#include "time/system_clock.hpp"

#include <gtest/gtest.h>

namespace whatsflow::time {
namespace {

TEST(SystemClock, LiesBetweenTwoReadingsOfTheSystem) {
    using std::chrono::floor;
    using std::chrono::microseconds;
    const SystemClock clock;

    const auto before = floor<microseconds>(std::chrono::system_clock::now());
    const auto now = clock.now();
    const auto after = std::chrono::system_clock::now();

    EXPECT_LE(before, now);
    EXPECT_LE(now, after);
}

}  // namespace
}  // namespace whatsflow::time
