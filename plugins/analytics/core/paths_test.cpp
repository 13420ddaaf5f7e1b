#include "paths.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

using Counted = Paths::Counted;

TEST(Paths, TellWhatCameBeforeAndAfterOfEachVisitOnce) {
    Paths paths("/pricing", 2);
    for (const char* label : {"/", "/", "/pricing", "/pricing", "/signup", "/pricing", "/about"}) paths.add(1, label);
    for (const char* label : {"/pricing", "/signup"}) paths.add(2, label);
    for (const char* label : {"/", "/pricing"}) paths.add(3, label);
    for (const char* label : {"/", "/about"}) paths.add(4, label);
    EXPECT_EQ(paths.visits(), 3);
    EXPECT_EQ(paths.before(), (Counted{{"/", 2}, {Paths::kStart, 1}}));
    EXPECT_EQ(paths.after(), (Counted{{"/signup", 2}, {Paths::kEnd, 1}}));
    const auto ways = paths.ways();
    ASSERT_EQ(ways.size(), 3u);
    EXPECT_EQ(ways[1].first, (std::vector<std::string>{"/pricing", "/signup", Paths::kEnd}));
    EXPECT_EQ(ways[2].first, (std::vector<std::string>{"/pricing", "/signup", "/pricing"}));
}

TEST(Paths, VisitsMayComeMixed) {
    Paths paths("b", 1);
    paths.add(1, "a"), paths.add(2, "b"), paths.add(1, "b"), paths.add(2, "c"), paths.add(1, "d");
    EXPECT_EQ(paths.before(), (Counted{{Paths::kStart, 1}, {"a", 1}}));
    EXPECT_EQ(paths.after(), (Counted{{"c", 1}, {"d", 1}}));
}

}  // namespace
}  // namespace whatsflow::analytics
