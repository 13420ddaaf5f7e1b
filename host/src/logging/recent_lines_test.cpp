// Lines that were written, read again.
#include "logging/recent_lines.hpp"

#include <gtest/gtest.h>

namespace whatsflow::logging {
namespace {

const sdk::LogFields kFields{{"plugin", "demo"}, {"what", "a=b \"quoted\" \\ line\n2"}, {"password", "hunter2"}};

Line a_line(std::string_view message) {
    return {.time = sdk::from_micros(1'773'100'800'000'000),
            .level = sdk::LogLevel::warn,
            .logger = "http",
            .request_id = "r-1",
            .message = message,
            .fields = kFields};
}

TEST(RecentLines, GiveBackWhatALineForPeopleSaid) {
    const auto line = a_line("a handler failed: x=1 and more");

    auto kept = without_mark(marked_text_line(line));
    kept.level = sdk::LogLevel::warn;
    const auto read = read_line(kept);

    EXPECT_EQ(kept.line, to_text_line(line));
    EXPECT_EQ(read.at, "2026-03-10T00:00:00.000000Z");
    EXPECT_EQ(read.level, sdk::LogLevel::warn);
    EXPECT_EQ(read.source, "http");
    EXPECT_EQ(read.message, "a handler failed: x=1 and more");
    EXPECT_EQ(read.request_id, "r-1");
    EXPECT_EQ(read.fields,
              (sdk::LogFields{{"plugin", "demo"}, {"what", "a=b \"quoted\" \\ line\\n2"}, {"password", "***"}}));
}

TEST(RecentLines, GiveBackWhatALineForMachinesSaid) {
    const auto line = a_line("a handler failed");

    const auto read = read_line(without_mark(to_json_line(line)));

    EXPECT_EQ(read.source, "http");
    EXPECT_EQ(read.message, "a handler failed");
    EXPECT_EQ(read.request_id, "r-1");
    ASSERT_EQ(read.fields.size(), 3u);
    EXPECT_EQ(read.fields[0].second == "***" || read.fields[1].second == "***" || read.fields[2].second == "***", true);
}

TEST(RecentLines, AreSelectedNewestFirstByLevelAndText) {
    std::vector<RecentLine> lines;
    for (const auto* message : {"One apple", "two pears", "three Apples"})
        lines.push_back(without_mark(marked_text_line(a_line(message))));
    lines[0].level = sdk::LogLevel::warn;
    lines[1].level = sdk::LogLevel::error;
    lines[2].level = sdk::LogLevel::info;

    const auto apples = select(lines, sdk::LogLevel::trace, "APPLE", 10);
    const auto warnings = select(lines, sdk::LogLevel::warn, "", 1);

    ASSERT_EQ(apples.size(), 2u);
    EXPECT_EQ(apples[0].message, "three Apples");
    EXPECT_EQ(apples[1].message, "One apple");
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].message, "two pears");
}

}  // namespace
}  // namespace whatsflow::logging
