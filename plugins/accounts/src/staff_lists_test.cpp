// The lists that staff search, filter, page through, keep as views and export.
#include "csv.hpp"
#include "search_words.hpp"
#include "staff_fixture.hpp"

#include <whatsflow/sdk/saved_views.hpp>
#include <whatsflow/sdk/tenant_plans.hpp>

#include <gmock/gmock.h>

namespace whatsflow::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

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

TEST_F(Staff, ColumnsAreChosenByAddress) {
    const auto heads = [&](const std::string& path) {
        const auto answer = staff_get(path);
        return model(answer)["table"]["columns"].size();
    };
    EXPECT_EQ(heads("/users"), 5U);
    EXPECT_EQ(heads("/users?column=name&column=phone&column=nonsense"), 2U);
    EXPECT_EQ(model(staff_get("/users?column=name&column=phone"))["table"]["rows"][0]["cells"].size(), 2U);
    const auto chosen = staff_get("/users?column=name&column=phone");
    EXPECT_THAT(model(chosen)["table"]["columns"][0]["sort_path"].get<std::string>(),
                ::testing::HasSubstr("column=name&column=phone"));
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
