// What a file would change, told edit by edit.
#include "import_edits.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

std::shared_ptr<const RuleSet> served() {
    const auto rules =
        RuleSet::parse(R"({"features": [{"name": "same"}, {"name": "other", "enabled": false}, {"name": "gone"}],
                                          "segments": [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]})");
    EXPECT_TRUE(rules);
    return *rules;
}

const json kFile = json::parse(R"({"features": [{"name": "same"}, {"name": "other", "enabled": true}, {"name": "new"}],
                                   "segments": [{"id": 1, "name": "uno"}]})");

std::vector<std::string> names(const std::vector<Edit>& edits) {
    std::vector<std::string> all;
    for (const auto& each : edits) all.push_back(each.kind + " " + each.name + (each.definition ? "" : " goes"));
    return all;
}

TEST(ImportEdits, OnlyWhatDiffersIsAnEditSegmentsFirst) {
    const auto edits = edits_of_import(kFile, *served(), "production", ImportMode::merge);

    EXPECT_EQ(names(edits), (std::vector<std::string>{"segment 1", "feature other", "feature new"}));
    EXPECT_EQ(edits[1].seen, mark_of(served()->find("other")->text));
    EXPECT_EQ(edits[2].seen, "") << "it must not be there yet";
    EXPECT_EQ(edits[2].environment, "production");
    EXPECT_EQ(edits[2].project, kDefaultProject);
}

TEST(ImportEdits, AFileThatReplacesTakesTheOthersAway) {
    const auto edits = edits_of_import(kFile, *served(), "production", ImportMode::replace);

    EXPECT_EQ(names(edits), (std::vector<std::string>{"segment 1", "feature other", "feature new", "feature gone goes",
                                                      "segment 2 goes"}));
    EXPECT_EQ(edits[3].seen, mark_of(served()->find("gone")->text));
}

TEST(ImportEdits, TheSameFileIsNoEdit) {
    const auto rules = served();
    json file{{"features", json::array()}, {"segments", rules->segments()}};
    for (const auto& each : rules->features()) file["features"].push_back(each.definition());

    EXPECT_TRUE(edits_of_import(file, *rules, "production", ImportMode::replace).empty());
}

}  // namespace
}  // namespace whatsflow::flags
