// What staff see and do: lists, one user, one tenant, suspension, deletion, acting as a member.
#include "accounts_fixture.hpp"

#include "csv.hpp"
#include "events.hpp"
#include "search_words.hpp"

#include <whatsflow/sdk/saved_views.hpp>
#include <whatsflow/sdk/slots.hpp>
#include <whatsflow/sdk/tenant_plans.hpp>

#include <gmock/gmock.h>

namespace whatsflow::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class Staff : public AccountsTest {
    void setup() override {
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
        tenant_ = who()->tenant.text();
        user_ = who()->subject;
        staff_ = sdk::testing::a_staff_member({"accounts.users.read", "accounts.users.manage", "accounts.users.delete",
                                               "accounts.tenants.read", "accounts.tenants.manage",
                                               "accounts.tenants.delete", "accounts.impersonate"});
        staff_->name = "Sofia";
        // Time passes, so that what was signed up is apart from what the tests add.
        host_.advance(std::chrono::seconds{1});
    }

protected:
    sdk::Response staff_get(const std::string& target) { return send(sdk::Method::get, target, {}, sdk::Site::admin); }
    sdk::Response staff_post(const std::string& target, const Form& form = {}) {
        return send(sdk::Method::post, target, form, sdk::Site::admin);
    }
    /// Users with these names, one a second.
    void add_users(const std::vector<std::string>& names) {
        for (const auto& name : names) {
            forget_cookie();
            auto form = a_signup(name + "@many.example", "Company of " + name);
            form[0].second = name;
            post("/signup", form);
            host_.advance(std::chrono::seconds{1});
        }
    }
    static std::vector<std::string> names_in(const sdk::Response& answer) {
        std::vector<std::string> names;
        for (const auto& row : model(answer)["table"]["rows"]) names.push_back(row["row_label"]);
        return names;
    }
    std::string tenant_;
    std::string user_;
};

TEST_F(Staff, TheListIsNewestFirstAndOrdersByName) {
    add_users({"carla", "ben"});

    EXPECT_THAT(names_in(staff_get("/users")), ElementsAre("ben", "carla", "Amara Perera"));
    EXPECT_THAT(names_in(staff_get("/users?sort=name")), ElementsAre("Amara Perera", "ben", "carla"));
    EXPECT_THAT(names_in(staff_get("/users?sort=name&dir=down")), ElementsAre("carla", "ben", "Amara Perera"));
    EXPECT_THAT(names_in(staff_get("/users?status=active")), ElementsAre("Amara Perera"));
}

TEST_F(Staff, PagesFollowEachOtherInBothDirectionsWithoutAGap) {
    std::vector<std::string> names;
    for (int i = 0; i < 119; ++i) names.push_back("p" + std::to_string(1000 + i));
    add_users(names);

    std::vector<std::string> seen;
    std::string path = "/users?sort=name";
    std::vector<std::string> paths;
    for (int page = 0; page < 5; ++page) {
        paths.push_back(path);
        const auto answer = staff_get(path);
        for (const auto& name : names_in(answer)) seen.push_back(name);
        const auto& older = model(answer)["table"]["older_path"];
        if (older == false) break;
        path = older.get<std::string>();
    }
    names.insert(names.begin(), "Amara Perera");
    EXPECT_EQ(seen, names);
    ASSERT_EQ(paths.size(), 3U);

    const auto last = staff_get(paths[2]);
    const auto before = staff_get(model(last)["table"]["newer_path"].get<std::string>());
    EXPECT_EQ(names_in(before), names_in(staff_get(paths[1])));
    const auto first = staff_get(model(before)["table"]["newer_path"].get<std::string>());
    EXPECT_EQ(names_in(first), names_in(staff_get(paths[0])));
    EXPECT_EQ(model(first)["table"]["newer_path"], false);
}

TEST_F(Staff, ASearchFindsTheBeginningOfAnyWordOnce) {
    add_users({"carla", "ben"});

    EXPECT_THAT(names_in(staff_get("/users?q=per")), ElementsAre("Amara Perera"));
    EXPECT_EQ(model(staff_get("/users?q=per"))["table"]["when_empty"], false);
    EXPECT_TRUE(model(staff_get("/users?q=nobody"))["table"]["when_empty"].is_object());
    EXPECT_TRUE(model(staff_get("/tenants?q=nobody"))["table"]["when_empty"].is_object());
    EXPECT_THAT(names_in(staff_get("/users?q=AMARA")), ElementsAre("Amara Perera"));
    EXPECT_THAT(names_in(staff_get("/users?q=amara%20lotus.ex")), ElementsAre("Amara Perera"));
    EXPECT_THAT(names_in(staff_get("/users?q=many.example")), UnorderedElementsAre("ben", "carla"));
    EXPECT_TRUE(names_in(staff_get("/users?q=amara%20many")).empty());
    EXPECT_TRUE(names_in(staff_get("/users?q=carla&status=active")).empty());
    EXPECT_THAT(names_in(staff_get("/tenants?q=lotus")), ElementsAre("Lotus Florists"));
}

TEST_F(Staff, TheSearchBoxFindsUsersAndTenants) {
    std::vector<std::string> paths;
    for (const auto& source : host_.contributions(sdk::SearchSource::kSlot, sdk::Site::admin)) {
        sdk::Request request;
        request.query.add("q", "lotus");
        const auto found = source.render(request);
        ASSERT_TRUE(found);
        for (const auto& result : found->model["results"]) paths.push_back(result["path"]);
    }
    EXPECT_THAT(paths, UnorderedElementsAre("/tenants/" + tenant_, "/users/" + user_));
}

TEST_F(Staff, TheExportIsReadPieceByPieceAndIsSafeForSpreadsheets) {
    add_users({"=cmd"});
    const auto answer = staff_get("/users/export.csv?sort=name");
    const auto& stream = std::get<sdk::BodyStream>(answer.body());

    std::string csv;
    for (auto piece = stream.next(); piece && !piece->empty(); piece = stream.next()) csv += *piece;

    EXPECT_NE(csv.find("amara@lotus.example"), std::string::npos);
    EXPECT_NE(csv.find("'=cmd"), std::string::npos);
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
}

TEST_F(Staff, ASuspendedUserIsOutAtOnceAndNeedsAReason) {
    EXPECT_EQ(staff_post("/users/" + user_ + "/suspend").status(), 422);
    EXPECT_TRUE(who());
    EXPECT_EQ(location(staff_post("/users/" + user_ + "/suspend", {{"reason", "Spam"}})),
              "/users/" + user_ + "?done=suspended");
    EXPECT_FALSE(who());
    EXPECT_EQ(sign_in("amara@lotus.example").status(), 422);
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "Spam");

    staff_post("/users/" + user_ + "/unsuspend", {{"reason", "A mistake"}});
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");
}

TEST_F(Staff, ReadersMayLookAndNothingElse) {
    staff_ = sdk::testing::a_staff_member({"accounts.users.read", "accounts.tenants.read"});

    EXPECT_EQ(staff_get("/users/" + user_).status(), 200);
    EXPECT_TRUE(model(staff_get("/users/" + user_))["actions"].empty());
    EXPECT_EQ(model(staff_get("/tenants/" + tenant_))["impersonation"], false);
    for (const auto* what : {"/suspend", "/delete", "/reset", "/notes"})
        EXPECT_EQ(staff_post("/users/" + user_ + what, {{"reason", "x"}}).status(), 403) << what;
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/impersonate", {{"reason", "x"}, {"user", user_}}).status(), 403);
}

TEST_F(Staff, DeletingAUserLeavesTimeToRegretAndNeverATenantWithoutOwner) {
    EXPECT_EQ(location(staff_post("/users/" + user_ + "/delete",
                                  {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}})),
              "/users/" + user_ + "?done=only_owner");
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'closed'"));
    EXPECT_EQ(staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "wrong"}}).status(),
              422);
    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    EXPECT_FALSE(who());

    new_mails();
    EXPECT_EQ(count("accounts_users WHERE status = 'deleting'"), 1);
    staff_post("/users/" + user_ + "/undo");
    EXPECT_EQ(location(sign_in("amara@lotus.example")), "/");

    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_users WHERE email LIKE '%lotus%'"), 0);
    EXPECT_EQ(count("accounts_words WHERE kind = 'user'"), 0);
    EXPECT_EQ(count("accounts_memberships"), 0);
}

TEST_F(Staff, ASuspendedUserHasNoSessionLeftAndGetsNoWayIn) {
    staff_post("/users/" + user_ + "/suspend", {{"reason", "fraud"}});
    EXPECT_EQ(sessions_.count(), 0U);
    new_mails();

    EXPECT_EQ(location(post("/forgot", {{"email", "amara@lotus.example"}})), "/forgot?sent=1");
    EXPECT_TRUE(new_mails().empty());
}

TEST_F(Staff, WhoWasSuspendedStaysSoWhenADeletionIsUndone) {
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'closed'"));
    staff_post("/users/" + user_ + "/suspend", {{"reason", "fraud"}});
    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    EXPECT_EQ(count("accounts_users WHERE status = 'deleting'"), 1);

    staff_post("/users/" + user_ + "/undo");
    EXPECT_EQ(count("accounts_users WHERE status = 'suspended'"), 1);
    EXPECT_EQ(sign_in("amara@lotus.example").status(), 422);

    staff_post("/users/" + user_ + "/unsuspend", {{"reason", "cleared"}});
    staff_post("/users/" + user_ + "/delete", {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}});
    staff_post("/users/" + user_ + "/undo");
    EXPECT_EQ(count("accounts_users WHERE status = 'active'"), 1);
}

TEST_F(Staff, AnOwnerWhoIsBeingDeletedDoesNotCountAsTheOneWhoStays) {
    post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "owner"}});
    const auto link = link_in(new_mails().at(0));
    const auto amara = cookie_;
    forget_cookie();
    post(link, {{"name", "Ben"}, {"password", "ben has a password"}});
    const auto ben = who()->subject;
    staff_post("/users/" + ben + "/delete", {{"reason", "asked"}, {"confirmation", "ben@lotus.example"}});
    EXPECT_EQ(count("accounts_users WHERE status = 'deleting'"), 1);

    cookie_ = amara;
    EXPECT_EQ(location(post("/team/leave")), "/team?done=last_owner");
    EXPECT_EQ(location(post("/team/" + ben + "/transfer")), "/team?done=last_owner");
    EXPECT_EQ(who()->role, "owner");
    EXPECT_EQ(location(staff_post("/users/" + user_ + "/delete",
                                  {{"reason", "asked"}, {"confirmation", "amara@lotus.example"}})),
              "/users/" + user_ + "?done=only_owner");
}

TEST_F(Staff, ASuspendedTenantIsToldAndRecorded) {
    new_mails();
    EXPECT_EQ(location(staff_post("/tenants/" + tenant_ + "/suspend", {{"reason", "Overdue"}})),
              "/tenants/" + tenant_ + "?done=suspended");

    EXPECT_EQ(host_.facilities().outbox.of<TenantSuspended>().at(0).reason, "Overdue");
    const auto mails = new_mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(std::get<sdk::View>(mails[0].content).model["reason"], "Overdue");
    EXPECT_FALSE(who()->may("team.manage"));

    staff_post("/tenants/" + tenant_ + "/unsuspend", {{"reason", "Paid"}});
    EXPECT_TRUE(who()->may("team.manage"));
    EXPECT_EQ(host_.facilities().outbox.of<TenantUnsuspended>().size(), 1U);
}

TEST_F(Staff, ManyAreSuspendedOnlyAfterALookAtWhatWouldHappen) {
    const auto preview = staff_post("/tenants/bulk", {{"bulk_action", "suspend"}, {"id", tenant_}, {"id", "nobody"}});
    EXPECT_EQ(view(preview), "accounts/staff/bulk");
    EXPECT_EQ(model(preview)["rows"].size(), 1U);
    EXPECT_EQ(count("accounts_tenants WHERE status = 'suspended'"), 0);

    staff_post("/tenants/bulk/confirm", {{"bulk_action", "suspend"}, {"id", tenant_}, {"reason", "Overdue"}});
    EXPECT_EQ(count("accounts_tenants WHERE status = 'suspended'"), 1);
}

TEST_F(Staff, ManyUsersAreSuspendedTheSameWayAndAreSignedOut) {
    const auto preview = staff_post("/users/bulk", {{"bulk_action", "suspend"}, {"id", user_}, {"id", "nobody"}});
    EXPECT_EQ(view(preview), "accounts/staff/bulk");
    EXPECT_EQ(model(preview)["rows"].size(), 1U);
    EXPECT_TRUE(who());

    EXPECT_EQ(staff_post("/users/bulk/confirm", {{"bulk_action", "suspend"}, {"id", user_}}).status(), 422);
    EXPECT_TRUE(who());
    const Form confirmed{{"bulk_action", "suspend"}, {"id", user_}, {"reason", "Spam"}};
    EXPECT_EQ(location(staff_post("/users/bulk/confirm", confirmed)), "/users?done=bulk_done");
    EXPECT_FALSE(who());
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "Spam");
}

TEST_F(Staff, ColumnsAreChosenByAddress) {
    const auto heads = [&](const std::string& path) {
        const auto answer = staff_get(path);
        return model(answer)["table"]["columns"].size();
    };
    EXPECT_EQ(heads("/users"), 5U);
    EXPECT_EQ(heads("/users?column=name&column=phone&column=nonsense"), 2U);
    EXPECT_EQ(model(staff_get("/users?column=name&column=phone"))["table"]["rows"][0]["cells"].size(), 2U);
    const auto chosen = staff_get("/users?column=name&column=phone");
    EXPECT_THAT(model(chosen)["table"]["columns"][0]["sort_path"].get<std::string>(), ::testing::HasSubstr("column=name&column=phone"));
}

/// Two plans; the tests say who is on which.
class PlansByHand final : public sdk::TenantPlans {
public:
    sdk::Result<std::vector<sdk::PlanName>> plans(const sdk::CallContext&) override {
        return std::vector<sdk::PlanName>{{"free", "Free"}, {"growth", "Growth"}};
    }
    sdk::Result<std::vector<sdk::TenantOnPlan>> plans_of(const sdk::CallContext&,
                                                         const std::vector<sdk::TenantId>& tenants) override {
        std::vector<sdk::TenantOnPlan> found;
        for (const auto& each : all)
            if (std::ranges::find(tenants, each.tenant) != tenants.end()) found.push_back(each);
        return found;
    }
    sdk::Result<std::vector<sdk::TenantOnPlan>> tenants_on(const sdk::CallContext&, const std::string& plan,
                                                           const std::string& cursor, int limit) override {
        std::vector<sdk::TenantOnPlan> found;
        for (const auto& each : all)
            if (each.plan == plan && each.cursor > cursor && found.size() < static_cast<std::size_t>(limit))
                found.push_back(each);
        return found;
    }
    std::vector<sdk::TenantOnPlan> all;
};

class StaffAndPlans : public Staff {
protected:
    /// Sixty tenants on a plan, and Lotus Florists on none.
    void sell() {
        std::vector<std::string> names;
        for (int i = 0; i < 60; ++i) names.push_back("p" + std::to_string(1000 + i));
        add_users(names);
        const auto rows = database_->query(sdk::testing::a_context(),
                                           "SELECT id FROM accounts_tenants WHERE name LIKE 'Company%' ORDER BY name");
        ASSERT_TRUE(rows);
        for (const auto& row : *rows)
            plans_.all.push_back({sdk::TenantId{row.text("id")}, "growth", std::to_string(1000 + plans_.all.size())});
        host_.install_service(sdk::TenantPlans::kId, plans_);
    }
    PlansByHand plans_;
};

TEST_F(StaffAndPlans, TheListsAreFilteredByPlanPageByPage) {
    EXPECT_EQ(model(staff_get("/tenants"))["table"]["filters"]["choices_of"].size(), 1U);
    sell();

    for (const auto* list : {"/tenants", "/users"}) {
        const auto first = staff_get(std::string(list) + "?plan=growth");
        EXPECT_EQ(names_in(first).size(), 50U) << list;
        const auto second = staff_get(model(first)["table"]["older_path"].get<std::string>());
        EXPECT_EQ(names_in(second).size(), 10U) << list;
        EXPECT_EQ(model(second)["table"]["older_path"], false) << list;
        EXPECT_TRUE(names_in(staff_get(std::string(list) + "?plan=free")).empty()) << list;
        EXPECT_TRUE(names_in(staff_get(std::string(list) + "?plan=growth&status=suspended")).empty()) << list;
    }
    EXPECT_THAT(names_in(staff_get("/users?plan=growth&q=p1007")), ElementsAre("p1007"));
    EXPECT_TRUE(names_in(staff_get("/users?plan=growth&q=amara")).empty());
    EXPECT_THAT(names_in(staff_get("/tenants?plan=growth&q=p1007")), ElementsAre("Company of p1007"));
    EXPECT_EQ(names_in(staff_get("/tenants?plan=nonsense")).size(), 50U);
    EXPECT_EQ(model(staff_get("/tenants/" + plans_.all[0].tenant.text()))["facts"][0]["value"], "Growth");
}

TEST_F(StaffAndPlans, AFileHasEverybodyWhoFits) {
    sell();
    const auto lines_of = [&](const std::string& path) {
        const auto answer = staff_get(path);
        const auto& stream = std::get<sdk::BodyStream>(answer.body());
        std::string csv;
        for (auto piece = stream.next(); piece && !piece->empty(); piece = stream.next()) csv += *piece;
        return std::ranges::count(csv, '\n');
    };
    EXPECT_EQ(lines_of("/users/export.csv"), 62);
    EXPECT_EQ(lines_of("/users/export.csv?plan=growth"), 61);
    EXPECT_EQ(lines_of("/users/export.csv?q=p100"), 11);
    EXPECT_EQ(lines_of("/tenants/export.csv"), 62);
    EXPECT_EQ(lines_of("/tenants/export.csv?plan=growth&q=p1007"), 2);
}

class ViewsByHand final : public sdk::SavedViews {
public:
    sdk::Result<sdk::SavedListViews> of_list(const sdk::CallContext&, const std::string& staff,
                                             const std::string& list) override {
        if (list != "/users") return sdk::SavedListViews{"/views", {}};
        return sdk::SavedListViews{"/views", {{"Unconfirmed of " + staff, "status=unverified", "/views/1/delete"}}};
    }
};

TEST_F(Staff, SavedViewsOfThePanelStandAboveTheLists) {
    ViewsByHand views;
    EXPECT_EQ(model(staff_get("/users?status=active"))["table"]["can_save"], false);
    host_.install_service(sdk::SavedViews::kId, views);

    const nlohmann::json table = model(staff_get("/users?status=active"))["table"];
    EXPECT_EQ(table["can_save"], true);
    EXPECT_EQ(table["list_name"], "/users");
    EXPECT_THAT(table["list_query"].get<std::string>(), ::testing::StartsWith("status=active"));
    ASSERT_EQ(table["filters"]["views"].size(), 2U);
    EXPECT_EQ(table["filters"]["views"][1]["view_path"], "/users?status=unverified");
    EXPECT_EQ(table["own_views"][0]["name"], "Unconfirmed of staff-1");
    EXPECT_EQ(model(staff_get("/tenants"))["table"]["filters"]["views"].size(), 0U);
}

TEST_F(Staff, DeletingATenantLeavesTimeToRegret) {
    const auto slug = [&] {
        const auto page = staff_get("/tenants/" + tenant_);
        return model(page)["questions"].back()["typed"].get<std::string>();
    }();
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/delete", {{"reason", "asked"}, {"confirmation", "wrong"}}).status(),
              422);
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/delete", {{"confirmation", slug}}).status(), 422);
    EXPECT_EQ(count("accounts_tenants WHERE status = 'closed'"), 0);

    new_mails();
    staff_post("/tenants/" + tenant_ + "/delete", {{"reason", "asked"}, {"confirmation", slug}});
    EXPECT_EQ(count("accounts_tenants WHERE status = 'closed'"), 1);
    EXPECT_EQ(host_.facilities().audit.entries().back().reason, "asked");
    EXPECT_EQ(new_mails().size(), 1U);
    staff_post("/tenants/" + tenant_ + "/undo", {{"reason", "a mistake"}});
    EXPECT_EQ(count("accounts_tenants WHERE status = 'active'"), 1);
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_tenants WHERE status = 'active'"), 1);

    staff_post("/tenants/" + tenant_ + "/delete", {{"reason", "asked"}, {"confirmation", slug}});
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_tenants WHERE status = 'erased'"), 1);
    EXPECT_EQ(count("accounts_words WHERE kind = 'tenant'"), 0);
}

TEST_F(Staff, ARenamedTenantIsStillFoundByItsOwner) {
    const auto page = staff_get("/tenants/" + tenant_);
    std::string version;
    for (const auto& hidden : model(page)["edit"]["hidden"])
        if (hidden["name"] == "version") version = hidden["value"];
    staff_post("/tenants/" + tenant_ + "/details", {{"name", "Orchid House"},
                                                    {"locale", "en"},
                                                    {"time_zone", "Asia/Colombo"},
                                                    {"country", "LK"},
                                                    {"version", version}});

    EXPECT_THAT(names_in(staff_get("/tenants?q=amara")), ElementsAre("Orchid House"));
    EXPECT_THAT(names_in(staff_get("/tenants?q=orchid")), ElementsAre("Orchid House"));
}

TEST_F(Staff, AUsersDetailsAreChangedAndTheSecondEditorIsShownTheDifference) {
    const auto seen = [&] {
        const auto page = staff_get("/users/" + user_);
        for (const auto& hidden : model(page)["edit"]["hidden"])
            if (hidden["name"] == "version") return hidden["value"].get<std::string>();
        return std::string{};
    }();
    const auto details = [&](const std::string& name, const std::string& phone) {
        return staff_post("/users/" + user_ + "/details",
                          {{"name", name}, {"phone", phone}, {"locale", "en"}, {"time_zone", ""}, {"version", seen}});
    };
    EXPECT_EQ(details("", "call me").status(), 422);
    EXPECT_EQ(location(details("Amara P. Silva", "+94 77 555 1234")), "/users/" + user_ + "?done=saved");
    EXPECT_THAT(names_in(staff_get("/users?q=0775551234")), ElementsAre("Amara P. Silva"));

    const auto second = details("Amara Perera", "+94 77 555 1234");
    EXPECT_EQ(second.status(), 409);
    ASSERT_EQ(model(second)["changes"].size(), 1U);
    EXPECT_EQ(model(second)["changes"][0]["before"], "Amara P. Silva");
}

TEST_F(Staff, TheSecondEditorIsShownTheDifference) {
    const auto version_of = [&] {
        const auto page = staff_get("/tenants/" + tenant_);
        for (const auto& hidden : model(page)["edit"]["hidden"])
            if (hidden["name"] == "version") return hidden["value"].get<std::string>();
        return std::string{};
    };
    const auto seen = version_of();
    const auto details = [&](const std::string& name, const std::string& version) {
        return staff_post(
            "/tenants/" + tenant_ + "/details",
            {{"name", name}, {"locale", "en"}, {"time_zone", "Asia/Colombo"}, {"country", "LK"}, {"version", version}});
    };
    EXPECT_EQ(location(details("Lotus One", seen)), "/tenants/" + tenant_ + "?done=saved");

    const auto second = details("Lotus Two", seen);
    EXPECT_EQ(second.status(), 409);
    ASSERT_EQ(model(second)["changes"].size(), 1U);
    EXPECT_EQ(model(second)["changes"][0]["before"], "Lotus One");
    EXPECT_EQ(model(second)["changes"][0]["after"], "Lotus Two");
    EXPECT_EQ(count("accounts_tenants WHERE name = 'Lotus One'"), 1);
    EXPECT_EQ(location(details("Lotus Two", version_of())), "/tenants/" + tenant_ + "?done=saved");
}

TEST_F(Staff, ActingAsAMemberIsVisibleBoundedAndLeavesSecurityAlone) {
    forget_cookie();
    EXPECT_EQ(staff_post("/tenants/" + tenant_ + "/impersonate", {{"user", user_}}).status(), 422);
    const auto begun = staff_post("/tenants/" + tenant_ + "/impersonate", {{"user", user_}, {"reason", "Ticket 7"}});
    const auto way_in = location(begun);
    ASSERT_TRUE(way_in.starts_with("https://app.test/impersonate/"));

    EXPECT_EQ(location(get(way_in.substr(16))), "/");
    const auto identity = who();
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->impersonator, "staff-1");
    EXPECT_TRUE(identity->may("tenant.manage"));
    // Neither security nor a way in that outlives the half hour.
    for (const auto* kept : {"account.security.manage", "team.manage", "team.leave", "tokens.manage"})
        EXPECT_FALSE(identity->may(kept)) << kept;
    EXPECT_TRUE(is_kept_from_impersonators("app.webhooks.manage"));
    EXPECT_TRUE(is_kept_from_impersonators("billing.methods.manage"));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "user.impersonated");
    EXPECT_EQ(host_.facilities().audit.entries().back().subject.label, "Amara Perera <amara@lotus.example>");
    EXPECT_EQ(host_.facilities().audit.actors().back().impersonator, "staff-1");
    EXPECT_EQ(view(get(way_in.substr(16))), "accounts/dead_link");

    EXPECT_EQ(post("/switch", {{"tenant", tenant_}}).status(), 404) << "staff act in one tenant";
    const auto acting = cookie_;
    const auto out = location(post("/logout"));
    EXPECT_EQ(out, "/logout?acted_in=" + tenant_);
    EXPECT_EQ(model(get(out))["back_url"], "https://admin.test/tenants/" + tenant_);
    EXPECT_EQ(view(get("/logout?acted_in=//evil.example")), "accounts/logout");
    EXPECT_EQ(model(staff_get("/tenants/" + tenant_))["form_origins"][0], "https://app.test");
    cookie_ = acting;
    EXPECT_FALSE(who());
}

TEST_F(Staff, ActingAsAMemberEndsAfterHalfAnHour) {
    const auto begun = staff_post("/tenants/" + tenant_ + "/impersonate", {{"user", user_}, {"reason", "Ticket 7"}});
    forget_cookie();
    get(location(begun).substr(16));
    EXPECT_TRUE(who());
    host_.advance(std::chrono::minutes{30});

    EXPECT_FALSE(who());
}

TEST_F(Staff, EveryPageOfASuspendedTenantSaysSo) {
    const auto banner = [&] {
        sdk::Request request;
        request.site = sdk::Site::app;
        request.identity = who();
        request.context = sdk::testing::a_context();
        request.context.tenant = request.identity->tenant;
        const auto banners = host_.contributions(sdk::PageBanner::kSlot, sdk::Site::app);
        return banners.front().render(request)->name;
    };
    EXPECT_EQ(banner(), "");
    staff_post("/tenants/" + tenant_ + "/suspend", {{"reason", "Ticket 7"}});
    EXPECT_EQ(banner(), "accounts/standing_banner");
    staff_post("/tenants/" + tenant_ + "/unsuspend", {{"reason", "Paid"}});
    EXPECT_EQ(banner(), "");
}

TEST_F(Staff, NotesStayWithTheirSubject) {
    staff_post("/users/" + user_ + "/notes", {{"note", "Called twice"}});

    EXPECT_EQ(model(staff_get("/users/" + user_))["notes"][0]["body"], "Called twice");
    EXPECT_TRUE(model(staff_get("/tenants/" + tenant_))["notes"].empty());
}

TEST(Csv, QuotesWhatNeedsItAndDisarmsFormulas) {
    EXPECT_EQ(csv_line({"a", "b,c", "say \"hi\"", "=1+1", ""}), "a,\"b,c\",\"say \"\"hi\"\"\",'=1+1,\r\n");
}

TEST(SearchWords, AreNamesAddressesAndDigits) {
    EXPECT_THAT(words_of({"Anna Silva", "anna@flowers.lk", "+94 77 123"}),
                UnorderedElementsAre("anna", "silva", "anna@flowers.lk", "flowers.lk", "+94", "77", "123"));
    EXPECT_THAT(words_of({"+94775551234"}), UnorderedElementsAre("94775551234", "4775551234", "775551234", "75551234"));
    EXPECT_THAT(searched_words("+94 77 555 1234"), ElementsAre("94775551234"));
    EXPECT_THAT(searched_words("(077) 555-1234"), ElementsAre("775551234"));
    EXPECT_THAT(searched_words("a Silva +94771234567"), ElementsAre("94771234567", "silva", "a"));
}

}  // namespace
}  // namespace whatsflow::accounts
