// What is served after a change: the flags that changed anew, the others as they were.
#include "board.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

json a_flag(const char* name, bool enabled, json segments = json::array()) {
    return {{"name", name},
            {"enabled", enabled},
            {"strategies", {{{"name", "default"}, {"segments", std::move(segments)}}}}};
}

json a_segment(const char* country) {
    return {{"id", 1},
            {"name", "here"},
            {"constraints", {{{"contextName", "country"}, {"operator", "IN"}, {"values", {country}}}}}};
}

class BoardTest : public ::testing::Test {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        import(json::array({a_flag("a", true), a_flag("b", true), a_flag("c", true, {1})}),
               json::array({a_segment("LK")}));
        refresh();
    }
    void import(const json& features, const json& segments, ImportMode mode = ImportMode::merge) {
        const auto done = store_.import(sdk::testing::a_context(), {}, kProduction,
                                        {{"features", features}, {"segments", segments}}, mode);
        ASSERT_TRUE(done) << done.error().message;
    }
    void refresh() {
        const auto done = board_.refresh();
        ASSERT_TRUE(done) << done.error().message;
    }
    const Feature* served(const char* name) { return board_.served(kProduction)->rules->find(name); }

    std::shared_ptr<sdk::Database> database_ = testing::open_test_database({"flags"});
    sdk::testing::FakeHost host_{"flags", WF_SOURCE_DIR "/plugins/flags"};
    Store store_{host_};
    Board board_{host_, store_};
};

TEST_F(BoardTest, OnlyTheFlagThatChangedIsCompiledAgain) {
    const auto before = board_.served(kProduction);
    import(json::array({a_flag("a", false)}), json::array());
    refresh();

    EXPECT_FALSE(served("a")->enabled);
    EXPECT_TRUE(before->rules->find("a")->enabled) << "what was served is never changed";
    EXPECT_EQ(served("b"), before->rules->find("b"));
    EXPECT_EQ(board_.served(kProduction)->platform, before->platform);
    EXPECT_EQ(board_.served(kProduction)->revision, 2);
}

TEST_F(BoardTest, FlagsComeAndGo) {
    const auto* b = served("b");
    // The segment stays: what comes and goes is taken over alone.
    import(json::array({a_flag("d", true), a_flag("b", true)}), json::array({a_segment("LK")}), ImportMode::replace);
    refresh();

    EXPECT_EQ(served("a"), nullptr);
    EXPECT_EQ(served("b"), b);
    std::vector<std::string> names;
    for (const auto& feature : board_.served(kProduction)->rules->features()) names.push_back(feature.name);
    EXPECT_EQ(names, (std::vector<std::string>{"b", "d"}));
}

TEST_F(BoardTest, AChangedSegmentChangesTheFlagsThatNameItAndNoOthers) {
    const auto before = board_.served(kProduction);
    import(json::array(), json::array({a_segment("DE")}));
    refresh();

    EXPECT_EQ(served("a"), before->rules->find("a"));
    ASSERT_NE(served("c"), before->rules->find("c"));
    EXPECT_EQ(served("c")->strategies[0].constraints[0].in_words(), "here: country is one of DE");
}

TEST_F(BoardTest, ManyChangesAtOnceAreReadTogether) {
    json many = json::array();
    for (int i = 0; i < 300; ++i) many.push_back(a_flag(("many-" + std::to_string(i)).c_str(), true));
    const auto before = board_.served(kProduction);
    import(many, json::array());
    refresh();

    EXPECT_TRUE(served("many-299"));
    EXPECT_EQ(served("b"), before->rules->find("b"));
}

TEST_F(BoardTest, ARestoredBackupIsReadWhole) {
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE flags_revisions SET revision = 0"));
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "DELETE FROM flags_items WHERE name = 'a'"));
    refresh();

    EXPECT_EQ(served("a"), nullptr);
    EXPECT_EQ(board_.served(kProduction)->revision, 0);
}

TEST_F(BoardTest, WhatIsReplacedWhileSomebodyAsksItIsLetGoOfInTheBackground) {
    auto asking = board_.served(kProduction);
    const std::weak_ptr<const Served> replaced = asking;
    import(json::array({a_flag("a", false)}), json::array());
    refresh();
    refresh();
    asking.reset();  // on a thread that answers

    EXPECT_FALSE(replaced.expired());
    refresh();
    EXPECT_TRUE(replaced.expired());
}

TEST_F(BoardTest, AnEnvironmentThatDoesNotCompileKeepsNoOtherBack) {
    const auto put = [&](const char* environment, bool enabled) {
        const auto done = store_.import(sdk::testing::a_context(), {}, environment,
                                        {{"features", json::array({a_flag("e", enabled)})}}, ImportMode::merge);
        ASSERT_TRUE(done) << done.error().message;
    };
    put("staging", false);
    refresh();
    put(kProduction, true);
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(),
                                   "UPDATE flags_item_parts SET body = '{' WHERE item_id IN (SELECT id FROM "
                                   "flags_items WHERE environment = 'production' AND name = 'e')"));
    put("staging", true);
    EXPECT_FALSE(board_.refresh());
    EXPECT_TRUE(board_.served("staging")->rules->find("e")->enabled);
    EXPECT_EQ(served("e"), nullptr);
}

TEST_F(BoardTest, ADamagedDefinitionLeavesWhatIsServed) {
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE flags_item_parts SET body = '{'"));
    import(json::array({a_flag("d", true)}), json::array());
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE flags_item_parts SET body = '{'"));

    EXPECT_FALSE(board_.refresh());
    EXPECT_TRUE(served("a")->enabled);
}

}  // namespace
}  // namespace whatsflow::flags
