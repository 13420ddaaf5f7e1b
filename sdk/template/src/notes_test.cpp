#include "notes.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace example {
namespace {

class NotesTest : public ::testing::Test {
protected:
    sdk::testing::ScriptedDatabase database_;
    sdk::testing::FakeClock clock_;
    Notes notes_{database_, clock_, 10};
    sdk::CallContext context_ = sdk::testing::a_context(sdk::TenantId{"tenant-1"});
};

TEST_F(NotesTest, ANoteIsStoredForItsTenant) {
    database_.changes("INSERT INTO com_example_template_notes", 1);

    const auto id = notes_.add(context_, "hello");

    ASSERT_TRUE(id);
    const auto statement = database_.statements().at(0);
    EXPECT_EQ(statement.values.at(1), sdk::DbValue("tenant-1"));
    EXPECT_EQ(statement.values.at(2), sdk::DbValue("hello"));
}

TEST_F(NotesTest, ATooLongNoteNamesTheField) {
    const auto id = notes_.add(context_, "eleven char");

    ASSERT_FALSE(id);
    EXPECT_EQ(id.error().fields.at(0).code, "too_long");
    EXPECT_TRUE(database_.statements().empty());
}

TEST_F(NotesTest, AnOutageOfTheDatabaseIsPassedOn) {
    database_.fail("SELECT", sdk::fail("database.unavailable", "gone"));

    EXPECT_EQ(notes_.list(context_).error().code, "database.unavailable");
}

}  // namespace
}  // namespace example
