// Every story in tests/scenarios ends as its reviewed result says. After a change that is meant:
// WHATSFLOW_ACCEPT=1 billing_scenario_test --gtest_filter=Examples.*, then read the difference.
#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace whatsflow::billing::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kExamples = fs::path(WF_SOURCE_DIR) / "tests/scenarios";

std::string content_of(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<fs::path> stories_in_folder() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(kExamples))
        if (entry.path().extension() == ".json") found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

TEST(Examples, EndAsTheirReviewedResultsSay) {
    const auto stories = stories_in_folder();
    ASSERT_GT(stories.size(), 50U);
    for (const auto& path : stories) {
        SCOPED_TRACE(path.filename().string());
        const auto story = read_story_text(content_of(path));
        ASSERT_TRUE(story) << story.error().message;
        auto account = open_account(story->profile);
        CheckedStore store(std::move(*account));
        const auto outcomes = run_story(*story, store);
        ASSERT_TRUE(outcomes) << outcomes.error().message;
        expect_sound(*outcomes, path.filename().string());
        const auto result = result_of(*outcomes).dump(1) + "\n";
        const auto expected = kExamples / "results" / path.filename();
        if (std::getenv("WHATSFLOW_ACCEPT") != nullptr) std::ofstream(expected) << result;
        EXPECT_EQ(result, content_of(expected));
    }
}

TEST(Examples, UseEveryVerb) {
    std::set<std::string> used;
    for (const auto& path : stories_in_folder()) {
        const auto story = read_story_text(content_of(path));
        ASSERT_TRUE(story);
        for (const auto& step : story->steps) used.insert(step.verb);
    }
    for (const char* verb : {"subscribe",
                             "change_plan",
                             "add",
                             "remove",
                             "set_quantity",
                             "pause",
                             "resume",
                             "cancel",
                             "uncancel",
                             "extend_trial",
                             "set_billing_day",
                             "set_price",
                             "coupon",
                             "credit",
                             "usage",
                             "payments",
                             "pay",
                             "refund",
                             "chargeback",
                             "chargeback_reversed",
                             "void",
                             "notice",
                             "advance"})
        EXPECT_TRUE(used.contains(verb)) << verb;
}

}  // namespace
}  // namespace whatsflow::billing::scenario
