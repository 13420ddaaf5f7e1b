// What was seen is kept as it is, whatever language it will be read in.
#include "finding.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

TEST(Finding, IsKeptAndReadAgain) {
    auto finding = finding_of({1000, 200}, {900, 100}, Harm::falls);
    finding.trouble = "flags.rule_changed";
    EXPECT_EQ(finding.verdict, Finding::Verdict::worse);
    EXPECT_EQ(kept_text(finding),
              R"({"trouble":"flags.rule_changed","verdict":"worse","with":[900,100],"without":[1000,200]})");
    const auto read = finding_in(kept_text(finding));
    EXPECT_EQ(json_of(read), json_of(finding));
    EXPECT_EQ(read.sentence, "");
    for (const auto verdict : {Finding::Verdict::fine, Finding::Verdict::too_few, Finding::Verdict::unmeasured}) {
        Finding other;
        other.verdict = verdict;
        EXPECT_EQ(finding_in(kept_text(other)).verdict, verdict);
    }
}

TEST(Finding, ThatSaysNothingIsNoText) {
    EXPECT_EQ(kept_text({}), "");
    EXPECT_TRUE(finding_in("").is_empty());
}

TEST(Finding, OfAnEarlierVersionIsTheSentenceThatItWas) {
    const auto read = finding_in("“paid” got worse: 10.0 % of 1000 with the flag.");
    EXPECT_EQ(read.sentence, "“paid” got worse: 10.0 % of 1000 with the flag.");
    EXPECT_EQ(kept_text(read), read.sentence);
    EXPECT_EQ(read.verdict, Finding::Verdict::none);
}

}  // namespace
}  // namespace whatsflow::flags
