#include "audit/audit_store.hpp"
#include "audit/masking.hpp"
#include "data/migrator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

namespace whatsflow::audit {
namespace {

using nlohmann::json;
using sdk::Actor;
using sdk::AuditEntry;
using sdk::CallContext;
using sdk::TenantId;

struct HourClock final : sdk::Clock {
    sdk::Instant now() const override { return sdk::from_micros(hours * 3'600'000'000); }
    std::int64_t hours = 500'000;
};

struct KeptLines final : sdk::Logger {
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields& fields) noexcept override {
        std::string line;
        for (const auto& [name, value] : fields) line += name + "=" + value + " ";
        lines.push_back(line);
    }
    std::vector<std::string> lines;
};

class AuditTest : public testing::Test {
protected:
    AuditTest() {
        auto applied =
            data::Migrator(*database, {{"core", "core_", std::string(WF_SOURCE_DIR) + "/migrations"}}, clock).apply({});
        EXPECT_TRUE(applied);
    }
    void append(AuditEntry entry, Actor actor = {}) {
        AuditLogOf log_of(store, "admin");
        auto kept = log_of.append(*database, context, actor, entry);
        ASSERT_TRUE(kept) << kept.error().message;
    }
    std::vector<std::string> actions(const sdk::AuditTrail::Filter& filter, const sdk::ListWindow& window = {}) {
        std::vector<std::string> found;
        const auto page = store.entries(context, filter, window);
        EXPECT_TRUE(page);
        for (const auto& row : page->rows) found.push_back(row["action"]);
        return found;
    }

    HourClock clock;
    KeptLines lines;
    CallContext context{.request_id = "r-1", .tenant = {}};
    std::shared_ptr<data::DatabaseServer> database =
        *data::open(*data::parse_database_url("sqlite::memory:"), {.sessions = 2});
    AuditStore store{*database, clock, lines};
};

TEST_F(AuditTest, AnEntryComesBackWithAllItWasGiven) {
    append({.action = "tenant.suspended",
            .subject = {"tenant", "t-1", "Acme"},
            .tenant = TenantId("t-1"),
            .before = {{"status", "active"}},
            .after = {{"status", "suspended"}},
            .reason = "unpaid"},
           {.kind = "staff", .id = "s-1", .label = "Ann <ann@x>", .impersonator = "", .address = "203.0.113.1"});

    const auto page = store.entries(context, {}, {});

    ASSERT_EQ(page->rows.size(), 1U);
    const auto& row = page->rows[0];
    EXPECT_EQ(row["action"], "tenant.suspended");
    EXPECT_EQ(row["actor_kind"], "staff");
    EXPECT_EQ(row["actor_label"], "Ann <ann@x>");
    EXPECT_EQ(row["subject_label"], "Acme");
    EXPECT_EQ(row["before"], json({{"status", "active"}}));
    EXPECT_EQ(row["after"], json({{"status", "suspended"}}));
    EXPECT_EQ(row["request_id"], "r-1");
    EXPECT_EQ(row["plugin"], "admin");
    EXPECT_EQ(row["at"], sdk::to_micros(clock.now()));
    EXPECT_EQ(page->next, "");
}

TEST_F(AuditTest, SecretsAreInNeitherTheTableNorTheLog) {
    append({.action = "plugin.configured",
            .subject = {"plugin", "stripe"},
            .before = {{"settings", {{"secret_key", "sk_live_1"}, {"mode", "test"}}}},
            .after = {{"settings", {{"secret_key", "sk_live_2"}, {"mode", "live"}}}, {"password", ""}}});

    const auto row = store.entries(context, {}, {})->rows[0];

    EXPECT_EQ(row["after"]["settings"], json({{"secret_key", "***"}, {"mode", "live"}}));
    EXPECT_EQ(row["after"]["password"], "");
    EXPECT_EQ(row.dump().find("sk_live"), std::string::npos);
    ASSERT_EQ(lines.lines.size(), 1U);
    EXPECT_EQ(lines.lines[0].find("sk_live"), std::string::npos);
    EXPECT_NE(lines.lines[0].find("action=plugin.configured"), std::string::npos);
}

TEST_F(AuditTest, WhatIsRolledBackLeavesNoEntryAndNoLine) {
    const auto with = [&](sdk::Result<void> end) {
        (void)database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            EXPECT_TRUE(store.append(tx, context, "admin", {}, {.action = "a.b", .subject = {"x", "1"}}));
            EXPECT_TRUE(lines.lines.empty()) << "it has not happened yet";
            return end;
        });
    };

    with(sdk::fail("no", "No."));
    EXPECT_TRUE(lines.lines.empty());
    EXPECT_THAT(actions({}), testing::IsEmpty());
    with(sdk::ok());

    EXPECT_EQ(lines.lines.size(), 1U);
    EXPECT_THAT(actions({}), testing::ElementsAre("a.b"));
}

TEST_F(AuditTest, EachFilterFindsItsOwn) {
    append({.action = "tenant.created", .subject = {"tenant", "t-1"}, .tenant = TenantId("t-1")}, {.id = "s-1"});
    ++clock.hours;
    append({.action = "tenant.suspended", .subject = {"tenant", "t-2"}, .tenant = TenantId("t-2")}, {.id = "s-2"});
    ++clock.hours;
    append({.action = "tenants.listed", .subject = {"list", "l"}}, {.id = "s-1"});

    using testing::ElementsAre;
    EXPECT_THAT(actions({}), ElementsAre("tenants.listed", "tenant.suspended", "tenant.created"));
    EXPECT_THAT(actions({.actor = "s-1"}), ElementsAre("tenants.listed", "tenant.created"));
    EXPECT_THAT(actions({.action = "tenant."}), ElementsAre("tenant.suspended", "tenant.created"));
    EXPECT_THAT(actions({.action = "tenant.created"}), ElementsAre("tenant.created"));
    EXPECT_THAT(actions({.subject = "t-2"}), ElementsAre("tenant.suspended"));
    EXPECT_THAT(actions({.tenant = TenantId("t-1")}), ElementsAre("tenant.created"));
    EXPECT_THAT(actions({.from = clock.now()}), ElementsAre("tenants.listed"));
    EXPECT_THAT(actions({.until = clock.now()}), ElementsAre("tenant.suspended", "tenant.created"));
    EXPECT_THAT(actions({.actor = "s-1", .action = "tenant."}), ElementsAre("tenant.created"));
}

TEST_F(AuditTest, PagesFollowEachOtherWithoutGapOrRepetition) {
    for (int i = 0; i < 7; ++i) append({.action = "a." + std::to_string(i), .subject = {"x", "1"}});
    std::vector<std::string> seen;
    sdk::ListWindow window{.limit = 3};
    int pages = 0;
    do {
        const auto page = store.entries(context, {}, window);
        for (const auto& row : page->rows) seen.push_back(row["action"]);
        window.after = page->next;
        ++pages;
    } while (!window.after.empty());

    EXPECT_EQ(pages, 3);
    EXPECT_THAT(seen, testing::ElementsAre("a.6", "a.5", "a.4", "a.3", "a.2", "a.1", "a.0"));
    EXPECT_EQ(store.entries(context, {}, {.limit = 7})->next, "");
}

TEST_F(AuditTest, WhatIsTooLongIsCutRatherThanLost) {
    append({.action = "a.b",
            .subject = {"x", "1", std::string(1000, 'x')},
            .after = {{"text", std::string(100'000, 'y')}},
            .reason = std::string(5000, 'z')});

    const auto row = store.entries(context, {}, {})->rows[0];

    EXPECT_EQ(row["subject_label"].get<std::string>().size(), 300U);
    EXPECT_EQ(row["reason"].get<std::string>().size(), 1000U);
    EXPECT_GT(row["after"]["too_long_to_keep"], 100'000);
}

TEST(Masking, GoesByWordsInTheName) {
    for (const auto* key : {"password", "new_password", "apiKey", "api_key", "totp_secret", "webhook-token",
                            "password_hash", "Authorization", "client.secret", "key"})
        EXPECT_TRUE(names_a_secret(key)) << key;
    for (const auto* key : {"monkey", "tokens_used", "keyboard", "status", "hashtag", "author", "pinned", ""})
        EXPECT_FALSE(names_a_secret(key)) << key;
}

TEST(Masking, ReachesEveryDepthAndKeepsWhatHidesNothing) {
    const json value{{"list", {{{"token", "t"}, {"name", "n"}}}},
                     {"secret", {{"a", 1}}},
                     {"pin", 1234},
                     {"token", nullptr},
                     {"password", true}};

    EXPECT_EQ(masked(value), json({{"list", {{{"token", "***"}, {"name", "n"}}}},
                                   {"secret", "***"},
                                   {"pin", "***"},
                                   {"token", nullptr},
                                   {"password", true}}));
}

}  // namespace
}  // namespace whatsflow::audit
