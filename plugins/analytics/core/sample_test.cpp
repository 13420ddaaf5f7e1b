#include "sample.hpp"

#include <gtest/gtest.h>

#include <array>

namespace whatsflow::analytics {
namespace {

TEST(Sample, IsEverybodyWhileThereAreFew) {
    EXPECT_TRUE(sample_of(200'000, 200'000).is_everybody());
    EXPECT_EQ(sample_of(200'000, 200'000).scaled(7), 7);
    EXPECT_EQ(Sample{}.error_percent(7), 0);
}

TEST(Sample, IsAsLargeAsWhatIsLookedAtAllows) {
    EXPECT_EQ(sample_of(200'001, 200'000).parts, 16);
    EXPECT_EQ(sample_of(3'200'000, 200'000).parts, 16);
    EXPECT_EQ(sample_of(3'300'000, 200'000).parts, 8);
    EXPECT_EQ(sample_of(10'000'000, 200'000).parts, 4);
    EXPECT_EQ(sample_of(1'000'000'000'000, 200'000).parts, 1);
}

TEST(Sample, StandsForAll) {
    const Sample sample{4};
    EXPECT_EQ(sample.one_in(), 64);
    EXPECT_EQ(sample.scaled(120), 7'680);
    EXPECT_NEAR(sample.error_percent(400), 5 * std::sqrt(63.0 / 64), 0.001);
    EXPECT_EQ(sample.error_percent(0), 100);
    // Four hundred views of forty people, ten each, say no more than forty people do.
    EXPECT_NEAR(sample.error_percent(400, 40 * 10 * 10), sample.error_percent(40), 0.001);
}

TEST(Sample, TakesVisitorsEvenlyWhateverTheirNumbers) {
    for (const std::int64_t step : {1LL, 2LL, 256LL, 1LL << 32, 0x7fffffffffLL}) {
        std::array<int, Sample::kParts> people{};
        for (std::int64_t n = 0; n < 25'600; ++n) ++people.at(static_cast<std::size_t>(Sample::part_of(n * step)));
        for (const int count : people) EXPECT_NEAR(count, 100, 60) << step;
    }
}

TEST(Sample, SmallerOnesAreWithinLargerOnes) {
    for (std::int64_t visitor = 0; visitor < 10'000; ++visitor)
        EXPECT_TRUE(!Sample{2}.holds(visitor) || Sample{16}.holds(visitor));
}

}  // namespace
}  // namespace whatsflow::analytics
