#include "panel_fixture.hpp"
#include "settings_form.hpp"
#include "small_markdown.hpp"

#include <whatsflow/sdk/tenant_plans.hpp>

#include <gmock/gmock.h>

namespace whatsflow::admin {
namespace {

class AnnouncementsInTheApp : public testing::PanelFixture {
protected:
    void SetUp() override {
        start();
        add_staff("root@example.com", "super_admin");
        sign_in("root@example.com");
    }

    std::string now_field(std::chrono::minutes later) {
        return sdk::encode_url(sdk::to_rfc3339(host_.clock().now() + later).substr(0, 16));
    }

    void publish(const std::string& more) {
        const auto response = post("/announcements", "title=Maintenance&text=At+**noon**&severity=warning&starts_at=" +
                                                         now_field(std::chrono::minutes(-5)) + more);
        ASSERT_EQ(response.status(), 303);
    }

    nlohmann::json seen_by(const std::string& tenant, const std::string& user = "u1") {
        sdk::Request request;
        request.site = sdk::Site::app;
        request.path = "/inbox";
        request.identity = sdk::testing::a_user(tenant, {"announcements.dismiss"});
        request.identity->subject = user;
        const auto banners = static_cast<sdk::Host&>(host_).contributions(sdk::PageBanner::kSlot, sdk::Site::app);
        const auto view = banners.at(0).render(request);
        EXPECT_TRUE(view);
        return view && !view->name.empty() ? view->model["announcements"] : nlohmann::json::array();
    }
};

TEST_F(AnnouncementsInTheApp, AreShownToEverybodyWhileTheirTimeIs) {
    publish("&audience=all&ends_at=" + now_field(std::chrono::minutes(10)));

    ASSERT_EQ(seen_by("t1").size(), 1U);
    EXPECT_EQ(seen_by("t1")[0]["text_html"], "At <strong>noon</strong>");
    host_.advance(std::chrono::minutes(11));
    EXPECT_EQ(seen_by("t1").size(), 0U);
}

TEST_F(AnnouncementsInTheApp, AreShownToTheTenantsThatWereNamed) {
    publish("&audience=tenants&audience_values=t1%0D%0At2");

    EXPECT_EQ(seen_by("t2").size(), 1U);
    EXPECT_EQ(seen_by("t3").size(), 0U);
}

/// t1 is on the growth plan, everybody else is on none.
class OnGrowth final : public sdk::TenantPlans {
public:
    sdk::Result<std::vector<sdk::PlanName>> plans(const sdk::CallContext&) override {
        return std::vector<sdk::PlanName>{{"free", "Free"}, {"growth", "Growth"}};
    }
    sdk::Result<std::vector<sdk::TenantOnPlan>> plans_of(const sdk::CallContext&,
                                                         const std::vector<sdk::TenantId>& tenants) override {
        std::vector<sdk::TenantOnPlan> found;
        for (const auto& tenant : tenants)
            if (tenant.text() == "t1") found.push_back({tenant, "growth", ""});
        return found;
    }
    sdk::Result<std::vector<sdk::TenantOnPlan>> tenants_on(const sdk::CallContext&, const std::string&,
                                                           const std::string&, int) override {
        return std::vector<sdk::TenantOnPlan>{};
    }
};

TEST_F(AnnouncementsInTheApp, AreShownToTheTenantsOnThePlansThatWereNamed) {
    OnGrowth plans;
    host_.install_service(sdk::TenantPlans::kId, plans);
    publish("&audience=plans&audience_values=growth%0D%0Ascale");

    EXPECT_EQ(seen_by("t1").size(), 1U);
    EXPECT_EQ(seen_by("t2").size(), 0U);
    const auto hint = model_of(get("/announcements/new"))["fields"][4]["hint"].get<std::string>();
    EXPECT_NE(hint.find("admin.announcements.plans_hint"), std::string::npos) << hint;
}

TEST_F(AnnouncementsInTheApp, ArePutAwayByOneReaderOnly) {
    publish("&audience=all");
    const auto path = seen_by("t1")[0]["dismiss_path"].get<std::string>();
    sdk::testing::CallOptions options;
    options.site = sdk::Site::app;
    options.identity = sdk::testing::a_user("t1", {"announcements.dismiss"});
    options.identity->subject = "u1";
    options.headers.add("Content-Type", "application/x-www-form-urlencoded");
    options.body = "page=%2F%2Fevil.example";

    const auto response = host_.call(sdk::Method::post, path, options);

    EXPECT_EQ(location_of(response), "/");
    EXPECT_EQ(seen_by("t1", "u1").size(), 0U);
    EXPECT_EQ(seen_by("t1", "u2").size(), 1U);
}

TEST_F(AnnouncementsInTheApp, EndAtOnceAndTwoEditorsDoNotOverwriteEachOther) {
    publish("&audience=all");
    const auto id = (*Announcements(*database_).list(sdk::testing::a_context()))[0].id;
    const auto form =
        "title=New&text=&severity=info&audience=all&version=1&starts_at=" + now_field(std::chrono::minutes(-5));
    EXPECT_EQ(post("/announcements/" + id, form).status(), 303);
    const auto second =
        post("/announcements/" + id,
             "title=Newer&text=&severity=info&audience=all&version=1&starts_at=" + now_field(std::chrono::minutes(-5)));
    EXPECT_EQ(second.status(), 409);
    ASSERT_EQ(model_of(second)["changes"].size(), 1U);
    EXPECT_EQ(model_of(second)["changes"][0]["before"], "New");
    EXPECT_EQ(model_of(second)["changes"][0]["after"], "Newer");
    EXPECT_EQ(model_of(second)["version"], 2);

    post("/announcements/" + id + "/end", "");

    EXPECT_EQ(seen_by("t1").size(), 0U);
    EXPECT_THAT(actions(),
                ::testing::IsSupersetOf({"announcement.published", "announcement.changed", "announcement.ended"}));
}

TEST_F(AnnouncementsInTheApp, AnEndBeforeTheBeginningIsRefusedBesideItsField) {
    const auto response = post(
        "/announcements", "title=&severity=info&audience=tenants&starts_at=2026-03-10T08:00&ends_at=2026-03-10T07:00");

    EXPECT_EQ(response.status(), 422);
    EXPECT_FALSE(model_of(response)["moments"][1]["error"].is_null());
    EXPECT_FALSE(model_of(response)["fields"][0]["error"].is_null());
    EXPECT_FALSE(model_of(response)["fields"][4]["error"].is_null());
}

TEST_F(AnnouncementsInTheApp, DemonstrationDataDoesNotDouble) {
    const auto demo = sdk::find_service<sdk::DemoData>(host_, {{"plugin", "admin"}});
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(demo.call(&sdk::DemoData::load, sdk::testing::a_context()));
    EXPECT_EQ(Announcements(*database_).list(sdk::testing::a_context())->size(), 3U);
}

TEST(AdminSmallMarkdown, KnowsFourThingsAndEscapesTheRest) {
    EXPECT_EQ(small_markdown("**a *b*** `c<d`"), "<strong>a *b</strong>* <code>c&lt;d</code>");
    EXPECT_EQ(small_markdown("[x](https://a.example/?q=1&r=2)"), "<a href=\"https://a.example/?q=1&amp;r=2\">x</a>");
    for (const char* evil : {"[x](javascript:alert(1))", "[x](//evil.example)", "[x](http://a)",
                             "[x](https://a\"onclick=)", "<b>", "**", "[x]("})
        EXPECT_EQ(small_markdown(evil), sdk::escape_html(evil)) << evil;
}

nlohmann::json a_schema() {
    return nlohmann::json::parse(R"({"required": ["name"], "properties": {
        "name": {"type": "string", "maxLength": 20},
        "days": {"type": "integer", "minimum": 0, "maximum": 9, "default": 7},
        "ratio": {"type": "number", "default": 0.5},
        "on": {"type": "boolean", "default": true},
        "hosts": {"type": "array", "items": {"type": "string"}, "default": []},
        "plans": {"type": "array", "items": {"type": "object"}},
        "key": {"type": "string", "secret": true}}})");
}

sdk::Fields typed(const std::vector<std::pair<std::string, std::string>>& entries) {
    sdk::Fields fields;
    for (const auto& [name, value] : entries) fields.add(name, value);
    return fields;
}

TEST(AdminSettingsForm, EachTypeComesBackAsItself) {
    const sdk::testing::FakeHost host;
    const auto settings = settings_from_form(a_schema(),
                                             typed({{"name", "x"},
                                                    {"days", " 3 "},
                                                    {"ratio", "0.25"},
                                                    {"hosts", "a\r\n\r\n b "},
                                                    {"plans", "[{\"a\":1}]"},
                                                    {"key", "k"}}),
                                             Words(host, "en"));

    ASSERT_TRUE(settings);
    EXPECT_EQ(*settings, (nlohmann::json{{"name", "x"},
                                         {"days", 3},
                                         {"ratio", 0.25},
                                         {"on", false},
                                         {"hosts", {"a", "b"}},
                                         {"plans", {{{"a", 1}}}},
                                         {"key", "k"}}));
}

TEST(AdminSettingsForm, AListOfSecretsIsTypedOneALineAndShownToNobody) {
    const sdk::testing::FakeHost host;
    const auto schema = nlohmann::json::parse(R"({"properties": {"keys": {"type": "array", "secret": true}}})");
    const Words words(host, "en");

    EXPECT_EQ(*settings_from_form(schema, typed({{"keys", "a\r\n\n b "}}), words),
              (nlohmann::json{{"keys", {"a", "b"}}}));
    EXPECT_EQ(*settings_from_form(schema, typed({{"keys", " "}}), words), nlohmann::json::object()) << "kept";
    const auto again = typed({{"keys", "hunter2"}});
    for (const auto& fields : {settings_fields(schema, {{"keys", "***"}}, nullptr, {}, words),
                               settings_fields(schema, {{"keys", "***"}}, &again, {}, words)})
        EXPECT_EQ(fields[0]["value"], "");
}

TEST(AdminSettingsForm, SaysWhetherASecretIsSet) {
    const sdk::testing::FakeHost host;
    const auto schema = nlohmann::json::parse(R"({"properties": {"key": {"type": "string", "secret": true}}})");
    const Words words(host, "en");
    const auto hint = [&](const nlohmann::json& value) {
        return settings_fields(schema, {{"key", value}}, nullptr, {}, words)[0]["hint"].get<std::string>();
    };

    EXPECT_EQ(hint("***"), "admin.plugins.secret_set");
    EXPECT_EQ(hint(""), "admin.plugins.secret_missing");
    EXPECT_EQ(hint(nlohmann::json::array()), "admin.plugins.secret_missing");
}

TEST(AdminSettingsForm, WhatIsNoNumberOrNoJsonIsSaidByField) {
    const sdk::testing::FakeHost host;
    const auto settings =
        settings_from_form(a_schema(), typed({{"days", "3.5"}, {"ratio", "much"}, {"plans", "{"}}), Words(host, "en"));

    ASSERT_FALSE(settings);
    std::vector<std::string> fields;
    for (const auto& error : settings.error().fields) fields.push_back(error.field);
    EXPECT_THAT(fields, ::testing::UnorderedElementsAre("days", "ratio", "plans"));
}

TEST(AdminSettingsForm, AnObjectionDeepInsideBelongsToItsField) {
    EXPECT_EQ(field_of_pointer("/plans/0/code"), "plans");
    EXPECT_EQ(field_of_pointer("plans.0.code"), "plans");
    EXPECT_EQ(field_of_pointer("name"), "name");
}

}  // namespace
}  // namespace whatsflow::admin
