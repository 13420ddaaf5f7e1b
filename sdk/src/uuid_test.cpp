#include <whatsflow/sdk/id.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace whatsflow::sdk {
namespace {

TEST(Uuid, IsVersionSevenInLowerCase) {
    const auto id = make_uuid();

    ASSERT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '7');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
    for (const std::size_t dash : {8, 13, 18, 23}) EXPECT_EQ(id[dash], '-');
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef-"), std::string::npos);
}

TEST(Uuid, ManyInOneMillisecondStillIncrease) {
    std::vector<std::string> ids(20'000);
    std::ranges::generate(ids, make_uuid);

    EXPECT_EQ(std::ranges::adjacent_find(ids, std::greater_equal<>{}), ids.end());
}

TEST(Uuid, ThreadsNeverGetTheSame) {
    std::vector<std::vector<std::string>> made(4);
    {
        std::vector<std::jthread> threads;
        for (auto& ids : made)
            threads.emplace_back([&ids] {
                for (int i = 0; i < 2000; ++i) ids.push_back(make_uuid());
            });
    }
    std::set<std::string> all;
    for (const auto& ids : made) {
        all.insert(ids.begin(), ids.end());
        EXPECT_TRUE(std::ranges::is_sorted(ids));
    }

    EXPECT_EQ(all.size(), 8000u);
}

}  // namespace
}  // namespace whatsflow::sdk
