#include "boot/command_line.hpp"

#include <gtest/gtest.h>

namespace whatsflow::boot {
namespace {

TEST(CommandLine, SplitsWordsFromTheOptionsEveryCommandKnows) {
    auto line = parse_command_line({"plugins", "check", "./acme", "--json", "--data", "d", "--config=c.toml"}, {});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->words, (std::vector<std::string>{"plugins", "check", "./acme"}));
    EXPECT_TRUE(line->json);
    EXPECT_EQ(line->data, "d");
    EXPECT_EQ(line->config, "c.toml");
    EXPECT_TRUE(line->config_given);
    EXPECT_TRUE(line->names("plugins check"));
    EXPECT_FALSE(line->names("plugins list"));
}

TEST(CommandLine, AValueMayFollowOrStandBehindAnEqualsSign) {
    auto line = parse_command_line({"contact", "list", "--limit", "5", "--since=today"}, {"--limit", "--since"});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->find("--limit"), "5");
    EXPECT_EQ(line->find("--since"), "today");
}

TEST(CommandLine, AMissingOrUnwantedValueIsWrongUsage) {
    auto missing = parse_command_line({"contact", "list", "--limit"}, {"--limit"});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "usage");
    auto unwanted = parse_command_line({"serve", "--safe=yes"}, {});
    ASSERT_FALSE(unwanted);
}

TEST(CommandLine, EverythingBehindTwoDashesIsAWord) {
    auto line = parse_command_line({"new", "plugin", "--", "--odd"}, {});
    ASSERT_TRUE(line);
    EXPECT_EQ(line->words.back(), "--odd");
}

}  // namespace
}  // namespace whatsflow::boot
