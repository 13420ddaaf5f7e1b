#include "demonstration.hpp"

#include "contact_form.hpp"

#include <whatsflow/sdk/testing/fake_clock.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace whatsflow::landing {
namespace {

using sdk::testing::a_context;
using sdk::testing::FakeClock;
using sdk::testing::ScriptedDatabase;
using testing::EndsWith;
using testing::StartsWith;

std::vector<sdk::testing::Statement> insertions(const ScriptedDatabase& database) {
    std::vector<sdk::testing::Statement> found;
    for (const auto& statement : database.statements())
        if (statement.sql.starts_with("INSERT")) found.push_back(statement);
    return found;
}

TEST(Demonstration, LoadsItsMessagesInOneTransactionAndSaysHowManyThereAre) {
    ScriptedDatabase database;
    const FakeClock clock;
    const auto said = Demonstration(database, clock).load(a_context());

    ASSERT_TRUE(said);
    EXPECT_EQ(*said, "5 example messages of the contact form");
    EXPECT_EQ(insertions(database).size(), 5U);
    EXPECT_EQ(database.commits(), 1U);
}

TEST(Demonstration, LeavesAMessageThatIsThereAlready) {
    ScriptedDatabase database;
    const FakeClock clock;
    Demonstration demonstration(database, clock);
    ASSERT_TRUE(demonstration.load(a_context()));
    const auto first = insertions(database);
    std::set<std::string> ids;
    for (const auto& statement : first) {
        const auto id = std::get<std::string>(statement.values.at(0).storage());
        ids.insert(id);
        database.rows("SELECT id", {sdk::testing::row({{"id", id}})});
    }
    EXPECT_EQ(ids.size(), first.size()) << "two messages share an identifier";

    const auto again = demonstration.load(a_context());

    ASSERT_TRUE(again);
    EXPECT_EQ(*again, "5 example messages of the contact form");
    EXPECT_EQ(insertions(database).size(), first.size());
}

TEST(Demonstration, NamesNobodyRealAndBreaksNoRuleOfTheForm) {
    ScriptedDatabase database;
    FakeClock clock;
    ASSERT_TRUE(Demonstration(database, clock).load(a_context()));
    for (const auto& statement : insertions(database)) {
        const auto text = [&](std::size_t at) { return std::get<std::string>(statement.values.at(at).storage()); };
        EXPECT_THAT(text(2), StartsWith("Example "));
        EXPECT_THAT(text(3), EndsWith(".example"));
        const auto shown = sdk::to_micros(clock.now()) / 1000;
        const ContactInput sent{text(2), text(3), text(4), text(5), text(6), "", std::to_string(shown)};
        EXPECT_TRUE(objections(sent, clock.now() + std::chrono::minutes(1)).empty()) << text(0);
    }
}

TEST(Demonstration, PassesOnThatTheDatabaseIsAway) {
    sdk::testing::UnavailableDatabase database;
    const FakeClock clock;
    const auto said = Demonstration(database, clock).load(a_context());

    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().code, "database.unavailable");
}

TEST(Demonstration, AFailureHalfwayLeavesNothingBehind) {
    ScriptedDatabase database;
    database.fail("INSERT", {"database.failed", "disk full"});
    const FakeClock clock;

    EXPECT_FALSE(Demonstration(database, clock).load(a_context()));
    EXPECT_EQ(database.commits(), 0U);
    EXPECT_EQ(database.rollbacks(), 1U);
}

}  // namespace
}  // namespace whatsflow::landing
