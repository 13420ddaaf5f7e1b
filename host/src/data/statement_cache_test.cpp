#include "data/statement_cache.hpp"

#include <gtest/gtest.h>

namespace whatsflow::data {
namespace {

TEST(StatementCache, LetsGoWhatWasNotUsedForLongest) {
    StatementCache<int> cache(2);
    cache.add("a", std::make_unique<int>(1));
    cache.add("b", std::make_unique<int>(2));
    ASSERT_NE(cache.find("a"), nullptr);
    cache.add("c", std::make_unique<int>(3));
    EXPECT_EQ(cache.find("b"), nullptr);
    EXPECT_EQ(*cache.find("a"), 1);
    EXPECT_EQ(*cache.find("c"), 3);
}

TEST(StatementCache, HoldsNoMoreBytesThanItMay) {
    StatementCache<int> cache(100, 1'000);
    for (int n = 0; n < 10; ++n) cache.add("small " + std::to_string(n), std::make_unique<int>(n), 100);
    EXPECT_EQ(cache.size(), 10u);
    cache.add("large", std::make_unique<int>(10), 450);
    EXPECT_EQ(cache.size(), 6u) << "five make room for one";
    cache.drop("large");
    cache.add("one more", std::make_unique<int>(11), 450);
    EXPECT_EQ(cache.size(), 6u) << "what was dropped counts no more";
    EXPECT_EQ(cache.add("huge", std::make_unique<int>(12), 5'000), 12) << "one is always held";
    EXPECT_EQ(cache.size(), 1u);
    cache.clear();
    for (int n = 0; n < 10; ++n) cache.add("small " + std::to_string(n), std::make_unique<int>(n), 100);
    EXPECT_EQ(cache.size(), 10u);
}

}  // namespace
}  // namespace whatsflow::data
