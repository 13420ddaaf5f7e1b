// Moments as clients write them.
#include "moment.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

TEST(Moment, IsReadInEveryFormThatClientsWrite) {
    const auto noon = parse_moment("2022-01-29T13:00:00.000Z");
    ASSERT_TRUE(noon);
    for (const char* same : {"2022-01-29T13:00:00Z", "2022-01-29t13:00:00z", "2022-01-29 13:00", "2022-01-29T13:00:00",
                             "2022-01-29T15:30:00+02:30", "2022-01-29T11:00:00-0200"})
        EXPECT_EQ(parse_moment(same), noon) << same;
    EXPECT_EQ(sdk::to_micros(*parse_moment("1970-01-01T00:00:00.1234567Z")), 123'456);
    EXPECT_EQ(sdk::to_micros(*parse_moment("1970-01-02")), 86'400'000'000);
    EXPECT_TRUE(parse_moment("2024-02-29"));
}

TEST(Moment, IsNothingWhereItIsNone) {
    for (const char* text : {"", "2022", "2022-13-01", "2023-02-29", "2022-01-29T", "2022-01-29T25:00",
                             "2022-01-29T10:60", "2022-01-29T10:00:61", "2022-01-29T10:00:00.Z", "2022-01-29T10:00Zx",
                             "29.01.2022", "2022-01-29T10:00+2", "tomorrow", "-022-01-01"})
        EXPECT_FALSE(parse_moment(text)) << text;
}

}  // namespace
}  // namespace whatsflow::flags
