#include <whatsflow/sdk/config.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace whatsflow::sdk {
namespace {

TEST(Config, GivesEachKeyInItsType) {
    const Config config(nlohmann::json{{"name", "x"}, {"count", 3}, {"ratio", 0.5}, {"on", true}, {"none", nullptr}});

    EXPECT_EQ(config.text("name"), "x");
    EXPECT_EQ(config.integer("count"), 3);
    EXPECT_DOUBLE_EQ(config.number("count"), 3.0);
    EXPECT_DOUBLE_EQ(config.number("ratio"), 0.5);
    EXPECT_TRUE(config.boolean("on"));
    EXPECT_FALSE(config.has("none"));
    EXPECT_FALSE(config.has("other"));
}

TEST(Config, AKeyThatTheSchemaDoesNotHaveIsAMistakeOfTheProgram) {
    const Config config(nlohmann::json{{"name", "x"}});

    EXPECT_THROW((void)config.text("nme"), std::logic_error);
    EXPECT_THROW((void)config.integer("name"), std::logic_error);
    EXPECT_THROW((void)config.boolean("name"), std::logic_error);
}

}  // namespace
}  // namespace whatsflow::sdk
