#include "data/tenant_statement.hpp"

#include <gtest/gtest.h>

namespace whatsflow::data {
namespace {

const TenantTables kTables{"CRM_NOTES", "CRM_CONTACTS"};

bool is_scoped(std::string_view sql) {
    return read_statement(sql, kTables).unscoped.empty();
}

TEST(TenantStatement, ThePlaceholderIsReplacedAndItsPlaceKnown) {
    const auto seen = read_statement(
        "UPDATE crm_notes SET text = ?, by = ':tenant ?' WHERE tenant_id = :tenant AND id = ? -- ? :tenant", kTables);

    EXPECT_EQ(seen.sql, "UPDATE crm_notes SET text = ?, by = ':tenant ?' WHERE tenant_id = ? AND id = ? -- ? :tenant");
    EXPECT_EQ(seen.tenant_at, std::vector<std::size_t>{1});
    EXPECT_EQ(seen.table, "crm_notes");
    EXPECT_EQ(seen.unscoped, "");
}

TEST(TenantStatement, EachPlaceIsCounted) {
    const auto seen = read_statement(
        "INSERT INTO crm_notes (tenant_id, text) SELECT :tenant, ? FROM crm_contacts c WHERE c.tenant_id=:tenant",
        kTables);

    EXPECT_EQ(seen.tenant_at, (std::vector<std::size_t>{0, 2}));
    EXPECT_TRUE(seen.unscoped.empty());
}

TEST(TenantStatement, OtherTablesAreNoneOfItsBusiness) {
    const auto seen = read_statement("SELECT * FROM core_sessions WHERE id = ?", kTables);

    EXPECT_EQ(seen.table, "");
    EXPECT_EQ(seen.unscoped, "");
    EXPECT_TRUE(seen.tenant_at.empty());
}

TEST(TenantStatement, ATableOfTenantsNeedsItsTenantHoweverItIsWritten) {
    for (const auto* sql : {"SELECT * FROM crm_notes",
                            "SELECT * FROM CRM_Notes n WHERE n.id = ?",
                            "SELECT * FROM \"crm_notes\"",
                            "SELECT * FROM main.crm_notes",
                            "SELECT * FROM `crm_notes`",
                            "SELECT * FROM [crm_notes]",
                            "SELECT * FROM core_x, crm_notes",
                            "SELECT * FROM core_x JOIN crm_notes ON crm_notes.id = core_x.id",
                            "INSERT INTO crm_notes (tenant_id) VALUES (?)",
                            "UPDATE crm_notes SET text = ?",
                            "DELETE FROM crm_notes",
                            "REPLACE INTO crm_notes VALUES (?)",
                            "SELECT (SELECT COUNT(*) FROM crm_notes) AS n",
                            "SELECT 1 FROM core_x WHERE id IN (SELECT id FROM crm_notes)",
                            "WITH n AS (SELECT * FROM crm_notes) SELECT * FROM n",
                            "SELECT 1 UNION SELECT id FROM crm_notes",
                            "SELECT * FROM/* */crm_notes",
                            "SELECT * FROM -- why\n crm_notes",
                            "SELECT /*! id FROM crm_notes */",
                            "SELECT * FROM crm_notes WHERE tenant_id = ':tenant'",
                            "SELECT * FROM crm_notes -- :tenant",
                            "SELECT * FROM crm_notes /* :tenant */",
                            "SELECT * FROM crm_notes WHERE tenant_id = : tenant",
                            "SELECT * FROM crm_notes WHERE tenant_id = :tenants",
                            "TRUNCATE TABLE crm_notes"}) {
        const auto seen = read_statement(sql, kTables);
        EXPECT_FALSE(seen.unscoped.empty()) << sql;
    }
}

TEST(TenantStatement, WithItsTenantItMayRun) {
    for (const auto* sql :
         {"SELECT * FROM crm_notes WHERE tenant_id = :tenant", "SELECT * FROM crm_notes n WHERE n.tenant_id=:tenant",
          "INSERT INTO crm_notes (tenant_id, text) VALUES (:tenant, ?)",
          "INSERT INTO crm_notes (tenant_id, n) VALUES (:tenant, ?) ON CONFLICT (tenant_id) DO UPDATE SET n = ?",
          "UPDATE crm_notes SET text = ? WHERE tenant_id = :TENANT", "DELETE FROM crm_notes WHERE :tenant = tenant_id",
          "WITH n AS (SELECT * FROM crm_notes WHERE tenant_id = :tenant) SELECT * FROM n"})
        EXPECT_TRUE(is_scoped(sql)) << sql;
}

TEST(TenantStatement, EveryTableNeedsOneOrAJoinToOneThatHasIt) {
    EXPECT_FALSE(
        is_scoped("SELECT 1 FROM crm_notes n JOIN crm_contacts c ON c.id = n.contact WHERE n.tenant_id = :tenant"));
    EXPECT_TRUE(
        is_scoped("SELECT 1 FROM crm_notes n JOIN crm_contacts c ON c.id = n.contact AND c.tenant_id = "
                  "n.tenant_id WHERE n.tenant_id = :tenant"));
    EXPECT_TRUE(is_scoped("SELECT 1 FROM crm_notes JOIN crm_contacts USING (id, tenant_id) WHERE tenant_id = :tenant"));
    EXPECT_TRUE(
        is_scoped("SELECT 1 FROM crm_notes n, crm_contacts c WHERE n.tenant_id = :tenant AND c.tenant_id = :tenant"));
    EXPECT_FALSE(is_scoped("SELECT 1 FROM crm_notes n JOIN crm_contacts c ON c.tenant_id = n.tenant_id"))
        << "a join alone says nothing about whose they are";
    EXPECT_FALSE(is_scoped("SELECT id FROM crm_notes WHERE tenant_id = :tenant UNION SELECT id FROM crm_contacts"));
    EXPECT_FALSE(is_scoped("DELETE FROM crm_notes WHERE tenant_id = :tenant AND id IN (SELECT id FROM crm_contacts)"));
    EXPECT_FALSE(
        is_scoped("SELECT 1 FROM crm_notes a, crm_notes b, crm_contacts c WHERE a.tenant_id = :tenant AND "
                  "a.tenant_id = b.tenant_id"));
}

TEST(TenantStatement, NamesInsideStringsAndCommentsAndBeforeColumnsAreNoTables) {
    for (const auto* sql : {"SELECT 'crm_notes' AS t", "SELECT 1 -- FROM crm_notes", "SELECT 1 /* FROM crm_notes */",
                            "SELECT 'it''s FROM crm_notes' AS t", "SELECT 1 FROM crm_notes_archive",
                            "SELECT x FROM core_x WHERE name = 'a' AND note = 'FROM crm_notes WHERE'"})
        EXPECT_TRUE(read_statement(sql, kTables).table.empty()) << sql;
    EXPECT_TRUE(is_scoped("SELECT crm_notes.id FROM crm_notes WHERE crm_notes.tenant_id = :tenant"));
}

}  // namespace
}  // namespace whatsflow::data
