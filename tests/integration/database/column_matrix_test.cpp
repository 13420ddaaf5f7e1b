// Each column type with each kind of value, NULL, empty, longest: what goes in comes out.
#include "database/both_databases.hpp"

#include <limits>

namespace whatsflow::data {
namespace {

using sdk::Blob;
using sdk::DbValue;

struct Column {
    const char* type;
    std::vector<DbValue> values;
};

std::string long_text() {
    std::string text;
    while (text.size() < 60'000) text += "සිංහල தமிழ் 🎉 ";
    return text;
}

std::string all_bytes() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    return bytes;
}

std::vector<Column> matrix() {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    const std::vector<DbValue> texts = {nullptr,
                                        "",
                                        " ends in blanks  ",
                                        "quote ' \" ` back\\slash %_",
                                        "සිංහල",
                                        "தமிழ்",
                                        "🎉👩‍👩‍👧‍👦",
                                        std::string("zero\0inside", 11)};
    auto long_texts = texts;
    long_texts.emplace_back(long_text());
    return {
        {"BIGINT", {nullptr, 0, -1, DbValue(static_cast<long long>(kMost)), DbValue(static_cast<long long>(kLeast))}},
        {"INTEGER", {nullptr, 0, -2147483647 - 1, 2147483647}},
        {"SMALLINT", {nullptr, 0, -32768, 32767, true, false}},
        {"DOUBLE", {nullptr, 0.0, -1.5, 1e300, 3.0, 0.1}},
        {"VARCHAR(200)", texts},
        {"TEXT", long_texts},
        {"BLOB", {nullptr, Blob{}, Blob{all_bytes()}, Blob{std::string(60'000, '\xff')}, Blob{std::string(3, '\0')}}},
        {"VARBINARY(300)", {nullptr, Blob{}, Blob{all_bytes()}}},
    };
}

class ColumnMatrix : public OnBothDatabases {};
WF_ON_BOTH_DATABASES(ColumnMatrix);

TEST_P(ColumnMatrix, EachValueComesOutAsItWentIn) {
    int table = 0;
    for (const auto& column : matrix()) {
        const auto name = "t_m" + std::to_string(++table);
        must("CREATE TABLE " + name + " (id BIGINT PRIMARY KEY, v " + column.type + ")");
        int id = 0;
        for (const auto& value : column.values) must("INSERT INTO " + name + " VALUES (?, ?)", {++id, value});

        auto rows = server->query(context, "SELECT v FROM " + name + " ORDER BY id");

        ASSERT_TRUE(rows) << column.type;
        ASSERT_EQ(rows->size(), column.values.size());
        for (std::size_t i = 0; i < rows->size(); ++i)
            EXPECT_EQ((*rows)[i].value("v"), column.values[i]) << column.type << ", value " << i;
    }
}

TEST_P(ColumnMatrix, ALongValueIsFollowedByAShortOneUnharmed) {
    must("CREATE TABLE t_l (id BIGINT PRIMARY KEY, a TEXT, b TEXT)");
    must("INSERT INTO t_l VALUES (1, ?, 'x'), (2, 'y', ?), (3, NULL, '')", {long_text(), long_text()});

    auto rows = server->query(context, "SELECT a, b FROM t_l ORDER BY id");

    ASSERT_TRUE(rows);
    EXPECT_EQ((*rows)[0].text("a"), long_text());
    EXPECT_EQ((*rows)[0].text("b"), "x");
    EXPECT_EQ((*rows)[1].text("a"), "y");
    EXPECT_EQ((*rows)[1].text("b"), long_text());
    EXPECT_TRUE((*rows)[2].is_null("a"));
    EXPECT_EQ((*rows)[2].text("b"), "");
}

TEST_P(ColumnMatrix, WhatIsCountedSummedAndComputedIsANumber) {
    must("INSERT INTO t VALUES (1, 'a', 5), (2, 'b', 7)");

    auto row = server->query_one(context,
                                 "SELECT COUNT(*) AS c, SUM(n) AS s, MAX(n) AS m, COALESCE(SUM(n), 0) AS z, "
                                 "MIN(name) AS t, 1 + 1 AS two, NULL AS absent, CAST(AVG(n) AS DOUBLE) AS mean FROM t");

    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->integer("c"), 2);
    EXPECT_EQ((*row)->integer("s"), 12);
    EXPECT_EQ((*row)->integer("m"), 7);
    EXPECT_EQ((*row)->integer("z"), 12);
    EXPECT_EQ((*row)->text("t"), "a");
    EXPECT_EQ((*row)->integer("two"), 2);
    EXPECT_TRUE((*row)->is_null("absent"));
    EXPECT_EQ((*row)->real("mean"), 6.0);
    EXPECT_TRUE((*server->query_one(context, "SELECT SUM(n) AS s FROM t WHERE id > 99"))->is_null("s"));
}

class MariaDbColumns : public OnMariaDb {};

TEST_F(MariaDbColumns, ADecimalWithAFractionIsRefusedRatherThanRounded) {
    must("CREATE TABLE t_d (price DECIMAL(10,2), whole DECIMAL(10,0), vast DECIMAL(30,0))");
    must("INSERT INTO t_d VALUES (1.25, 7, 123456789012345678901234567890)");

    EXPECT_EQ(server->query(context, "SELECT price FROM t_d").error().code, "database.failed");
    EXPECT_EQ(server->query(context, "SELECT vast FROM t_d").error().code, "database.failed");
    EXPECT_EQ(number("SELECT whole FROM t_d"), 7);
    EXPECT_EQ((*server->query_one(context, "SELECT CAST(price AS CHAR(20)) AS p FROM t_d"))->text("p"), "1.25");
}

TEST_F(MariaDbColumns, AnUnsignedNumberBeyondOursIsRefused) {
    must("CREATE TABLE t_u (small BIGINT UNSIGNED, vast BIGINT UNSIGNED)");
    must("INSERT INTO t_u VALUES (7, 18446744073709551615)");

    EXPECT_EQ(number("SELECT small FROM t_u"), 7);
    EXPECT_EQ(server->query(context, "SELECT vast FROM t_u").error().code, "database.failed");
}

TEST_F(MariaDbColumns, ColumnsThatOthersMadeLongAreReadWhole) {
    must("CREATE TABLE t_x (a LONGTEXT, b MEDIUMTEXT, c JSON, d LONGBLOB)");
    const std::string three_megabytes(3'000'000, 'x');
    must("INSERT INTO t_x VALUES (?, ?, ?, ?)", {three_megabytes, "b", "{\"a\":1}", Blob{three_megabytes}});

    auto row = server->query_one(context, "SELECT * FROM t_x");

    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->text("a"), three_megabytes);
    EXPECT_EQ((*row)->text("b"), "b");
    EXPECT_EQ((*row)->text("c"), "{\"a\":1}");
    EXPECT_EQ((*row)->bytes("d"), three_megabytes);
}

TEST_F(MariaDbColumns, DatesOfOthersAreText) {
    auto row =
        server->query_one(context, "SELECT CAST('2026-03-10' AS DATE) AS d, TIMESTAMP('2026-03-10 08:00:00') AS t");

    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->text("d"), "2026-03-10");
    EXPECT_EQ((*row)->text("t").substr(0, 19), "2026-03-10 08:00:00");
}

}  // namespace
}  // namespace whatsflow::data
