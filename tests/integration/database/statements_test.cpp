// Statements mean the same on both databases, and refusals have the same codes.
#include "database/both_databases.hpp"

namespace whatsflow::data {
namespace {

class Statements : public OnBothDatabases {};
WF_ON_BOTH_DATABASES(Statements);

TEST_P(Statements, RefusalsHaveOneCodeOnBoth) {
    must("INSERT INTO t VALUES (1, 'a', 0)");

    EXPECT_EQ(code("INSERT INTO t VALUES (1, 'b', 0)"), "database.duplicate");
    EXPECT_EQ(code("INSERT INTO t VALUES (2, 'a', 0)"), "database.duplicate");
    EXPECT_EQ(code("INSERT INTO t VALUES (2, 'b', NULL)"), "database.constraint");
    EXPECT_EQ(code("INSERT INTO t_child VALUES (1, 99, 1)"), "database.constraint");
    EXPECT_EQ(code("INSERT INTO t_child VALUES (1, 1, 10)"), "database.constraint");
    EXPECT_EQ(code("INSERT INTO nowhere VALUES (1)"), "database.failed");
    EXPECT_EQ(code("SELEKT"), "database.failed");
    EXPECT_EQ(code("SELECT ?", {}), "database.failed");
    EXPECT_EQ(code("INSERT INTO t VALUES (3, 'c', 0); DELETE FROM t"), "database.failed");
    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 1);
}

TEST_P(Statements, TextReadsTheSame) {
    must("INSERT INTO t VALUES (1, 'ada', 0), (2, 'Ada', 0), (3, 'ada ', 0), (4, 'adá', 0)");

    EXPECT_EQ(number("SELECT id FROM t WHERE name = 'Ada'"), 2);
    EXPECT_EQ(number("SELECT COUNT(*) FROM t WHERE name LIKE 'ada%'"), 2);
    EXPECT_EQ(number("SELECT id FROM t WHERE \"name\" = 'a' || 'da'"), 1);
    EXPECT_EQ(number("SELECT LENGTH('\\')"), 1);
    EXPECT_EQ(number("SELECT id FROM t ORDER BY name LIMIT 1"), 2);
}

TEST_P(Statements, EmojiSinhalaAndTamilAreKeptComparedAndSearched) {
    must("INSERT INTO t VALUES (1, 'ආයුබෝවන් 👋', 0), (2, 'வணக்கம் 🎉', 0)");

    EXPECT_EQ(number("SELECT id FROM t WHERE name = ?", {"வணக்கம் 🎉"}), 2);
    EXPECT_EQ(number("SELECT id FROM t WHERE name LIKE ?", {"%👋"}), 1);
    EXPECT_EQ((*server->query_one(context, "SELECT name FROM t WHERE id = 1"))->text("name"), "ආයුබෝවන් 👋");
}

TEST_P(Statements, NoRowIsNothing) {
    auto row = server->query_one(context, "SELECT * FROM t WHERE id = 7");

    ASSERT_TRUE(row);
    EXPECT_FALSE(*row);
}

TEST_P(Statements, ChangedRowsAreCounted) {
    EXPECT_EQ(*server->execute(context, "INSERT INTO t VALUES (1,'a',0),(2,'b',0)"), 2);
    EXPECT_EQ(*server->execute(context, "UPDATE t SET n = n + 1 WHERE id < ?", {9}), 2);
    EXPECT_EQ(*server->execute(context, "DELETE FROM t WHERE id = ?", {1}), 1);
    EXPECT_EQ(*server->execute(context, "DELETE FROM t WHERE id = ?", {1}), 0);
}

TEST_P(Statements, AStatementOfAnAlteredTableGoesOn) {
    must("INSERT INTO t VALUES (1,'a',0)");
    ASSERT_EQ((*server->query(context, "SELECT * FROM t"))[0].columns().size(), 3U);

    must("ALTER TABLE t ADD COLUMN extra VARCHAR(10) DEFAULT 'new'");

    EXPECT_EQ((*server->query_one(context, "SELECT * FROM t"))->text("extra"), "new");
}

TEST_P(Statements, MoreDifferentStatementsThanTheCacheHoldsAllWork) {
    for (int i = 0; i < 500; ++i) ASSERT_EQ(number("SELECT " + std::to_string(i)), i);
    for (int i = 0; i < 500; ++i) ASSERT_EQ(number("SELECT " + std::to_string(i)), i);
}

TEST_P(Statements, MoreRowsThanTheLimitAreRefusedAndTheSessionStaysGood) {
    const std::string many =
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ?) SELECT n FROM r";
    if (GetParam() == sdk::Dialect::mysql) must("SET GLOBAL max_recursive_iterations = 1000000");
    server = another(1);

    EXPECT_EQ(server->query(context, many, {100'001}).error().code, "database.too_many_rows");
    auto rows = server->query(context, many, {100'000});
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(rows->size(), 100'000U);
    EXPECT_EQ(rows->back().integer("n"), 100'000);
}

TEST_P(Statements, AStatementEndsAtTheDeadline) {
    const auto endless =
        GetParam() == sdk::Dialect::sqlite
            ? "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) AS n FROM r"
            : "SELECT SLEEP(60) AS n";
    const auto started = std::chrono::steady_clock::now();
    context.deadline = started + std::chrono::milliseconds(80);

    auto rows = server->query(context, endless);

    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, "database.unavailable");
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
    context.deadline = sdk::CallContext::Deadline::max();
    EXPECT_EQ(number("SELECT 1"), 1);
}

}  // namespace
}  // namespace whatsflow::data
