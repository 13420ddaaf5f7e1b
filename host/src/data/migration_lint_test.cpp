#include "data/migration_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

auto lint(const char* sql) {
    return lint_migration("landing_", sql);
}

TEST(MigrationLint, AnOrdinaryFilePasses) {
    EXPECT_THAT(lint(R"(
        -- LONGTEXT in a comment is no column, nor is DROP TABLE users.
        CREATE TABLE IF NOT EXISTS landing_messages (
            id CHAR(36) PRIMARY KEY, json TEXT CHECK (JSON_VALID(json)), topic VARCHAR(20) DEFAULT 'JSON',
            amount_minor BIGINT NOT NULL, ratio DOUBLE, created_at BIGINT NOT NULL,
            parent CHAR(36) REFERENCES landing_messages (id));
        CREATE UNIQUE INDEX IF NOT EXISTS landing_messages_by_time ON landing_messages (created_at, id);
        ALTER TABLE landing_messages ADD COLUMN read_at BIGINT;
        INSERT INTO landing_messages (id) SELECT id FROM landing_old WHERE TRIM(LEADING '0' FROM topic) = '1';
        UPDATE landing_messages SET topic = 'x' WHERE id IN (SELECT id FROM landing_old);
        DELETE FROM landing_messages WHERE id = 'a';
        DROP TABLE IF EXISTS landing_old;
        ALTER TABLE landing_messages RENAME TO landing_notes;)"),
                IsEmpty());
}

TEST(MigrationLint, TypesThatCrashLoseOrCostAreRefused) {
    for (const char* type :
         {"LONGTEXT", "longblob", "MEDIUMTEXT", "MediumBlob", "JSON", "DECIMAL(10,2)", "NUMERIC", "FLOAT"}) {
        const auto sql = std::string("CREATE TABLE landing_a (id INTEGER, body ") + type + ")";
        EXPECT_THAT(lint(sql.c_str()), ElementsAre(HasSubstr("column 'body'"))) << type;
        const auto alter = std::string("ALTER TABLE landing_a ADD COLUMN \"body\" ") + type;
        EXPECT_THAT(lint(alter.c_str()), ElementsAre(HasSubstr("column 'body'"))) << type;
    }
}

TEST(MigrationLint, AnInstantIsABigint) {
    EXPECT_THAT(lint("CREATE TABLE landing_a (id INTEGER, paid_at TIMESTAMP)"), ElementsAre(HasSubstr("paid_at")));
    EXPECT_THAT(lint("CREATE TABLE landing_a (paid_at INTEGER)"), ElementsAre(HasSubstr("paid_at")));
}

TEST(MigrationLint, TablesOfOthersAreRefused) {
    for (const char* sql : {"CREATE TABLE users (id INTEGER)", "CREATE TABLE IF NOT EXISTS billing_x (id INTEGER)",
                            "DROP TABLE billing_x", "DROP TABLE IF EXISTS landing_a, billing_x",
                            "ALTER TABLE billing_x ADD COLUMN a TEXT", "INSERT INTO billing_x VALUES (1)",
                            "UPDATE billing_x SET a = 1", "DELETE FROM billing_x", "CREATE INDEX i ON billing_x (a)",
                            "TRUNCATE TABLE billing_x", "CREATE TABLE landing_a (id INTEGER REFERENCES billing_x (id))",
                            "INSERT INTO landing_a SELECT * FROM billing_x",
                            "INSERT INTO landing_a SELECT * FROM landing_b JOIN billing_x ON 1 = 1",
                            "DELETE FROM `landing_other`.landing_a", "ALTER TABLE landing_a RENAME TO billing_a",
                            "REPLACE INTO \"billing_x\" VALUES (1)"})
        EXPECT_THAT(lint(sql), testing::SizeIs(1)) << sql;
}

TEST(MigrationLint, StatementsThatAreNoMigrationAreRefused) {
    for (const char* sql : {"PRAGMA foreign_keys = OFF", "SET NAMES latin1", "GRANT ALL ON landing_a TO x", "BEGIN",
                            "COMMIT", "CREATE TRIGGER landing_t AFTER INSERT", "CREATE DATABASE x", "ATTACH 'x' AS y"})
        EXPECT_THAT(lint(sql), ElementsAre(HasSubstr("no place in a migration"))) << sql;
}

TEST(MigrationLint, ACharacterSetWithoutEmojiIsRefused) {
    EXPECT_THAT(lint("CREATE TABLE landing_a (id INTEGER) DEFAULT CHARSET=latin1"), ElementsAre(HasSubstr("latin1")));
    EXPECT_THAT(lint("CREATE TABLE landing_a (id INTEGER) CHARACTER SET utf8mb4"), IsEmpty());
}

}  // namespace
}  // namespace whatsflow::data
