#include <whatsflow/sdk/money.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace whatsflow::sdk {
namespace {

TEST(Money, IsWrittenWithTheCurrencysOwnDigits) {
    EXPECT_EQ((Money{2900, "USD"}).decimal(), "29.00");
    EXPECT_EQ((Money{2900, "JPY"}).decimal(), "2900");
    EXPECT_EQ((Money{2900, "KWD"}).decimal(), "2.900");
    EXPECT_EQ((Money{5, "USD"}).decimal(), "0.05");
    EXPECT_EQ((Money{0, "USD"}).decimal(), "0.00");
    EXPECT_EQ((Money{-5, "USD"}).decimal(), "-0.05");
    EXPECT_EQ((Money{-5, "KWD"}).decimal(), "-0.005");
}

TEST(Money, WritesTheSmallestNumberThereIs) {
    EXPECT_EQ((Money{std::numeric_limits<std::int64_t>::min(), "USD"}).decimal(), "-92233720368547758.08");
    EXPECT_EQ((Money{std::numeric_limits<std::int64_t>::max(), "JPY"}).decimal(), "9223372036854775807");
}

TEST(Money, AddsOnlyWithinOneCurrency) {
    EXPECT_EQ(*(Money{1, "USD"}).plus({2, "USD"}), (Money{3, "USD"}));
    EXPECT_EQ((Money{1, "USD"}).plus({2, "LKR"}).error().code, "money.currency_mismatch");
}

TEST(Money, RefusesASumThatDoesNotFit) {
    const Money most{std::numeric_limits<std::int64_t>::max(), "USD"};

    EXPECT_EQ(most.plus({1, "USD"}).error().code, "money.overflow");
}

}  // namespace
}  // namespace whatsflow::sdk
