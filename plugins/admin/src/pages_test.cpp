// The pages over the host's boards: that each answers, what a change is allowed to do, and that
// it is written down.
#include "fake_boards.hpp"
#include "panel_fixture.hpp"

#include <whatsflow/sdk/notifications.hpp>

#include <gmock/gmock.h>

namespace whatsflow::admin {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PanelPages : public testing::PanelFixture {
protected:
    void SetUp() override {
        host_.install_service(sdk::Operations::kId, operations_, {}, "host");
        host_.install_service(sdk::JobBoard::kId, jobs_, {}, "host");
        host_.install_service(sdk::OutboxBoard::kId, outbox_, {}, "host");
        host_.install_service(sdk::AuditTrail::kId, trail_, {}, "host");
        host_.install_service(sdk::MailBoard::kId, mail_, {}, "host");
        host_.install_service(sdk::Backups::kId, backups_, {}, "host");
        start();
        add_staff("root@example.com", "super_admin");
        sign_in("root@example.com");
    }

    std::string last_action() const { return actions().empty() ? "" : actions().back(); }

    std::string file_at(const std::string& path) {
        const auto response = get(path);
        const auto next = std::get<sdk::BodyStream>(response.body()).next;
        std::string file;
        for (auto piece = *next(); !piece.empty(); piece = *next()) file += piece;
        return file;
    }

    testing::FakeOperations operations_;
    testing::FakeJobBoard jobs_;
    testing::FakeOutboxBoard outbox_;
    testing::FakeAuditTrail trail_;
    testing::FakeMailBoard mail_;
    testing::FakeBackups backups_;
};

TEST_F(PanelPages, EveryPageOfThePanelAnswers) {
    for (const char* path : {"/",
                             "/staff",
                             "/staff/new",
                             "/account",
                             "/security",
                             "/security/second-factor",
                             "/activity",
                             "/activity/019cd6b1-0a68-7000-8000-000000000001",
                             "/plugins",
                             "/plugins/stripe",
                             "/jobs",
                             "/jobs?state=failed",
                             "/jobs/failed-1",
                             "/jobs/schedules",
                             "/events",
                             "/events/recorded",
                             "/events/recorded/e1",
                             "/events/subscribers",
                             "/events/dead-letters",
                             "/events/dead-letters/d1",
                             "/logs",
                             "/logs/lines",
                             "/settings",
                             "/webhooks",
                             "/email-templates",
                             "/email-templates/edit?name=accounts/mail/welcome",
                             "/email-templates/preview?name=accounts/mail/welcome",
                             "/mailbox",
                             "/mailbox/m1",
                             "/mailbox/m1/html",
                             "/announcements",
                             "/announcements/new",
                             "/backups",
                             "/notifications",
                             "/notifications/unread",
                             "/search?q=st"})
        EXPECT_EQ(get(path).status(), 200) << path;
}

TEST_F(PanelPages, EveryRouteSaysWhatItIsForAndNoneIsOpenButTheSignIn) {
    for (const auto& route : host_.routes()) {
        EXPECT_FALSE(route.summary.empty()) << route.pattern;
        const bool is_sign_in = route.pattern.starts_with("/login") || route.pattern == "/logout";
        EXPECT_EQ(route.permission.text() == "public", is_sign_in) << route.pattern;
        EXPECT_EQ(route.csrf, sdk::Csrf::required) << route.pattern;
    }
}

TEST_F(PanelPages, WhatHasNoBoardSaysSoInsteadOfLookingEmpty) {
    host_.remove_services("host");
    const auto identity = sdk::testing::a_staff_member({"admin.jobs.read"});
    sdk::testing::CallOptions options;
    options.identity = identity;
    options.site = sdk::Site::admin;

    EXPECT_EQ(host_.call(sdk::Method::get, "/jobs", options).status(), 503);
}

TEST_F(PanelPages, ASecretIsNeitherShownNorOverwrittenByAnEmptyField) {
    const auto fields = model_of(get("/plugins/stripe"))["fields"];
    ASSERT_EQ(fields.size(), 2U);
    EXPECT_EQ(fields[1]["id"], "secret_key");
    EXPECT_EQ(fields[1]["value"], "");

    post("/plugins/stripe", "mode=live&secret_key=");

    EXPECT_EQ(operations_.configured, (nlohmann::json{{"mode", "live"}}));
    const auto entry = host_.facilities().audit.entries().back();
    EXPECT_EQ(entry.action, "plugin.configured");
    EXPECT_EQ(entry.before, (nlohmann::json{{"mode", "test"}}));
}

TEST_F(PanelPages, WhatAsksForAReasonIsNotDoneWithoutOne) {
    const auto id = add_staff("second@staff.example", "support_admin");
    const auto before = host_.facilities().audit.entries().size();
    for (const auto& path : {"/staff/" + id + "/role", "/staff/" + id + "/disable", "/staff/" + id + "/second-factor",
                             std::string("/plugins/stripe/disable"), std::string("/jobs/queued-1/cancel"),
                             std::string("/jobs/retry-failed"), std::string("/events/dead-letters/d1/discard"),
                             std::string("/events/dead-letters/replay-all"), std::string("/mailbox/send-failed"),
                             std::string("/email-templates/restore")})
        EXPECT_EQ(post(path, "role=read_only&seen_role=support_admin&name=x&reason=++").status(), 422) << path;
    EXPECT_EQ(host_.facilities().audit.entries().size(), before);
}

TEST_F(PanelPages, NobodyPutsWordsIntoOurMouthByALink) {
    EXPECT_TRUE(model_of(get("/staff?notice=your_password_is_wanted"))["toasts"].empty());
    EXPECT_TRUE(model_of(get("/staff?notice=%3Cb%3E"))["toasts"].empty());
}

TEST_F(PanelPages, ASummaryOfObjectionsNamesTheFieldsAsTheFormDoesAndLeadsToThem) {
    const auto model = model_of(post("/staff", "email=nope&name=&role=god"));
    const auto& listed = model["form_errors"]["fields"];
    ASSERT_EQ(listed.size(), 2U);
    for (std::size_t i = 0; i < listed.size(); ++i) {
        const auto& field = model["fields"][i == 0 ? 0 : 2];
        EXPECT_EQ(listed[i]["id"], field["id"]);
        EXPECT_EQ(listed[i]["label"], field["label"]);
        EXPECT_EQ(listed[i]["error"], field["error"]);
    }
}

TEST_F(PanelPages, ASecretThatWasTypedIsNotInTheAuditLog) {
    post("/plugins/stripe", "mode=test&secret_key=sk_live_123");

    EXPECT_EQ(operations_.configured["secret_key"], "sk_live_123");
    EXPECT_EQ(host_.facilities().audit.entries().back().after.dump().find("sk_live"), std::string::npos);
}

TEST_F(PanelPages, WhatTheSchemaRefusesStandsBesideItsField) {
    operations_.refusal = sdk::Error{"config.invalid", "No.", {{"/mode", "enum", "Choose test or live."}}};
    const auto response = post("/plugins/stripe", "mode=test");

    EXPECT_EQ(response.status(), 422);
    EXPECT_EQ(model_of(response)["fields"][0]["error"], "Choose test or live.");
}

TEST_F(PanelPages, SettingsThatSomebodyElseSavedShowTheDifferenceAndAreNotOverwritten) {
    const auto seen = model_of(get("/plugins/stripe"))["seen"].get<std::string>();
    operations_.rows[0]["settings"]["mode"] = "live";

    const auto conflict = post("/plugins/stripe", "mode=test&secret_key=&seen=" + sdk::encode_url(seen));

    EXPECT_EQ(conflict.status(), 409);
    EXPECT_TRUE(operations_.configured.is_null());
    const auto model = model_of(conflict);
    EXPECT_EQ(model["changes"], (nlohmann::json::array({{{"field", "mode"}, {"before", "live"}, {"after", "test"}}})));
    EXPECT_EQ(post("/plugins/stripe", "mode=test&secret_key=&seen=" + sdk::encode_url(model["seen"].get<std::string>()))
                  .status(),
              303);
}

TEST_F(PanelPages, ANoticeOfSomebodyElseIsNotThere) {
    const auto other = add_staff("other@example.com", "support_admin");
    const auto notifier = sdk::find_service<sdk::Notifier>(host_, {{"site", "admin"}});
    ASSERT_TRUE(notifier.call(&sdk::Notifier::notify_person, sdk::testing::a_context(), sdk::TenantId{}, other,
                              sdk::Notification{"k", "team", "Hello"}));
    const auto row = database_->query_one(sdk::testing::a_context(), "SELECT id FROM admin_notifications");
    const auto path = "/notifications/" + (*row)->text("id") + "/read";

    EXPECT_EQ(post(path, "").status(), 404);
    EXPECT_EQ(post("/notifications/nothing/read", "").status(), 404);
    sign_in("other@example.com");
    EXPECT_EQ(post(path, "").status(), 303);
    EXPECT_EQ(post(path, "").status(), 303);
}

TEST_F(PanelPages, ThePanelDoesNotDisableItself) {
    operations_.rows.push_back({{"id", "admin"}, {"name", "Admin"}, {"state", "running"}});

    EXPECT_EQ(post("/plugins/admin/disable", "reason=x").status(), 409);
    EXPECT_THAT(operations_.done, ::testing::IsEmpty());
}

TEST_F(PanelPages, ChangesToJobsAndEventsAreWrittenDownWithTheirReason) {
    post("/jobs/failed-1/retry", "");
    EXPECT_EQ(last_action(), "job.retried");
    post("/jobs/queued-1/cancel", "reason=not+wanted");
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "not wanted");
    post("/jobs/schedules/billing.nightly/pause", "");
    EXPECT_EQ(last_action(), "job.schedule_paused");
    post("/events/dead-letters/d1/replay", "");
    EXPECT_EQ(last_action(), "outbox.replayed");
    post("/events/dead-letters/d1/discard", "reason=old");

    EXPECT_THAT(jobs_.done, ElementsAre("retry failed-1", "cancel queued-1", "pause billing.nightly"));
    EXPECT_THAT(outbox_.done, ElementsAre("replay d1", "discard d1"));
}

TEST_F(PanelPages, AllThatAListFindsCanBeTriedAgainAtOnceAndSaysHowManyItWere) {
    EXPECT_EQ(post("/jobs/retry-failed?state=failed&q=renew", "reason=provider+is+back").status(), 303);
    const auto jobs = host_.facilities().audit.entries().back();
    EXPECT_EQ(jobs.reason, "provider is back");
    EXPECT_EQ(jobs.after, (nlohmann::json{{"search", "renew"}, {"retried", 1}}));
    EXPECT_EQ(post("/events/dead-letters/replay-all", "reason=mended").status(), 303);
    EXPECT_EQ(host_.facilities().audit.entries().back().after, (nlohmann::json{{"search", ""}, {"replayed", 1}}));

    EXPECT_EQ(post("/mailbox/send-failed?state=failed&q=welcome", "reason=server+is+back").status(), 303);
    EXPECT_EQ(host_.facilities().audit.entries().back().after, (nlohmann::json{{"search", "welcome"}, {"sent", 1}}));

    EXPECT_THAT(jobs_.done, ElementsAre("retry failed-1"));
    EXPECT_THAT(outbox_.done, ElementsAre("replay d1"));
    EXPECT_THAT(mail_.done, ElementsAre("again m1"));
    EXPECT_EQ(model_of(get("/jobs?state=queued"))["confirms"], nlohmann::json::array());
    EXPECT_EQ(model_of(get("/jobs?state=failed"))["confirms"].size(), 1u);
    EXPECT_EQ(model_of(get("/mailbox?state=sent"))["confirms"], nlohmann::json::array());
    EXPECT_EQ(model_of(get("/mailbox?state=failed"))["confirms"].size(), 1u);
}

TEST_F(PanelPages, AMailsHtmlIsADocumentThatCanDoNothing) {
    const auto response = get("/mailbox/m1/html");

    const auto policy = std::string(*response.headers().find("Content-Security-Policy"));
    EXPECT_THAT(policy, HasSubstr("sandbox;"));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_EQ(policy.find("script-src"), std::string::npos);
    EXPECT_EQ(get("/mailbox/m2").status(), 404);
}

TEST_F(PanelPages, SupportSeesThatMailWasSentButNotWhatItSays) {
    add_staff("support@example.com", "support_admin");
    sign_in("support@example.com");

    const auto model = model_of(get("/mailbox/m1"));

    EXPECT_EQ(model["text"], "");
    EXPECT_EQ(model["html_path"], nullptr);
    EXPECT_EQ(get("/mailbox/m1/html").status(), 403);
    EXPECT_EQ(get("/backups").status(), 403);
    EXPECT_EQ(post("/plugins/stripe/disable", "").status(), 403);
}

TEST_F(PanelPages, ATemplateThatSomebodyElseSavedShowsTheDifferenceAndKeepsTheDraft) {
    const auto conflict =
        post("/email-templates/edit",
             "name=accounts%2Fmail%2Fwelcome&locale=en&version=2&subject=Mine&text=T&html=%3Cp%3EH%3C%2Fp%3E");

    EXPECT_EQ(conflict.status(), 409);
    const auto model = model_of(conflict);
    EXPECT_EQ(
        model["changes"],
        (nlohmann::json::array({{{"field", "admin.templates.subject"}, {"before", "Theirs"}, {"after", "Mine"}}})));
    EXPECT_EQ(model["subject"]["value"], "Mine");
    EXPECT_EQ(model["version"], 3);

    EXPECT_EQ(
        post("/email-templates/edit", "name=accounts%2Fmail%2Fwelcome&locale=en&version=3&subject=Mine&text=T&html=x")
            .status(),
        303);
    EXPECT_THAT(mail_.done, Contains("change accounts/mail/welcome Mine"));
}

TEST_F(PanelPages, ActivityIsSearchedByIdOrByActionAndExportsAsCsv) {
    get("/activity?q=019cd6b1-0a68-7000-8000-000000000001");
    EXPECT_EQ(trail_.asked.subject, "019cd6b1-0a68-7000-8000-000000000001");
    get("/activity?q=team.&from=2026-03-01&until=2026-03-01");
    EXPECT_EQ(trail_.asked.action, "team.");
    EXPECT_EQ(*trail_.asked.until - *trail_.asked.from, std::chrono::days(1));

    EXPECT_THAT(file_at("/activity/export"),
                HasSubstr("team.role_changed,Nimal,user,Kumari,,'=cmd,,\"{\"\"role\"\":\"\"viewer\"\"}\""));
}

TEST_F(PanelPages, WhatStaffDidAsSomebodyIsNotTakenForTheirs) {
    const auto who = [&] { return model_of(get("/activity"))["table"]["rows"][0]["cells"][1]["cell_sub"]; };
    EXPECT_NE(who(), "admin.activity.by_support");

    trail_.rows[0]["impersonator"] = "staff-7";

    EXPECT_EQ(who(), "admin.activity.by_support");
    EXPECT_THAT(file_at("/activity/export"), HasSubstr(",staff-7\r\n"));
}

TEST_F(PanelPages, ListsAreFilesWithEveryColumnAndEveryPage) {
    EXPECT_EQ(file_at("/jobs/export?state=failed"),
              "\xEF\xBB\xBFid,kind,state,attempts,run_at,finished_at,error,tenant\r\n"
              "failed-1,billing.renew,failed,3 / 10,2026-03-10T08:00:01.000000Z,2026-03-10T08:00:01.000000Z,it broke,\r\n");
    EXPECT_EQ(file_at("/events/recorded/export"),
              "\xEF\xBB\xBFid,type,publisher,tenant,at\r\n"
              "e1,team.invited/1,accounts,,2026-03-10T08:00:01.000000Z\r\n"
              "e1,team.invited/1,accounts,,2026-03-10T08:00:01.000000Z\r\n");
    EXPECT_THAT(file_at("/events/dead-letters/export"),
                HasSubstr("d1,team.invited/1,billing.mail,8,no,,2026-03-10T08:00:01.000000Z\r\n"));
    EXPECT_THAT(file_at("/mailbox/export"),
                HasSubstr("m1,Welcome,a@example.com,sent,accounts/mail/welcome,1,,2026-03-10T08:00:01.000000Z,\r\n"));
    EXPECT_THAT(file_at("/staff/export"), HasSubstr("root@example.com,"));
    EXPECT_THAT(file_at("/staff/export?role=read_only"), Not(HasSubstr("root@example.com")));
}

TEST_F(PanelPages, ABackupIsMadeByAJobAndTakingOneHomeIsWrittenDown) {
    post("/backups", "");
    EXPECT_EQ(host_.facilities().jobs.waiting().size(), 1U);
    EXPECT_TRUE(host_.facilities().jobs.run_all().empty());

    backups_.path = std::string(kFolder) + "/plugin.json";
    const auto response = get("/backups/one.wfb/file");
    EXPECT_EQ(last_action(), "backup.downloaded");
    EXPECT_THAT(*std::get<sdk::BodyStream>(response.body()).next(), HasSubstr("Admin panel"));
    EXPECT_EQ(get("/backups/..%2Fsecret/file").status(), 404);
}

TEST_F(PanelPages, AViewIsKeptUnderItsNameForItsOwner) {
    post("/views", "list=%2Factivity&name=Mine&query=area%3Dstaff.");
    const auto views = model_of(get("/activity"))["table"]["filters"]["views"];
    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(views[1]["view_path"], "/activity?area=staff.");

    EXPECT_EQ(post("/views", "list=%2F%2Fevil.example&name=x&query=").status(), 400);
    add_staff("other@example.com", "read_only");
    sign_in("other@example.com");
    EXPECT_EQ(model_of(get("/activity"))["table"]["filters"]["views"].size(), 0U);
}

TEST_F(PanelPages, StaffAreToldOnceAndSeeItUntilTheyReadIt) {
    const auto notifier = sdk::find_service<sdk::Notifier>(host_, {{"site", "admin"}});
    const sdk::Notification news{
        .idempotency_key = "k1", .category = "billing", .title = "A refund waits", .path = "/payments"};
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(notifier.call(&sdk::Notifier::notify_roles, sdk::testing::a_context(), sdk::TenantId{},
                                  std::vector<std::string>{"super_admin"}, news));

    const auto notices = model_of(get("/notifications"))["notices"];
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_TRUE(notices[0]["is_unread"].get<bool>());
    post("/notifications/" + notices[0]["id"].get<std::string>() + "/read", "");
    EXPECT_FALSE(model_of(get("/notifications"))["notices"][0]["is_unread"].get<bool>());
}

TEST_F(PanelPages, ThePaletteFindsPagesThatThePersonMaySee) {
    sdk::testing::CallOptions options;
    options.site = sdk::Site::admin;
    options.identity = who();
    options.headers.add("Accept", "application/json");
    const auto found =
        nlohmann::json::parse(std::get<std::string>(host_.call(sdk::Method::get, "/search?q=nav.job", options).body()));
    ASSERT_EQ(found["results"].size(), 1U);
    EXPECT_EQ(found["results"][0]["path"], "/jobs");
}

TEST_F(PanelPages, OnesOwnPasswordNeedsTheOldOneAndEndsTheOtherSessions) {
    EXPECT_EQ(post("/security/password", "current=wrong&password=a+long+new+one").status(), 422);
    EXPECT_EQ(post("/security/password", "current=correct+horse&password=short").status(), 422);
    const auto both = model_of(post("/security/password", "current=wrong&password=short"));
    EXPECT_EQ(both["form_errors"]["fields"].size(), 2U);
    const auto before = token_;
    EXPECT_EQ(post("/security/password", "current=correct+horse&password=a+long+new+one").status(), 303);

    EXPECT_NE(token_, before);
    EXPECT_TRUE(who());
    EXPECT_EQ(last_action(), "staff.password_changed");
    EXPECT_EQ(sign_in("root@example.com", "a+long+new+one").status(), 303);
}

}  // namespace
}  // namespace whatsflow::admin
