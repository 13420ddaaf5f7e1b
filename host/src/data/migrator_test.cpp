#include "data/migrator.hpp"

#include "data/sql_text.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <thread>

namespace whatsflow::data {
namespace {

namespace fs = std::filesystem;

class StoppedClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(1'700'000'000'000'000); }
};

class Migrations : public testing::Test {
protected:
    Migrations() {
        auto name = (fs::temp_directory_path() / "wf-migrations-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        server = *open(*parse_database_url("sqlite:test.db"), {.data_folder = folder / "data"});
    }
    ~Migrations() override {
        server.reset();
        fs::remove_all(folder);
    }
    void write(const std::string& name, const std::string& sql) {
        fs::create_directories(folder / "m");
        std::ofstream(folder / "m" / name) << sql;
    }
    MigrationOwner owner() const { return {"landing", "landing_", folder / "m"}; }
    Migrator migrator() { return Migrator(*server, {owner()}, clock); }
    std::string fault() { return load_migrations(owner(), sdk::Dialect::sqlite).error().message; }

    sdk::CallContext context;
    StoppedClock clock;
    fs::path folder;
    std::shared_ptr<DatabaseServer> server;
};

TEST_F(Migrations, PendingOnesAreAppliedOnceAndListed) {
    write(
        "0001_create_notes.sql",
        "CREATE TABLE landing_notes (id INTEGER PRIMARY KEY, t TEXT);\nINSERT INTO landing_notes VALUES (1, 'a;b');\n");
    write("0002_add_more.sqlite.sql", "ALTER TABLE landing_notes ADD COLUMN more TEXT; -- for later; really");
    write("0002_add_more.mysql.sql", "ALTER TABLE landing_notes ADD COLUMN IF NOT EXISTS more TEXT;");
    write("README.md", "not a migration");
    EXPECT_EQ(migrator().status(context)->size(), 2U);
    EXPECT_FALSE((*migrator().status(context))[0].applied_at);
    EXPECT_NE(migrator().dry_run(context)->find("-- landing/0001_create_notes\n"), std::string::npos);
    EXPECT_FALSE(server->query(context, "SELECT * FROM schema_migrations")) << "looking must not write";

    auto applied = migrator().apply(context);

    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(applied->size(), 2U);
    EXPECT_EQ((*server->query_one(context, "SELECT * FROM landing_notes"))->text("t"), "a;b");
    EXPECT_EQ((*migrator().status(context))[1].applied_at, clock.now());
    EXPECT_TRUE(migrator().pending(context)->empty());
    EXPECT_TRUE(migrator().apply(context)->empty());
    EXPECT_EQ(*migrator().dry_run(context), "");
}

TEST_F(Migrations, AnEditedFileStopsWithASentence) {
    write("0001_create_notes.sql", "CREATE TABLE landing_notes (id INTEGER);");
    ASSERT_TRUE(migrator().apply(context));
    write("0001_create_notes.sql", "CREATE TABLE landing_notes (id INTEGER, x TEXT);");

    EXPECT_EQ(migrator().apply(context).error().code, "migration.changed");
    EXPECT_NE(migrator().pending(context).error().message.find("landing/0001_create_notes"), std::string::npos);
}

TEST_F(Migrations, OtherLineEndsAreTheSameFile) {
    write("0001_create_notes.sql", "CREATE TABLE landing_notes\n(id INTEGER);\n");
    ASSERT_TRUE(migrator().apply(context));
    write("0001_create_notes.sql", "CREATE TABLE landing_notes\r\n(id INTEGER);\r\n\r\n");

    EXPECT_TRUE(migrator().apply(context));
}

TEST_F(Migrations, ADatabaseOfANewerVersionIsRefused) {
    write("0001_create_notes.sql", "CREATE TABLE landing_notes (id INTEGER);");
    ASSERT_TRUE(migrator().apply(context));
    fs::remove(folder / "m" / "0001_create_notes.sql");

    EXPECT_EQ(migrator().apply(context).error().code, "migration.changed");
    EXPECT_TRUE(Migrator(*server, {}, clock).apply(context)) << "an owner that is not here is left alone";
}

TEST_F(Migrations, AFileThatFailsLeavesNothingBehind) {
    write("0001_create_notes.sql", "CREATE TABLE landing_notes (id INTEGER);\nINSERT INTO landing_absent VALUES (1);");

    auto applied = migrator().apply(context);

    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, "migration.failed");
    EXPECT_NE(applied.error().message.find("statement 2"), std::string::npos) << applied.error().message;
    EXPECT_FALSE(server->query(context, "SELECT * FROM landing_notes"));
    EXPECT_EQ(migrator().pending(context)->size(), 1U);
}

TEST_F(Migrations, AFileThatLeavesRowsReferringToNothingIsRefused) {
    write("0001_a.sql",
          "CREATE TABLE landing_a (id INTEGER PRIMARY KEY);"
          "CREATE TABLE landing_b (a INTEGER REFERENCES landing_a (id));"
          "INSERT INTO landing_b VALUES (7);");

    EXPECT_EQ(migrator().apply(context).error().code, "migration.failed");
}

TEST_F(Migrations, SeveralProcessesAtOnceApplyEachFileOnce) {
    write("0001_create_notes.sql", "CREATE TABLE landing_notes (id INTEGER PRIMARY KEY);");
    write("0002_fill.sql", "INSERT INTO landing_notes (id) VALUES (1);");
    std::atomic<int> applied = 0;
    std::atomic<int> failed = 0;
    std::vector<std::thread> processes;
    for (int i = 0; i < 4; ++i)
        processes.emplace_back([&] {
            auto own = *open(*parse_database_url("sqlite:test.db"), {.data_folder = folder / "data"});
            auto done = Migrator(*own, {owner()}, clock).apply(context);
            if (done)
                applied += static_cast<int>(done->size());
            else
                ++failed;
        });
    for (auto& process : processes) process.join();

    EXPECT_EQ(failed, 0);
    EXPECT_EQ(applied, 2);
}

TEST_F(Migrations, NumbersWithoutGapsAndNamesInTheirFormAreAsked) {
    write("0002_b.sql", "");
    EXPECT_NE(fault().find("number 1 is missing"), std::string::npos);
    write("0001_a.sql", "");
    EXPECT_TRUE(load_migrations(owner(), sdk::Dialect::sqlite));
    write("0001_c.sql", "");
    EXPECT_NE(fault().find("used twice"), std::string::npos);
    fs::remove(folder / "m" / "0001_c.sql");
    write("0003_c.sqlite.sql", "");
    EXPECT_NE(fault().find("for one database only"), std::string::npos);
    fs::remove(folder / "m" / "0003_c.sqlite.sql");
    write("3_c.sql", "");
    EXPECT_NE(fault().find("0001_create_things.sql"), std::string::npos);
}

TEST_F(Migrations, AnOwnerWithoutTheFolderHasNone) {
    EXPECT_TRUE(load_migrations({"x", "x_", folder / "absent"}, sdk::Dialect::mysql)->empty());
}

TEST_F(Migrations, AForbiddenTypeIsRefusedAtLoading) {
    write("0001_a.sql", "CREATE TABLE landing_a (body LONGTEXT);");

    EXPECT_EQ(load_migrations(owner(), sdk::Dialect::mysql).error().code, "migration.invalid");
}

TEST(TablePrefix, IsTheIdWithUnderscores) {
    EXPECT_EQ(table_prefix_of("landing"), "landing_");
    EXPECT_EQ(table_prefix_of("com.acme.pay"), "com_acme_pay_");
}

TEST(SqlText, StatementsEndAtSemicolonsOutsideOfQuotesAndComments) {
    const auto statements = split_statements(
        "-- first; really\nINSERT INTO a VALUES ('x;''y', \"z;\", `q;`);;\n /* ; */ DELETE FROM a -- end\n; \n--last");

    ASSERT_EQ(statements.size(), 2U);
    EXPECT_EQ(statements[0], "INSERT INTO a VALUES ('x;''y', \"z;\", `q;`)");
    EXPECT_EQ(statements[1], "DELETE FROM a");
}

TEST(SqlText, AnUnfinishedQuoteEndsWithTheText) {
    EXPECT_EQ(split_statements("SELECT 'a; b").size(), 1U);
    EXPECT_EQ(split_statements("SELECT 1 /* a; b").size(), 1U);
    EXPECT_TRUE(split_statements(" ; ;").empty());
}

TEST(SqlText, OnlyASelectThatLocksNothingMayBeRunTwice) {
    EXPECT_TRUE(only_reads(" select a FROM t WHERE b = 'FOR UPDATE'"));
    EXPECT_FALSE(only_reads("SELECT a FROM t FOR UPDATE"));
    EXPECT_FALSE(only_reads("INSERT INTO t VALUES (1) RETURNING a"));
    EXPECT_FALSE(only_reads("WITH x AS (SELECT 1) DELETE FROM t"));
    EXPECT_FALSE(only_reads(""));
}

}  // namespace
}  // namespace whatsflow::data
