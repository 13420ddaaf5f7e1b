#include "mailings.hpp"
#include "pages_fixture.hpp"

#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/saved_views.hpp>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class ListeningNotifier final : public sdk::Notifier {
public:
    sdk::Result<void> notify_roles(const sdk::CallContext&, const sdk::TenantId&, const std::vector<std::string>&,
                                   const sdk::Notification& notification) override {
        if (is_away || notification.title == unwanted) return sdk::fail("database.unavailable", "away");
        told.push_back(notification);
        return sdk::ok();
    }
    sdk::Result<void> notify_person(const sdk::CallContext&, const sdk::TenantId&, const std::string&,
                                    const sdk::Notification&) override {
        return sdk::ok();
    }
    bool is_away = false;
    std::string unwanted = "nothing";
    std::vector<sdk::Notification> told;
};

class ListeningMailer final : public sdk::Mailer {
public:
    sdk::Result<sdk::MailReceipt> send(const sdk::CallContext&, const sdk::MailMessage& message) override {
        if (is_away) return sdk::fail("database.unavailable", "away");
        sent.push_back(message);
        return sdk::MailReceipt{"1", false};
    }
    bool is_away = false;
    std::vector<sdk::MailMessage> sent;
};

class PlainDocuments final : public sdk::Documents {
public:
    sdk::Result<std::string> pdf(const sdk::CallContext&, const sdk::Document& document) override {
        printed.push_back(document);
        return std::string("%PDF");
    }
    std::vector<sdk::Document> printed;
};

class DeskTest : public PagesTest {
protected:
    void SetUp() override {
        PagesTest::SetUp();
        host_.install_service(sdk::Notifier::kId, notifier_, {{"site", "admin"}});
        host_.install_service(sdk::Mailer::kId, mailer_);
        host_.install_service(sdk::Documents::kId, documents_);
    }
    void view(const char* who, const char* url, const char* user_agent = "Mozilla/5.0 Firefox/120.0") {
        EXPECT_EQ(post("/capture",
                       event("$pageview", {{"distinct_id", who},
                                           {"properties", {{"$current_url", url}, {"$raw_user_agent", user_agent}}}})),
                  200);
    }
    std::int64_t number(const std::string& sql) {
        const auto row = database_->query_one(sdk::testing::a_context(), sql);
        return row && *row ? (*row)->integer("n") : -1;
    }

    ListeningNotifier notifier_;
    ListeningMailer mailer_;
    PlainDocuments documents_;
};

TEST_F(DeskTest, ASegmentNarrowsEveryNumberOfAPage) {
    view("ann", "https://a.example/?utm_source=news");
    view("ann", "https://a.example/pricing?utm_source=news");
    view("bob", "https://a.example/");
    settle();
    ASSERT_EQ(send("/analytics/setup/segments",
                   {{"name", "By news"}, {"dimension_1", "source"}, {"value_1", "news"}, {"dimension_2", ""}})
                  .status(),
              303);
    const auto segments = *segments_of(*database_, sdk::testing::a_context());
    ASSERT_EQ(segments.size(), 1u);
    const auto all = model("/analytics/web?from=2026-11-26&to=2026-11-26" + site());
    const auto some = model("/analytics/web?from=2026-11-26&to=2026-11-26&segment=" + segments[0].id + site());
    EXPECT_EQ(figure(all, "visitors"), "2");
    EXPECT_EQ(figure(some, "visitors"), "1");
    EXPECT_EQ(figure(some, "visits"), "1");
    EXPECT_EQ(figure(some, "views"), "2");
    EXPECT_EQ(rows(some, 0).size(), 2u) << "pages of the segment only";
    EXPECT_EQ(some["charts"][0]["points"][0]["values"], (json{{{"value", "1"}}, {{"value", "2"}}}));
    ASSERT_EQ(send("/analytics/setup/segments/" + segments[0].id + "/remove", {{"x", "y"}}).status(), 303);
    EXPECT_EQ(send("/analytics/setup/segments/" + segments[0].id + "/remove", {{"x", "y"}}).status(), 404);
    EXPECT_EQ(host_.facilities().audit.entries().size(), 2u);
}

TEST_F(DeskTest, AllConditionsOfASegmentMustHold) {
    view("ann", "https://a.example/?utm_source=news&utm_medium=mail");
    view("bob", "https://a.example/?utm_source=news&utm_medium=web");
    view("cat", "https://a.example/?utm_source=search&utm_medium=mail");
    settle();
    ASSERT_EQ(send("/analytics/setup/segments", {{"name", "Letters"},
                                                 {"dimension_1", "source"},
                                                 {"value_1", "news"},
                                                 {"dimension_2", "medium"},
                                                 {"value_2", "mail"}})
                  .status(),
              303);
    const auto segments = *segments_of(*database_, sdk::testing::a_context());
    EXPECT_EQ(
        figure(model("/analytics/web?from=2026-11-26&to=2026-11-26&segment=" + segments.at(0).id + site()), "views"),
        "1");
}

TEST_F(DeskTest, WhatIsWrongIsSaidAtTheField) {
    for (const auto& [target, form] :
         std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>>{
             {"segments", {{"name", "x"}}},
             {"segments", {{"name", "x"}, {"dimension_1", "person"}, {"value_1", "ann"}}},
             {"annotations", {{"day", "today"}, {"words", "x"}}},
             {"annotations", {{"day", "2026-11-26"}, {"words", ""}}},
             {"alerts", {{"name", "x"}, {"metric", "events"}, {"bound", "-1"}, {"hours", "1"}}},
             {"alerts", {{"name", "x"}, {"metric", "events"}, {"bound", "1"}, {"hours", "721"}}},
             {"mailings", {{"tab", "web"}, {"days", "2"}, {"address", "a@b.example"}}},
             {"mailings", {{"tab", "web"}, {"days", "7"}, {"address", "a@b.example, c@d.example"}}}})
        EXPECT_EQ(send("/analytics/setup/" + target, form).status(), 422) << target;
    EXPECT_EQ(send("/analytics/setup/segments", {{"name", "x"}}, {pages::kSee}).status(), 403);
    EXPECT_EQ(host_.facilities().audit.entries().size(), 0u);
}

TEST_F(DeskTest, ANameIsTakenOnce) {
    const std::vector<std::pair<std::string, std::string>> form{
        {"name", "x"}, {"dimension_1", "country"}, {"value_1", "LK"}};
    EXPECT_EQ(send("/analytics/setup/segments", form).status(), 303);
    EXPECT_EQ(send("/analytics/setup/segments", form).status(), 422);
}

TEST_F(DeskTest, ANoteStandsBelowTheChartsOfItsDays) {
    view("ann", "https://a.example/");
    settle();
    EXPECT_EQ(post("/capture", event("$pageview", {{"timestamp", "2026-11-18T10:00:00Z"},
                                                   {"properties", {{"$current_url", "https://a.example/"}}}})),
              200);
    settle();
    ASSERT_EQ(send("/analytics/setup/annotations", {{"day", "2026-11-20"}, {"words", "Launch"}}).status(), 303);
    const auto shown = model("/analytics/web?from=2026-11-19&to=2026-11-26" + site());
    ASSERT_EQ(shown["marks"].size(), 1u);
    EXPECT_EQ(shown["marks"][0]["day"], "2026-11-20");
    EXPECT_EQ(shown["marks"][0]["words"], "Launch");
    EXPECT_EQ(model("/analytics/web?from=2026-11-21&to=2026-11-26" + site())["marks"].size(), 0u);
    const auto before = model("/analytics/web?from=2026-11-18&to=2026-11-19" + site());
    EXPECT_EQ(before["charts"].size(), 1u);
    EXPECT_EQ(before["marks"].size(), 0u) << "it is a note of the day after";
    ASSERT_EQ(open("/analytics/web?format=pdf&from=2026-11-19&to=2026-11-26" + site()).status(), 200);
    for (const auto& block : documents_.printed.at(0).blocks)
        if (const auto* chart = std::get_if<sdk::DocumentChart>(&block)) {
            EXPECT_EQ(chart->marked, std::vector<std::size_t>{1}) << "the second of the days";
        }
}

TEST_F(DeskTest, AnExperimentIsCheckedAgainstTheSplitThatIsSetUp) {
    json batch = json::array();
    for (int i = 0; i < 1'000; ++i)
        batch.push_back(event(
            "$feature_flag_called",
            {{"distinct_id", "user-" + std::to_string(i)},
             {"properties", {{"$feature_flag", "theme"}, {"$feature_flag_response", i < 900 ? "dark" : "light"}}}}));
    EXPECT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    const auto warns = [&] {
        const auto shown = model("/analytics/experiments?flag=theme");
        return std::ranges::any_of(shown["notes"],
                                   [](const auto& note) { return note["is_warning"].template get<bool>(); });
    };
    EXPECT_TRUE(warns()) << "nine to one is no half";
    EXPECT_EQ(send("/analytics/setup/splits", {{"flag", "theme"}, {"weights", "dark=9"}}).status(), 422);
    ASSERT_EQ(send("/analytics/setup/splits", {{"flag", "theme"}, {"weights", "dark=9, light=1"}}).status(), 303);
    EXPECT_FALSE(warns());
    const auto split = *splits_of(*database_, sdk::testing::a_context());
    ASSERT_EQ(send("/analytics/setup/splits/" + split[0].id + "/remove", {{"x", "y"}}).status(), 303);
    ASSERT_EQ(send("/analytics/setup/splits", {{"flag", "theme"}, {"weights", "blue=9, red=1"}}).status(), 303);
    EXPECT_TRUE(warns()) << "that is a split of other variants";
}

TEST_F(DeskTest, AnAlertTellsOnceEachCrossing) {
    ASSERT_EQ(send("/analytics/setup/alerts", {{"name", "Few sign-ups"},
                                               {"metric", "events"},
                                               {"event", "signed_up"},
                                               {"site", tokens_.tokens[0].id},
                                               {"side", "below"},
                                               {"bound", "2"},
                                               {"hours", "24"}})
                  .status(),
              303);
    EXPECT_EQ(post("/capture", event("signed_up")), 200);
    settle();
    run_job("analytics.watch");
    ASSERT_EQ(notifier_.told.size(), 1u);
    EXPECT_TRUE(notifier_.told[0].urgent);
    run_job("analytics.watch");
    EXPECT_EQ(notifier_.told.size(), 1u) << "it is still below";
    EXPECT_EQ(post("/capture", event("signed_up")), 200);
    settle();
    run_job("analytics.watch");
    EXPECT_EQ(notifier_.told.size(), 1u) << "two are not below two";
    host_.time().advance(std::chrono::hours{25});
    run_job("analytics.watch");
    ASSERT_EQ(notifier_.told.size(), 2u) << "and below again";
    EXPECT_NE(notifier_.told[0].idempotency_key, notifier_.told[1].idempotency_key);
}

TEST_F(DeskTest, AnAlertCountsItsHoursOfItsSitesAndIsToldBeyondItsBound) {
    const auto alert = [&](const char* name, const std::string& site, const char* side, const char* bound,
                           const char* hours) {
        ASSERT_EQ(send("/analytics/setup/alerts", {{"name", name},
                                                   {"metric", "events"},
                                                   {"event", "paid"},
                                                   {"site", site},
                                                   {"side", side},
                                                   {"bound", bound},
                                                   {"hours", hours}})
                      .status(),
                  303);
    };
    const auto& mine = tokens_.tokens[0].id;
    alert("all of ours", "", "above", "1", "24");
    alert("at the bound", mine, "above", "2", "24");
    alert("beyond it", mine, "above", "1", "24");
    alert("two hours", mine, "above", "0", "2");
    alert("one hour", mine, "above", "0", "1");
    alert("of a tenant", tokens_.tokens[1].id, "above", "0", "24");
    for (const char* at : {"2026-11-26T10:30:00Z", "2026-11-26T10:31:00Z", "2026-11-25T11:00:00Z"})
        EXPECT_EQ(post("/capture", event("paid", {{"timestamp", at}})), 200);
    const auto of_a_tenant = event("paid", {{"api_key", "wf_tenant"}, {"timestamp", "2026-11-26T10:30:00Z"}});
    EXPECT_EQ(post("/capture", of_a_tenant, {{"Origin", "https://shop.example"}}), 200);
    settle();
    run_job("analytics.watch");
    const auto value = [&](const std::string& name) {
        return number("SELECT value AS n FROM analytics_alerts WHERE name = '" + name + "'");
    };
    const auto is_crossed = [&](const std::string& name) {
        return number("SELECT is_crossed AS n FROM analytics_alerts WHERE name = '" + name + "'") == 1;
    };
    EXPECT_EQ(value("all of ours"), 2) << "a tenant's are the tenant's";
    EXPECT_EQ(value("at the bound"), 2) << "the third was longer ago";
    EXPECT_FALSE(is_crossed("at the bound")) << "two are not above two";
    EXPECT_TRUE(is_crossed("beyond it"));
    EXPECT_EQ(value("two hours"), 2);
    EXPECT_EQ(value("one hour"), 0);
    EXPECT_EQ(value("of a tenant"), 1);
    EXPECT_EQ(notifier_.told.size(), 4u);
}

TEST_F(DeskTest, AnAlertCountsWhatItIsAbout) {
    for (const char* metric : {"views", "visits", "visitors", "events"})
        ASSERT_EQ(send("/analytics/setup/alerts", {{"name", metric},
                                                   {"metric", metric},
                                                   {"site", tokens_.tokens[0].id},
                                                   {"side", "above"},
                                                   {"bound", "100"},
                                                   {"hours", "24"}})
                      .status(),
                  303);
    for (const char* path : {"/", "/a", "/b"}) view("ann", (std::string("https://a.example") + path).c_str());
    view("bob", "https://a.example/");
    for (int i = 0; i < 2; ++i) EXPECT_EQ(post("/capture", event("clicked")), 200);
    settle();
    run_job("analytics.watch");
    for (const auto& [metric, value] : {std::pair{"views", 4}, {"visits", 2}, {"visitors", 2}, {"events", 6}})
        EXPECT_EQ(number(std::string("SELECT value AS n FROM analytics_alerts WHERE name = '") + metric + "'"), value)
            << metric;
}

TEST_F(DeskTest, AnAlertThatCouldNotBeToldIsToldLaterWithTheSameKey) {
    ASSERT_EQ(send("/analytics/setup/alerts",
                   {{"name", "Quiet"}, {"metric", "views"}, {"side", "below"}, {"bound", "1"}, {"hours", "1"}})
                  .status(),
              303);
    notifier_.is_away = true;
    run_job("analytics.watch");
    notifier_.is_away = false;
    host_.time().advance(std::chrono::minutes{10});
    run_job("analytics.watch");
    EXPECT_EQ(notifier_.told.size(), 1u);
    EXPECT_EQ(number("SELECT is_crossed AS n FROM analytics_alerts"), 1);
}

TEST_F(DeskTest, AnAlertThatCannotBeToldKeepsNoOtherFromBeingTold) {
    for (const auto& [name, side, bound] :
         std::vector<std::array<const char*, 3>>{{"A is refused", "below", "1"}, {"B is told", "above", "0"}})
        ASSERT_EQ(send("/analytics/setup/alerts", {{"name", name},
                                                   {"metric", "events"},
                                                   {"side", side},
                                                   {"bound", bound},
                                                   {"hours", "24"},
                                                   {"event", side == std::string("below") ? "never" : "paid"}})
                      .status(),
                  303);
    EXPECT_EQ(post("/capture", event("paid", {{"timestamp", "2026-11-26T10:30:00Z"}})), 200);
    settle();
    notifier_.unwanted = "analytics.pages.setup.alert_below";
    run_job("analytics.watch");
    ASSERT_EQ(notifier_.told.size(), 1u);
    EXPECT_EQ(notifier_.told[0].title, "analytics.pages.setup.alert_above");
    EXPECT_EQ(number("SELECT SUM(is_crossed) AS n FROM analytics_alerts"), 1) << "the other is tried again";
}

TEST_F(DeskTest, APageComesAsPdfWithItsNumbersAndTheirMethod) {
    view("ann", "https://a.example/");
    view("bob", "https://a.example/");
    EXPECT_EQ(post("/capture", event("$pageview", {{"timestamp", "2026-11-25T10:00:00Z"},
                                                   {"properties", {{"$current_url", "https://a.example/"}}}})),
              200);
    settle();
    const auto response = open("/analytics/web?format=pdf&from=2026-11-26&to=2026-11-26" + site());
    EXPECT_EQ(response.headers().find("Content-Type").value_or(""), "application/pdf");
    ASSERT_EQ(documents_.printed.size(), 1u);
    bool has_table = false, has_change = false, has_chart = false;
    for (const auto& block : documents_.printed[0].blocks)
        if (const auto* chart = std::get_if<sdk::DocumentChart>(&block)) {
            has_chart = true;
            EXPECT_EQ(chart->places, std::vector<std::string>{"2026-11-26"});
            ASSERT_EQ(chart->lines.size(), 2u);
            EXPECT_EQ(chart->lines[1].values, std::vector<double>{2}) << "views";
        }
    EXPECT_TRUE(has_chart);
    for (const auto& block : documents_.printed[0].blocks)
        if (const auto* facts = std::get_if<sdk::DocumentFacts>(&block))
            for (const auto& row : facts->rows)
                has_change = has_change || row.second.find("+100.0 %") != std::string::npos;
    EXPECT_TRUE(has_change) << "the page says how it was before";
    for (const auto& block : documents_.printed[0].blocks)
        if (const auto* table = std::get_if<sdk::DocumentTable>(&block))
            for (const auto& row : table->rows) {
                EXPECT_EQ(row.size(), table->columns.size());
                has_table = has_table || row.front() == "/";
            }
    EXPECT_TRUE(has_table);
}

TEST_F(DeskTest, AReportGoesOutOnceAPeriod) {
    view("ann", "https://a.example/");
    settle();
    ASSERT_EQ(send("/analytics/setup/mailings", {{"tab", "overview"}, {"days", "7"}, {"address", "ceo@example.com"}})
                  .status(),
              303);
    run_job("analytics.send_mailings");
    EXPECT_TRUE(mailer_.sent.empty()) << "the next Monday is in four days";
    host_.time().set(*read_instant("2026-11-30T06:05:00Z"));
    mailer_.is_away = true;
    run_job("analytics.send_mailings");
    mailer_.is_away = false;
    run_job("analytics.send_mailings");
    run_job("analytics.send_mailings");
    ASSERT_EQ(mailer_.sent.size(), 1u) << "what could not be sent is, and once";
    EXPECT_EQ(documents_.printed.back().footer, "2026-11-23 – 2026-11-29 · UTC") << "the week before";
    EXPECT_EQ(mailer_.sent[0].attachments.at(0).content, "%PDF");
    const auto& letter = std::get<sdk::View>(mailer_.sent[0].content);
    EXPECT_EQ(letter.name, "analytics/mail/report");
    std::map<std::string, std::string> told;  // read without opening the file
    for (const auto& each : letter.model["figures"]) told[each["label"]] = each["value"];
    EXPECT_EQ(told.size(), 6u) << letter.model;
    EXPECT_EQ(told["signed_up"], "0");
    EXPECT_EQ(mailer_.sent[0].idempotency_key.substr(0, 18), "analytics.mailing:");
    host_.time().set(*read_instant("2026-12-07T06:05:00Z"));
    run_job("analytics.send_mailings");
    EXPECT_EQ(mailer_.sent.size(), 2u);
}

TEST(Mailings, ComeAtSixOnTheirDay) {
    const auto at = [](const char* text) { return sdk::to_micros(*read_instant(text)); };
    EXPECT_EQ(pages::next_mailing(1, at("2026-11-26T05:59:00Z"), TimeZone{}), at("2026-11-26T06:00:00Z"));
    EXPECT_EQ(pages::next_mailing(1, at("2026-11-26T06:00:00Z"), TimeZone{}), at("2026-11-27T06:00:00Z"));
    EXPECT_EQ(pages::next_mailing(7, at("2026-11-26T12:00:00Z"), TimeZone{}), at("2026-11-30T06:00:00Z"));
    EXPECT_EQ(pages::next_mailing(7, at("2026-11-30T06:00:00Z"), TimeZone{}), at("2026-12-07T06:00:00Z"));
    const auto four_weeks = pages::next_mailing(28, at("2026-11-26T12:00:00Z"), TimeZone{});
    EXPECT_EQ(pages::next_mailing(28, four_weeks, TimeZone{}) - four_weeks, 28 * kDay);
}

class ViewsByHand final : public sdk::SavedViews {
public:
    sdk::Result<sdk::SavedListViews> of_list(const sdk::CallContext&, const std::string&,
                                             const std::string& list) override {
        if (list != "/analytics/web") return sdk::SavedListViews{"/views", {}};
        return sdk::SavedListViews{"/views", {{"Bots of May", "bots=only&from=2026-05-01", "/views/1/delete"}}};
    }
};

TEST_F(DeskTest, APageIsKeptAsStaffLikeIt) {
    ViewsByHand views;
    host_.install_service(sdk::SavedViews::kId, views);
    const auto plain = model("/analytics/web");
    EXPECT_EQ(plain["can_save"], false) << "there is nothing to keep";
    ASSERT_EQ(plain["filters"]["views"].size(), 2u);
    EXPECT_EQ(plain["filters"]["views"][0]["is_current"], true);
    EXPECT_EQ(plain["filters"]["views"][1]["view_path"], "/analytics/web?bots=only&from=2026-05-01");
    const auto chosen = model("/analytics/web?bots=only&from=2026-05-01");
    EXPECT_EQ(chosen["can_save"], true);
    EXPECT_EQ(chosen["list_query"], "bots=only&from=2026-05-01");
    EXPECT_EQ(chosen["filters"]["views"][1]["is_current"], true);
    EXPECT_EQ(chosen["own_views"][0]["delete_path"], "/views/1/delete");
    EXPECT_EQ(model("/analytics/live")["filters"]["views"].size(), 0u);
}

TEST_F(DeskTest, APersonIsForgottenByAFormThatMustBeMeant) {
    for (const char* who : {"ann", "bob"}) EXPECT_EQ(post("/capture", event("a", {{"distinct_id", who}})), 200);
    settle();
    EXPECT_EQ(send("/analytics/erase", {{"id", "ann"}, {"confirmation", "an"}}).status(), 422);
    EXPECT_EQ(send("/analytics/erase", {{"id", ""}, {"confirmation", ""}}).status(), 422);
    EXPECT_EQ(send("/analytics/erase", {{"id", "ann"}, {"confirmation", "ann"}}, {pages::kManage}).status(), 403);
    EXPECT_EQ(send("/analytics/erase", {{"id", "ann"}, {"confirmation", "ann"}}).status(), 303);
    host_.facilities().jobs.run_all();
    EXPECT_EQ(number("SELECT events AS n FROM analytics_erasures"), 1);
    for (const auto& entry : host_.facilities().audit.entries()) {
        EXPECT_EQ(entry.action, "analytics.person_erased");
        EXPECT_EQ(entry.subject.id + entry.subject.label, "") << "the log does not keep who it was";
    }
    for (const char* who : {"ann", "bob"}) EXPECT_EQ(post("/capture", event("late", {{"distinct_id", who}})), 200);
    settle();
    EXPECT_EQ(total("event=late"), 1);
    EXPECT_EQ(send("/analytics/erase/free", {{"id", "cat"}}).status(), 422);
    EXPECT_EQ(send("/analytics/erase/free", {{"id", "ann"}}).status(), 303);
    EXPECT_EQ(post("/capture", event("late", {{"distinct_id", "ann"}})), 200);
    settle();
    EXPECT_EQ(total("event=late"), 2);
}

TEST_F(DeskTest, APersonOfWhomSomethingIsLeftIsForgottenOnceMore) {
    if (database_->dialect() != sdk::Dialect::sqlite) return;  // has a way to keep a row from going
    EXPECT_EQ(post("/capture", event("a")), 200);
    settle();
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(),
                                   "CREATE TRIGGER analytics_staying BEFORE DELETE ON analytics_events_20261126 BEGIN "
                                   "SELECT RAISE(IGNORE); END"));
    EXPECT_EQ(send("/analytics/erase", {{"id", "ann"}, {"confirmation", "ann"}}).status(), 303);
    host_.facilities().jobs.run_all();
    EXPECT_EQ(number("SELECT left_over AS n FROM analytics_erasures"), 1) << "the proof says so";
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "DROP TRIGGER analytics_staying"));
    host_.time().advance(std::chrono::hours{2});
    host_.facilities().jobs.run_all();
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_erasures"), 2);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM analytics_events_20261126"), 0);
}

TEST_F(DeskTest, PathsTellWhatCameBeforeAndAfter) {
    const auto at = [&](const char* who, const char* path, const char* when) {
        EXPECT_EQ(
            post("/capture",
                 event("$pageview", {{"distinct_id", who},
                                     {"timestamp", when},
                                     {"properties", {{"$current_url", std::string("https://a.example") + path}}}})),
            200);
    };
    at("ann", "/", "2026-11-26T10:00:00Z"), at("ann", "/pricing", "2026-11-26T10:01:00Z"),
        at("ann", "/signup", "2026-11-26T10:02:00Z");
    at("bob", "/pricing", "2026-11-26T10:00:00Z"), at("bob", "/pricing", "2026-11-26T12:00:00Z");
    settle();
    const auto shown = model("/analytics/paths?through=/pricing&from=2026-11-26&to=2026-11-26" + site());
    EXPECT_EQ(shown["figures"][0]["value"], "3") << "bob's two visits are two";
    EXPECT_EQ(rows(shown, 0).size(), 2u);
    EXPECT_EQ(rows(shown, 1).size(), 2u);
    EXPECT_EQ(rows(shown, 2)[0][1], "2");
}

}  // namespace
}  // namespace whatsflow::analytics
