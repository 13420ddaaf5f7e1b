// Tenants are kept apart below every handler, on both databases.
#include "both_databases.hpp"

#include <mutex>

namespace whatsflow::data {
namespace {

using sdk::CallContext;
using sdk::TenantId;

class LogLines final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel level, std::string_view message, const sdk::LogFields& fields) noexcept override {
        const std::lock_guard lock(mutex_);
        text_ += level == sdk::LogLevel::error ? "ERROR " : "";
        text_ += message;
        for (const auto& [name, value] : fields) text_ += " " + name + "=" + value;
        text_ += "\n";
    }
    std::size_t count(std::string_view words) const {
        const std::lock_guard lock(mutex_);
        std::size_t found = 0;
        for (auto at = text_.find(words); at != std::string::npos; at = text_.find(words, at + 1)) ++found;
        return found;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

class Tenants : public OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        OpenOptions options;
        options.data_folder = scratch.folder();
        options.sessions = 4;
        options.log = &log;
        server = *open(url, options);
        scratch.write("0002_notes.sql",
                      "CREATE TABLE t_notes (id BIGINT PRIMARY KEY, tenant_id VARCHAR(36) NOT NULL, text VARCHAR(100));"
                      "CREATE TABLE t_tags (note BIGINT NOT NULL, tenant_id VARCHAR(36) NOT NULL, tag VARCHAR(20));");
        auto applied = Migrator(*server, {scratch.owner()}, clock).apply({});
        ASSERT_TRUE(applied) << applied.error().message;
        for (const auto& whose : {one, two}) {
            const std::int64_t id = whose.tenant == one.tenant ? 1 : 2;
            auto done = server->execute(whose, "INSERT INTO t_notes (id, tenant_id, text) VALUES (?, :tenant, ?)",
                                        {id, "of " + whose.tenant.text()});
            ASSERT_TRUE(done) << done.error().message;
        }
    }

    std::string notes(const CallContext& whose, const std::string& sql, const sdk::DbValues& values = {}) {
        auto rows = server->query(whose, sql, values);
        if (!rows) return rows.error().code;
        std::string text;
        for (const auto& row : *rows) text += row.text("text") + ";";
        return text;
    }

    LogLines log;
    CallContext one{.request_id = "r-1", .tenant = TenantId("tenant-1")};
    CallContext two{.request_id = "r-2", .tenant = TenantId("tenant-2")};
    CallContext nobody{.request_id = "r-0", .tenant = {}};
};

TEST_P(Tenants, EachSeesItsOwnRows) {
    const std::string sql = "SELECT text FROM t_notes WHERE tenant_id = :tenant AND id < ? ORDER BY id";

    EXPECT_EQ(notes(one, sql, {100}), "of tenant-1;");
    EXPECT_EQ(notes(two, sql, {100}), "of tenant-2;");
    EXPECT_EQ(notes(one, sql, {100}), "of tenant-1;") << "the prepared statement does not remember";
}

TEST_P(Tenants, AStatementThatForgetsTheTenantIsNotRun) {
    EXPECT_EQ(notes(one, "SELECT text FROM t_notes"), "database.unscoped");
    auto done = server->execute(one, "DELETE FROM t_notes WHERE id = ?", {2});

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "database.unscoped");
    EXPECT_NE(done.error().message.find("t_notes"), std::string::npos);
    EXPECT_EQ(log.count("ERROR a statement did not say whose rows it means"), 2U);
    EXPECT_EQ(notes(two, "SELECT text FROM t_notes WHERE tenant_id = :tenant"), "of tenant-2;");
}

TEST_P(Tenants, NeitherDoesATransactionRunIt) {
    auto done = server->transaction(one, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        EXPECT_EQ(tx.query(one, "SELECT text FROM t_notes").error().code, "database.unscoped");
        EXPECT_EQ(tx.execute(one, "UPDATE t_notes SET text = ?", {"x"}).error().code, "database.unscoped");
        auto changed =
            tx.execute(one, "UPDATE t_notes SET text = ? WHERE tenant_id = :tenant AND id < ?", {"mine", 100});
        EXPECT_EQ(*changed, 1);
        return sdk::ok();  // a refused statement has not spoiled the transaction
    });

    EXPECT_TRUE(done);
    EXPECT_EQ(notes(one, "SELECT text FROM t_notes WHERE tenant_id = :tenant"), "mine;");
    EXPECT_EQ(notes(two, "SELECT text FROM t_notes WHERE tenant_id = :tenant"), "of tenant-2;");
}

TEST_P(Tenants, OnBehalfOfNobodyThereIsNoTenant) {
    EXPECT_EQ(notes(nobody, "SELECT text FROM t_notes WHERE tenant_id = :tenant"), "database.unscoped");
    auto across = sdk::across_tenants(nobody, "test");
    EXPECT_EQ(notes(across, "SELECT text FROM t_notes WHERE tenant_id = :tenant"), "database.unscoped");
}

TEST_P(Tenants, ACrossingSeesAllAndIsLoggedOncePerRequestAndReason) {
    const auto across = sdk::across_tenants(nobody, "admin.notes.list");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(notes(across, "SELECT text FROM t_notes ORDER BY id"), "of tenant-1;of tenant-2;");
    EXPECT_TRUE(server->query(across, "SELECT 1"));

    EXPECT_EQ(log.count("look at all tenants request_id=r-0 reason=admin.notes.list table=t_notes"), 1U);
    EXPECT_EQ(log.count("look at all tenants"), 1U);
    auto again = across;
    again.request_id = "r-9";
    (void)notes(again, "SELECT text FROM t_notes");
    EXPECT_EQ(log.count("look at all tenants"), 2U);
}

TEST_P(Tenants, SubqueriesJoinsUnionsAndCommonTablesWork) {
    auto tagged = server->execute(
        one, "INSERT INTO t_tags (note, tenant_id, tag) VALUES (?, :tenant, ?), (?, :tenant, ?)", {1, "a", 1, "b"});
    ASSERT_TRUE(tagged);

    EXPECT_EQ(notes(one,
                    "SELECT n.text FROM t_notes n JOIN t_tags g ON g.note = n.id AND g.tenant_id = n.tenant_id "
                    "WHERE g.tag = ? AND n.tenant_id = :tenant",
                    {"a"}),
              "of tenant-1;");
    EXPECT_EQ(notes(one,
                    "SELECT text FROM t_notes WHERE tenant_id = :tenant AND id IN (SELECT note FROM t_tags WHERE "
                    "tag = ? AND tenant_id = :tenant) AND text <> ?",
                    {"b", "x"}),
              "of tenant-1;");
    EXPECT_EQ(notes(two,
                    "SELECT text FROM t_notes WHERE tenant_id = :tenant UNION SELECT tag AS text FROM t_tags WHERE "
                    "tenant_id = :tenant"),
              "of tenant-2;");
    EXPECT_EQ(notes(two,
                    "WITH mine AS (SELECT text FROM t_notes WHERE tenant_id = :tenant) SELECT text FROM mine WHERE "
                    "text LIKE ?",
                    {"of%"}),
              "of tenant-2;");
}

TEST_P(Tenants, StringsAndCommentsAreLeftAlone) {
    EXPECT_EQ(notes(one, "SELECT 't_notes :tenant ?' AS text -- FROM t_notes WHERE tenant_id = :tenant"),
              "t_notes :tenant ?;");
}

TEST_P(Tenants, TheWrongNumberOfValuesIsStillTheDriversToRefuse) {
    EXPECT_EQ(notes(one, "SELECT text FROM t_notes WHERE id = ? AND tenant_id = :tenant"), "database.failed");
    EXPECT_EQ(notes(one, "SELECT text FROM t_notes WHERE tenant_id = :tenant", {1}), "database.failed");
}

TEST_P(Tenants, TablesOfALaterMigrationAreLearned) {
    scratch.write("0003_more.sql", "CREATE TABLE t_more (tenant_id VARCHAR(36) NOT NULL, text VARCHAR(10));");
    auto other = another();
    ASSERT_TRUE(Migrator(*other, {scratch.owner()}, clock).apply({}));
    EXPECT_EQ(other->query(one, "SELECT text FROM t_more").error().code, "database.unscoped");

    // This process finds it applied by the other one.
    ASSERT_TRUE(Migrator(*server, {scratch.owner()}, clock).apply({}));

    EXPECT_EQ(notes(one, "SELECT text FROM t_more"), "database.unscoped");
    EXPECT_EQ(notes(one, "SELECT text FROM t_more WHERE tenant_id = :tenant"), "");
}

TEST_P(Tenants, ADatabaseOpenedLaterKnowsThemFromTheStart) {
    EXPECT_EQ(another()->query(one, "SELECT text FROM t_notes").error().code, "database.unscoped");
}

WF_ON_BOTH_DATABASES(Tenants);

}  // namespace
}  // namespace whatsflow::data
