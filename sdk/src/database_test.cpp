#include <whatsflow/sdk/database.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace whatsflow::sdk {
namespace {

Row a_row() {
    const auto columns = std::make_shared<const std::vector<std::string>>(
        std::vector<std::string>{"id", "count", "ratio", "nothing", "raw", "at"});
    return Row(columns, {"a-1", 7, 0.5, nullptr, Blob{"\xff"}, from_micros(42)});
}

TEST(Row, GivesEachColumnInItsType) {
    const auto row = a_row();

    EXPECT_EQ(row.text("id"), "a-1");
    EXPECT_EQ(row.integer("count"), 7);
    EXPECT_TRUE(row.boolean("count"));
    EXPECT_DOUBLE_EQ(row.real("ratio"), 0.5);
    EXPECT_DOUBLE_EQ(row.real("count"), 7.0);
    EXPECT_EQ(row.bytes("raw"), "\xff");
    EXPECT_EQ(row.instant("at"), from_micros(42));
    EXPECT_EQ(row.maybe_text("nothing"), std::nullopt);
    EXPECT_EQ(row.maybe_integer("count"), 7);
}

TEST(Row, AMistakeOfTheProgramNamesTheColumn) {
    const auto row = a_row();

    EXPECT_THROW((void)row.text("missing"), std::logic_error);
    EXPECT_THROW((void)row.integer("id"), std::logic_error);
    try {
        (void)row.text("nothing");
        FAIL() << "a NULL was given as text";
    } catch (const std::logic_error& error) {
        EXPECT_NE(std::string(error.what()).find("nothing"), std::string::npos);
    }
}

TEST(DbValue, AnEmptyOptionalIsNull) {
    EXPECT_TRUE(DbValue(std::optional<std::string>{}).is_null());
    EXPECT_EQ(DbValue(std::optional<int>{3}), DbValue(3));
    EXPECT_EQ(DbValue(true), DbValue(1));
}

}  // namespace
}  // namespace whatsflow::sdk
