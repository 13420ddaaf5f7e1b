#include "hyperloglog.hpp"

#include "keyed_hash.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace whatsflow::analytics {
namespace {

std::uint64_t visitor(int number) {
    return keyed_hash(HashKey{7}, {std::to_string(number)});
}

Sketch of(int from, int to) {
    Sketch sketch;
    for (int i = from; i < to; ++i) sketch.add(visitor(i));
    return sketch;
}

TEST(Sketch, CountsSmallNumbersExactly) {
    auto sketch = of(0, 256);
    sketch.merge(of(0, 100));
    EXPECT_TRUE(sketch.is_exact());
    EXPECT_EQ(sketch.estimate(), 256);
}

TEST(Sketch, StaysWithinThreeStandardErrors) {
    for (const int count : {257, 1'000, 5'000, 10'000, 50'000, 300'000}) {
        const auto sketch = of(0, count);
        EXPECT_FALSE(sketch.is_exact());
        const double off = 100.0 * std::abs(static_cast<double>(sketch.estimate() - count)) / count;
        EXPECT_LT(off, 3 * Sketch::kErrorPercent) << count;
    }
}

TEST(Sketch, MergingIsTheSameAsCountingTogether) {
    auto hours = of(0, 200);
    hours.merge(of(100, 40'000));
    hours.merge(of(100, 40'000));
    EXPECT_EQ(hours.bytes(), of(0, 40'000).bytes());
}

TEST(Sketch, IsReadAsItWasWritten) {
    for (const int count : {0, 1, 256, 20'000}) {
        const auto sketch = of(0, count);
        EXPECT_EQ(Sketch::read(sketch.bytes()).estimate(), sketch.estimate());
    }
    EXPECT_EQ(Sketch::read("Dtoo short").estimate(), 0);
    EXPECT_EQ(Sketch::read("E1234567").estimate(), 0);
}

}  // namespace
}  // namespace whatsflow::analytics
