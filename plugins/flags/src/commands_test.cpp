#include "commands.hpp"

#include "board.hpp"
#include "core/evaluation.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

json a_document(const char* name, bool enabled) {
    return {{"version", 2},
            {"features", {{{"name", name}, {"enabled", enabled}, {"unknown", {1, 2}}, {"strategies", json::array()}}}},
            {"segments", json::array()}};
}

class StoreTest : public ::testing::Test {
protected:
    void SetUp() override { host_.use_database(*database_); }
    ImportCounts import(const json& document, ImportMode mode, const std::string& environment = kProduction) {
        const auto counts = store_.import(sdk::testing::a_context(), {}, environment, document, mode);
        EXPECT_TRUE(counts) << counts.error().message;
        return counts ? *counts : ImportCounts{};
    }
    json exported() {
        const auto document = store_.load(sdk::testing::a_context(), kProduction, kDefaultProject);
        EXPECT_TRUE(document);
        return document ? *document : json();
    }

    std::shared_ptr<sdk::Database> database_ = testing::open_test_database({"flags"});
    sdk::testing::FakeHost host_{"flags", WF_SOURCE_DIR "/plugins/flags"};
    Store store_{host_};
};

TEST_F(StoreTest, WhatIsImportedIsExportedUnchanged) {
    import(a_document("a", true), ImportMode::merge);

    EXPECT_EQ(exported(), a_document("a", true));
}

TEST_F(StoreTest, AMergeKeepsWhatTheFileDoesNotName) {
    import(a_document("a", true), ImportMode::merge);
    import(a_document("b", true), ImportMode::merge);

    EXPECT_EQ(exported()["features"].size(), 2U);
}

TEST_F(StoreTest, AReplacementIsTheFileExactly) {
    import(a_document("a", true), ImportMode::merge);
    const auto counts = import(a_document("b", true), ImportMode::replace);

    EXPECT_EQ(exported(), a_document("b", true));
    EXPECT_EQ(counts.removed, 1);
}

TEST_F(StoreTest, AReplacementTakesSegmentsAwayToo) {
    import({{"features", json::array()}, { "segments", { {{ "id", 1 }}, { { "id", 2 } } } }}, ImportMode::merge);
    import({{"features", json::array()}, { "segments", { { { "id", 2 } } } }}, ImportMode::replace);
    const auto left = store_.load(sdk::testing::a_context(), kProduction, kDefaultProject);
    ASSERT_TRUE(left);
    EXPECT_EQ((*left)["segments"], (json{{{"id", 2}}}));
}

TEST_F(StoreTest, WhatAFileSaysAsItIsChangesNothing) {
    const json file{{"features", {{{"name", "a"}, {"enabled", true}}}}};
    import(file, ImportMode::merge);
    const auto again = store_.import(sdk::testing::a_context(), {}, kProduction, file, ImportMode::replace);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->added + again->changed + again->removed, 0);
    const auto past = store_.history(sdk::testing::a_context(), kProduction, kDefaultProject, "a");
    EXPECT_EQ(past->size(), 1U);
}

TEST_F(StoreTest, ADefinitionLongerThanAColumnComesBackWhole) {
    auto document = a_document("long", true);
    std::string text;
    for (int i = 0; i < 60'000; ++i) text += "ü, ";
    document["features"][0]["description"] = text;

    import(document, ImportMode::merge);

    EXPECT_EQ(exported(), document);
}

TEST_F(StoreTest, AChangeIsServedAfterARefreshAndInItsEnvironmentOnly) {
    Board board(host_, store_);
    import(a_document("a", true), ImportMode::merge);
    ASSERT_TRUE(board.refresh());
    ASSERT_TRUE(board.served(kProduction)->rules->find("a"));
    import(a_document("a", false), ImportMode::merge);
    ASSERT_TRUE(board.refresh());

    EXPECT_FALSE(board.served(kProduction)->rules->find("a")->enabled);
    EXPECT_EQ(board.served("staging")->rules->find("a"), nullptr);
}

TEST_F(StoreTest, CommandsAreAboutTheEnvironmentTheyNameAndRefuseWhatIsNone) {
    ASSERT_TRUE(register_commands(host_, store_));
    import(a_document("a", true), ImportMode::merge);
    import(a_document("b", true), ImportMode::merge, "staging");
    const auto exported_from = [&](const char* environment) {
        sdk::CommandArguments arguments;
        if (*environment != 0) arguments.options = {{"--environment", environment}};
        return host_.run_command("flags export", arguments);
    };
    EXPECT_EQ(exported_from("")->result, a_document("a", true));
    EXPECT_EQ(exported_from("staging")->result, a_document("b", true));
    for (const char* none : {"with blank", "a/b", "ä", "01234567890123456789012345678901234567890"}) {
        const auto refused = exported_from(none);
        EXPECT_EQ(refused ? "" : refused.error().code, "flags.bad_environment") << none;
    }
}

TEST_F(StoreTest, LinesAreAnsweredInTheirOrder) {
    std::istringstream in("{\"flag\":\"a\",\"context\":{}}\n\n{\"flag\":\"missing\"}\n");
    std::ostringstream out;

    ASSERT_TRUE(evaluate_lines(a_document("a", true).dump(), in, out, host_.clock()));

    std::istringstream lines(out.str());
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(json::parse(line)["enabled"], true);
    std::getline(lines, line);
    EXPECT_EQ(json::parse(line)["variant"]["name"], "disabled");
}

TEST_F(StoreTest, ALineThatIsNoQuestionIsAnErrorThatNamesIt) {
    std::istringstream in("{\"flag\":\"a\"}\nnonsense\n");
    std::ostringstream out;

    const auto done = evaluate_lines(a_document("a", true).dump(), in, out, host_.clock());

    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("Line 2"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::flags
