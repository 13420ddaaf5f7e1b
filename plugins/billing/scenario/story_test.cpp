#include "story.hpp"

#include "read_step.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing::scenario {
namespace {

const std::string kPlan = R"({"code":"a","prices":[{"interval":"month","amount":100}]})";

std::string complaint(const std::string& text) {
    const auto story = read_story_text(text);
    return story ? "" : story.error().message;
}

std::string with(const std::string& more, const std::string& steps = "[]") {
    return R"({"name":"n","account":{},"plans":[)" + kPlan + "]" + more + R"(,"steps":)" + steps + "}";
}

TEST(StoryReader, TakesTheLeastThereCanBe) {
    EXPECT_EQ(complaint(with("")), "");
}

TEST(StoryReader, NamesAnUnknownKeyAndTheNearest) {
    EXPECT_EQ(complaint(with(R"(,"coupon":[])")), "`coupon` is an unknown key; did you mean 'coupons'?");
    EXPECT_EQ(complaint(with("", R"([{"at":"2026-01-01","do":"subscribe","plna":"a","interval":"month","plan":"a"}])")),
              "`steps[0].plna` is an unknown key; did you mean 'plan'?");
    EXPECT_NE(complaint(with("", R"([{"at":"2026-01-01","do":"advance","zzzzzz":1}])")).find("`steps[0].zzzzzz`"),
              std::string::npos);
    EXPECT_NE(complaint(R"({"name":"n","account":{"colour":"red"},"plans":[],"steps":[]})").find("`account.colour`"),
              std::string::npos);
}

TEST(StoryReader, NamesWhatIsMissingOrOfTheWrongKind) {
    EXPECT_EQ(complaint("{}"), "`name` is missing.");
    EXPECT_EQ(complaint(R"({"name":"n","account":{},"plans":[]})"), "`steps` is missing.");
    EXPECT_EQ(complaint(with("", R"([{"at":"2026-01-01","do":"subscribe","plan":"a"}])")),
              "`steps[0].interval` is missing.");
    EXPECT_NE(complaint(with("", R"([{"at":"2026-02-30","do":"advance"}])")).find("`steps[0].at` must be a date"),
              std::string::npos);
    EXPECT_NE(complaint(with("", R"([{"at":"2026-01-01","do":"credit","amount":1.5}])")).find("whole number"),
              std::string::npos);
    EXPECT_NE(complaint(with("", R"([{"at":"2026-01-01","do":"credit","amount":99999999999999999999}])"))
                  .find("whole number"),
              std::string::npos);
    EXPECT_NE(complaint(with("", R"([{"at":"2026-01-01","do":"subscrib"}])")).find("did you mean 'subscribe'"),
              std::string::npos);
    EXPECT_NE(complaint(with("", R"([{"at":"2026-01-01","do":"payments","outcomes":["sucess"]}])"))
                  .find("did you mean 'success'"),
              std::string::npos);
    EXPECT_NE(
        complaint(R"({"name":"n","account":{"timezone":"Mars/X"},"plans":[],"steps":[]})").find("`account.timezone`"),
        std::string::npos);
}

TEST(StoryReader, SaysWhereTheTextIsNoJson) {
    EXPECT_EQ(complaint("{\n  \"name\": oops\n}"), "The file is no JSON: line 2, column 11 cannot be read.");
}

TEST(StoryReader, LetsTimeNeverGoBack) {
    EXPECT_NE(complaint(with("", R"([{"at":"2026-01-02","do":"advance"},{"at":"2026-01-01","do":"advance"}])"))
                  .find("never goes back"),
              std::string::npos);
}

TEST(StoryReader, ReadsInstantsWithOffsetAndFraction) {
    const auto moment = [](const char* text) {
        const auto read = read_moment(text, "Asia/Colombo");
        return read ? sdk::to_rfc3339(*read) : std::string("-");
    };
    EXPECT_EQ(moment("2026-03-10"), "2026-03-09T18:30:00.000000Z");
    EXPECT_EQ(moment("2026-03-10T08:00:00Z"), "2026-03-10T08:00:00.000000Z");
    EXPECT_EQ(moment("2026-03-10T08:00:00.25+05:30"), "2026-03-10T02:30:00.250000Z");
    for (const char* wrong : {"2026-03-10T08:00Z", "2026-03-10T08:00:00", "2026-03-10 08:00:00Z",
                              "2026-03-10T25:00:00Z", "2026-03-10T08:00:00.Z", ""})
        EXPECT_EQ(moment(wrong), "-") << wrong;
}

}  // namespace
}  // namespace whatsflow::billing::scenario
