#include "boot/scaffold.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;

class ScaffoldTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "scaffold-XXXXXX";
        where_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(where_); }

    static std::string text(const fs::path& file) {
        std::ostringstream stream;
        stream << std::ifstream(file).rdbuf();
        return stream.str();
    }

    const fs::path sdk_ = fs::path(WF_SOURCE_DIR) / "sdk";
    fs::path where_;
};

TEST(FillIn, ReplacesInOnePassSoThatANameMayContainAPlaceholder) {
    EXPECT_EQ(fill_in("com.example.template example", {{"com.example.template", "com.example.geo"}, {"example", "geo"}}),
              "com.example.geo geo");
}

TEST_F(ScaffoldTest, APluginHasItsOwnNamesEverywhere) {
    auto made = make_scaffold(sdk_, "plugin", "com.example.geo_notes", where_);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_GT(made->files.size(), 5u);
    EXPECT_NE(text(where_ / "com.example.geo_notes/plugin.json").find("\"com.example.geo_notes\""), std::string::npos);
    EXPECT_NE(text(where_ / "com.example.geo_notes/src/plugin.cpp").find("GeoNotesPlugin"), std::string::npos);
    EXPECT_NE(text(where_ / "com.example.geo_notes/migrations/0001_create_notes.sql").find("com_example_geo_notes_notes"), std::string::npos);
    for (const auto& file : made->files) EXPECT_EQ(text(file).find("com.example.template"), std::string::npos) << file;
    EXPECT_FALSE(make_scaffold(sdk_, "plugin", "com.example.geo_notes", where_)) << "nothing is overwritten";
}

TEST_F(ScaffoldTest, AMigrationTakesTheNextNumberAndThePluginsPrefix) {
    ASSERT_TRUE(make_scaffold(sdk_, "plugin", "com.example.geo", where_));
    auto made = make_scaffold(sdk_, "migration", "add_colour", where_ / "com.example.geo");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(fs::exists(where_ / "com.example.geo/migrations/0002_add_colour.sql"));
    EXPECT_NE(text(made->files.front()).find("com_example_geo_"), std::string::npos);
}

TEST_F(ScaffoldTest, AnEventIsNamedAfterItsPlugin) {
    ASSERT_TRUE(make_scaffold(sdk_, "plugin", "com.example.geo", where_));
    auto made = make_scaffold(sdk_, "event", "note_removed", where_ / "com.example.geo");
    ASSERT_TRUE(made) << made.error().message;
    const std::string header = text(made->files.front());
    EXPECT_NE(header.find("struct NoteRemoved"), std::string::npos);
    EXPECT_NE(header.find("\"com.example.geo.note_removed\""), std::string::npos);
}

TEST_F(ScaffoldTest, SaysWhatIsWrongWithAName) {
    EXPECT_FALSE(make_scaffold(sdk_, "plugin", "Hello World", where_));
    EXPECT_FALSE(make_scaffold(sdk_, "migration", "add_colour", where_)) << "not a plugin's folder";
    EXPECT_EQ(make_scaffold(sdk_, "banana", "x", where_).error().code, "usage");
}

}  // namespace
}  // namespace whatsflow::boot
