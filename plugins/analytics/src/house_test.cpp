#include "house_events.hpp"
#include "program_fixture.hpp"
#include "tracker.hpp"

#include <whatsflow/sdk/id.hpp>

#include <fstream>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class HouseTest : public ProgramTest {
protected:
    void happened(sdk::EventType type, json fields, const std::string& tenant,
                  const std::string& id = sdk::make_uuid()) {
        sdk::Envelope envelope;
        envelope.id = id;
        envelope.type = type;
        envelope.tenant = sdk::TenantId{tenant};
        envelope.occurred_at = *read_instant("2026-11-26T11:00:00Z");
        envelope.object = std::make_shared<const json>(std::move(fields));
        envelope.to_json = [](const void* object) { return *static_cast<const json*>(object); };
        host_.facilities().outbox.add(std::move(envelope));
        EXPECT_TRUE(host_.facilities().outbox.deliver(*database_).empty());
    }
    sdk::Response page_sends(const json& body, std::vector<std::pair<std::string, std::string>> headers = {}) {
        sdk::testing::CallOptions options;
        options.site = sdk::Site::landing;
        options.body = body.dump();
        options.headers.add("Origin", "https://landing.test");
        options.headers.add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0");
        for (auto& [name, value] : headers) options.headers.add(name, value);
        return host_.call(sdk::Method::post, "/a/event", std::move(options));
    }
    std::int64_t stored(const std::string& condition) {
        settle();
        const auto there = database_->query_one(
            sdk::testing::a_context(),
            "SELECT COUNT(*) AS n FROM analytics_day_tables WHERE name = 'analytics_events_20261126'");
        if ((*there)->integer("n") == 0) return 0;
        const auto row = database_->query_one(sdk::testing::a_context(),
                                              "SELECT COUNT(*) AS n FROM analytics_events_20261126 WHERE " + condition);
        EXPECT_TRUE(row);
        return row ? (*row)->integer("n") : -1;
    }
};

TEST_F(HouseTest, WhoGotAVariantOfOurFlagsIsInTheExperiment) {
    happened({"flags.flag_exposed", 1},
             {{"flag", "theme"}, {"variant", "dark"}, {"person", "t1"}, {"environment", "production"}}, "");
    happened({"billing.payment_succeeded", 1}, {{"tenant", "t1"}, {"amount", 4'900}, {"currency", "USD"}}, "t1");
    EXPECT_EQ(stored("name = '$feature_flag_called' AND person = 't1'"), 1);
    const auto row = database_->query_one(sdk::testing::a_context(),
                                          "SELECT properties FROM analytics_events_20261126 WHERE person = 't1' AND "
                                          "name = '$feature_flag_called'");
    ASSERT_TRUE(row && *row);
    EXPECT_EQ(json::parse((*row)->text("properties")),
              (json{{"$feature_flag", "theme"}, {"$feature_flag_response", "dark"}, {"environment", "production"}}));
    const auto people = database_->query_one(sdk::testing::a_context(),
                                             "SELECT COUNT(DISTINCT visitor) AS n FROM analytics_events_20261126");
    EXPECT_EQ((*people)->integer("n"), 1) << "who pays is who got the variant";
}

TEST_F(HouseTest, SignUpsAndPaymentsAreCountedWithoutNames) {
    happened({"accounts.tenant_created", 1},
             {{"tenant", "t1"},
              {"name", "Acme"},
              {"email", "ann@acme.lk"},
              {"plan", "growth"},
              {"country", "LK"},
              {"campaign", {{"utm_source", "news"}}}},
             "t1");
    happened({"billing.payment_succeeded", 1}, {{"tenant", "t1"}, {"amount", 4'900}, {"currency", "USD"}}, "t1");
    EXPECT_EQ(stored("site = 3 AND name = 'signed_up' AND source = 'news' AND country = 'LK' AND person = 't1'"), 1);
    EXPECT_EQ(stored("site = 3 AND name = 'payment_succeeded' AND revenue = 4900 AND currency = 'USD'"), 1);
    EXPECT_EQ(stored("properties LIKE '%acme%' OR properties LIKE '%Acme%'"), 0);
    EXPECT_EQ(total(""), 0) << "a token's sites do not show what the house does";
}

TEST_F(HouseTest, AnEventThatIsDeliveredTwiceCountsOnce) {
    happened({"accounts.tenant_closed", 1}, {{"tenant", "t1"}}, "t1", "0190a5c8-0000-7000-8000-000000000001");
    EXPECT_EQ(stored("name = 'tenant_closed'"), 1);
    happened({"accounts.tenant_closed", 1}, {{"tenant", "t1"}}, "t1", "0190a5c8-0000-7000-8000-000000000001");
    EXPECT_EQ(stored("name = 'tenant_closed'"), 1);
}

TEST_F(HouseTest, EveryEventThatIsListenedToIsDeclared) {
    std::ifstream file(WF_SOURCE_DIR "/plugins/analytics/plugin.json");
    const auto manifest = json::parse(file);
    for (const auto& each : kHouseEvents)
        EXPECT_NE(std::ranges::find(manifest["listens"], json(each.recorded)), manifest["listens"].end())
            << each.recorded;
    EXPECT_EQ(manifest["listens"].size(), kHouseEvents.size());
}

TEST_F(HouseTest, APageOfOursIsCountedAndAForeignOneRefused) {
    EXPECT_EQ(page_sends({{"u", "https://landing.test/pricing?utm_source=news&token=secret"},
                          {"r", "https://www.google.com/"}})
                  .status(),
              202);
    EXPECT_EQ(page_sends({{"u", "https://landing.test/"}, {"b", 1}}).status(), 202);
    sdk::testing::CallOptions foreign;
    foreign.site = sdk::Site::landing;
    foreign.body = "{}";
    foreign.headers.add("Origin", "https://evil.example");
    EXPECT_EQ(host_.call(sdk::Method::post, "/a/event", std::move(foreign)).status(), 403);
    EXPECT_EQ(stored("site = 1 AND path = '/pricing' AND source = 'news' AND bot = 0"), 1);
    EXPECT_EQ(stored("site = 1 AND bot = 2"), 1) << "a browser that is driven";
    EXPECT_EQ(stored("properties LIKE '%secret%'"), 0);
}

TEST_F(HouseTest, InTheAppAPersonIsKnownAndCountsForTheTenantTooUnlessItIsStaff) {
    SignedIn door;
    host_.install_service(sdk::Authenticator::kId, door, {{"site", "app"}});
    const auto opens = [&](const char* user, const char* impersonator = "") {
        door.who = sdk::testing::a_user("t1");
        door.who->subject = user;
        door.who->impersonator = impersonator;
        sdk::testing::CallOptions options;
        options.site = sdk::Site::app;
        options.body = json{{"u", "https://app.test/contacts/42"}}.dump();
        options.headers.add("Origin", "https://app.test");
        options.headers.add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0");
        EXPECT_EQ(host_.call(sdk::Method::post, "/a/event", std::move(options)).status(), 202);
    };
    opens("ann"), opens("ben"), opens("carl");
    host_.time().set(*read_instant("2026-11-27T12:00:00Z"));
    opens("ann"), opens("ann", "a member of staff");
    settle();
    const auto number = [&](const std::string& condition) {
        const auto row = database_->query_one(
            sdk::testing::a_context(),
            "SELECT COUNT(*) AS n, COUNT(DISTINCT visitor) AS people FROM (SELECT * FROM analytics_events_20261126 "
            "UNION ALL SELECT * FROM analytics_events_20261127) AS days WHERE " +
                condition);
        EXPECT_TRUE(row && *row);
        return std::pair((*row)->integer("n"), (*row)->integer("people"));
    };
    const std::pair<std::int64_t, std::int64_t> four_of_three{4, 3};
    EXPECT_EQ(number("site = 2 AND path = '/contacts/{id}'"), four_of_three) << "the same on the next day";
    EXPECT_EQ(number("site > 3"), four_of_three) << "the tenant's own numbers";
    EXPECT_EQ(number("person = 'ann'").first, 4);
    EXPECT_EQ(total("", "t1"), 0) << "for the page about people: what the tenant captured itself is something else";
}

TEST_F(HouseTest, WhoAsksNotToBeTrackedIsNot) {
    for (const char* header : {"DNT", "Sec-GPC"}) {
        const auto answer = page_sends({{"u", "https://landing.test/"}}, {{header, "1"}});
        EXPECT_EQ(answer.status(), 202);
        EXPECT_EQ(answer.headers().find("X-Analytics-Dropped").value_or(""), "do-not-track");
    }
    EXPECT_EQ(stored("site = 1"), 0);
}

TEST(Tracker, APageIsAPageWhateverItShows) {
    EXPECT_EQ(page_of("/billing/invoices/0190a5c8-0000-7000-8000-000000000001"), "/billing/invoices/{id}");
    EXPECT_EQ(page_of("/users/42/edit"), "/users/{id}/edit");
    EXPECT_EQ(page_of("/"), "/");
    EXPECT_EQ(page_of("/pricing"), "/pricing");
}

}  // namespace
}  // namespace whatsflow::analytics
