// The sentences of the locale file say all the facts there are.
#include "finding_words.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

std::string said(const Finding& finding) {
    static const auto texts = json::parse(std::ifstream(WF_SOURCE_DIR "/plugins/flags/locales/en.json"));
    return pages::in_words(finding, "paid {with}", [](const std::string& key) {
        auto path = "/flags/pages/" + key;
        std::ranges::replace(path, '.', '/');
        const json::json_pointer place(path);
        return texts.contains(place) ? texts[place].get<std::string>() : "flags.pages." + key;
    });
}

TEST(FindingWords, SayHowARollOutEnded) {
    EXPECT_EQ(said({}), "");
    auto worse = finding_of({1000, 200}, {3000, 377}, Harm::falls);
    EXPECT_EQ(said(worse), "“paid {with}” got worse: 12.6 % of 3000 with the flag, 20.0 % of 1000 without it.");
    worse.trouble = "flags.rule_changed";
    EXPECT_TRUE(said(worse).ends_with(" without it. The rule is not there any more as it was."));
    EXPECT_EQ(said(finding_of({1000, 200}, {1000, 200}, Harm::falls)),
              "“paid {with}” did not get worse: 20.0 % of 1000 with the flag, 20.0 % of 1000 without it.");
    EXPECT_EQ(said(finding_of({1000, 200}, {99, 0}, Harm::falls)),
              "“paid {with}” was never judged: that takes 100 people with the flag and as many without it, and there "
              "were 99 and 1000.");
    EXPECT_EQ(said({.verdict = Finding::Verdict::unmeasured}),
              "Nobody measures “paid {with}”: analytics does not run.");
}

TEST(FindingWords, SayWhatKeptAStepFromBeingTaken) {
    EXPECT_EQ(said({.trouble = "flags.not_found"}), "The flag is not there any more.");
    EXPECT_EQ(said({.trouble = "flags.of_a_later_version"}), "A step could not be taken (flags.of_a_later_version).");
    EXPECT_EQ(said({.sentence = "As it was said before."}), "As it was said before.");
}

}  // namespace
}  // namespace whatsflow::flags
