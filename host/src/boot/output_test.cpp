#include "boot/output.hpp"

#include <gtest/gtest.h>

namespace whatsflow::boot {
namespace {

TEST(Table, AlignsColumnsByCharactersNotBytes) {
    const nlohmann::json rows = {{{"id", "a"}, {"name", "නුවන්"}}, {{"id", "bcd"}, {"name", "x"}}};
    const std::string table = format_table(rows, {"id", "name"});
    EXPECT_EQ(table.substr(0, table.find('\n')), "ID   NAME");
    EXPECT_NE(table.find("\na    නුවන්\n"), std::string::npos);
    EXPECT_NE(table.find("\nbcd  x\n"), std::string::npos);
}

TEST(Table, KeepsARowOnOneLine) {
    const std::string table = format_table({{{"message", "two\nlines"}}}, {"message"});
    EXPECT_EQ(table, "MESSAGE\ntwo lines\n");
}

TEST(Table, JoinsListsAndShowsNothingAsADash) {
    const std::string table = format_table({{{"a", {"x", "y"}}, {"b", nullptr}}}, {"a", "b"});
    EXPECT_EQ(table, "A     B\nx, y  –\n");
}

}  // namespace
}  // namespace whatsflow::boot
