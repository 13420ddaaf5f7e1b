#include "boot/housekeeping.hpp"

#include <gtest/gtest.h>

#include <future>

namespace whatsflow::boot {
namespace {

struct NoLog final : sdk::Logger {
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

TEST(Housekeeping, EachChoreIsDoneAgainAndAgainAlsoAfterAFailure) {
    NoLog log;
    std::promise<void> thrice;
    int times = 0;
    Housekeeping tidying({{"broken", [] { return sdk::Result<std::int64_t>(sdk::fail("no", "No.")); }},
                          {"counted",
                           [&] {
                               if (++times == 3) thrice.set_value();
                               return sdk::Result<std::int64_t>(1);
                           }}},
                         sdk::Milliseconds{1}, log);

    EXPECT_EQ(thrice.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST(Housekeeping, EndsAtOnceWhateverItsPeriod) {
    NoLog log;
    const auto start = std::chrono::steady_clock::now();
    { Housekeeping tidying({}, std::chrono::hours(1), log); }

    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
}

}  // namespace
}  // namespace whatsflow::boot
