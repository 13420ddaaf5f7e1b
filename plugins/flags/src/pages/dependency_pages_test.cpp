// What a flag depends on, edited in the panel.
#include "staff_fixture.hpp"

namespace whatsflow::flags {
namespace {

class DependencyPages : public StaffPages {
protected:
    json config() const override { return {{"environments", {"production", "guarded"}}, {"approval", {"guarded"}}}; }
    void SetUp() override {
        StaffPages::SetUp();
        define({{{"name", "parent"},
                 {"enabled", true},
                 {"variants", {{{"name", "red"}, {"weight", 1}}, {{"name", "blue"}, {"weight", 0}}}}},
                {{"name", "child"}, {"enabled", true}},
                {{"name", "other"}, {"enabled", true}}});
    }
    static std::string of(const char* flag, const std::string& rest = "new") {
        return std::string("/flags/") + flag + "/dependencies/" + rest;
    }
    int depend(const char* child, Pairs how) {
        how.emplace_back("seen", seen(child));
        return staff(sdk::Method::post, of(child), how).status();
    }
    json written(const char* flag) {
        return json_of(ask(sdk::Method::get, std::string("/api/client/features/") + flag, ""));
    }
};

TEST_F(DependencyPages, AParentIsChosenWithItsVariantsChangedAndRemoved) {
    const auto first = look(of("child"));
    EXPECT_EQ(first["parent_form"]["offered"].size(), 2U);
    const auto second = look(of("child") + "?parent=parent")["form"];
    EXPECT_EQ(second["variants"].size(), 2U);
    EXPECT_EQ(depend("child", {{"parent", "parent"}, {"parent_state", "on"}, {"variant", "blue"}}), 303);
    EXPECT_EQ(written("child")["dependencies"],
              json::parse(R"([{"feature": "parent", "enabled": true, "variants": ["blue"]}])"));
    EXPECT_FALSE(is_on("child", "u"));
    EXPECT_EQ(look("/flags/child/playground?user=u")["answer"]["sentence"],
              "Off: it needs “parent” to be on with variant “blue”, which is on for them with variant “red”.");
    const auto entry = host_.facilities().audit.entries().back();
    EXPECT_EQ(entry.action, "flag.dependency_saved");
    EXPECT_EQ(entry.after["parent"], "parent");

    EXPECT_EQ(look(of("child", "0"))["form"]["variants"][1]["checked"], true);
    act(of("child", "0"), {{"parent_state", "on"}, {"variant", "red"}, {"seen", seen("child")}});
    EXPECT_TRUE(is_on("child", "u"));
    act(of("child", "0"), {{"parent_state", "off"}, {"variant", "red"}, {"seen", seen("child")}});
    EXPECT_EQ(written("child")["dependencies"], json::parse(R"([{"feature": "parent", "enabled": false}])"));
    const auto history = look("/flags/child/history")["entries"];
    EXPECT_EQ(history[0]["changes"][0]["field"], "dependencies.0.enabled");

    EXPECT_EQ(look("/flags/child")["dependencies"]["needs"][0]["state"], "off");
    EXPECT_EQ(look("/flags/parent")["dependencies"]["dependents"][0]["name"], "child");
    act(of("child", "0/remove"), {{"seen", seen("child")}});
    EXPECT_FALSE(written("child").contains("dependencies"));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "flag.dependency_removed");
    act(look("/flags/child/history")["entries"][1]["restore_path"].get<std::string>(), {{"seen", seen("child")}});
    EXPECT_EQ(written("child")["dependencies"][0]["feature"], "parent");
}

TEST_F(DependencyPages, RulesOfDependingAreKeptAndBrokenOnesToldAtOnce) {
    ASSERT_EQ(depend("child", {{"parent", "parent"}, {"parent_state", "on"}}), 303);
    for (const char* parent : {"parent", "child", "nobody"}) {
        EXPECT_EQ(staff(sdk::Method::get, of("child") + "?parent=" + parent).status(), 422) << parent;
        EXPECT_EQ(depend("child", {{"parent", parent}, {"parent_state", "on"}}), 422) << parent;
    }
    EXPECT_EQ(depend("other", {{"parent", "child"}, {"parent_state", "on"}}), 422) << "it depends itself";
    EXPECT_EQ(depend("parent", {{"parent", "other"}, {"parent_state", "on"}}), 422) << "it is depended on";
    EXPECT_EQ(depend("other", {{"parent", "parent"}, {"parent_state", "perhaps"}}), 422);
    EXPECT_EQ(depend("other", {{"parent", "parent"}, {"parent_state", "on"}, {"variant", "green"}}), 422);
    EXPECT_FALSE(written("other").contains("dependencies"));
    EXPECT_EQ(staff(sdk::Method::get, of("child", "1")).status(), 404);
    EXPECT_EQ(staff(sdk::Method::post, of("child", "new/remove"), {{"seen", seen("child")}}).status(), 404);
    EXPECT_EQ(look("/flags/parent")["dependencies"]["add_path"], false);
}

TEST_F(DependencyPages, AParentStaysWhileOthersDependOnItAndInTheirProject) {
    ASSERT_EQ(depend("child", {{"parent", "parent"}, {"parent_state", "on"}}), 303);
    EXPECT_EQ(staff(sdk::Method::post, "/flags/parent/remove", {{"reason", "old"}}).status(), 422);
    EXPECT_TRUE(is_on("parent", "u"));
    for (const char* flag : {"parent", "child"})
        EXPECT_EQ(staff(sdk::Method::post, std::string("/flags/") + flag + "/details",
                        {{"flag_type", "release"}, {"flag_project", "shop"}, {"seen", seen(flag)}})
                      .status(),
                  422)
            << flag;
    act(of("child", "0/remove"), {{"seen", seen("child")}});
    act("/flags/parent/remove", {{"reason", "old"}});
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/parent", "").status(), 404);
    // What it was based on is gone: it cannot be made again by looking back.
    const auto past = look("/flags/child/history")["entries"];
    EXPECT_EQ(staff(sdk::Method::post, past[1]["restore_path"].get<std::string>(), {{"seen", seen("child")}}).status(),
              422);
}

TEST_F(DependencyPages, ADependencyThatWasProposedIsCheckedWhenItIsApproved) {
    define({{{"name", "a"}, {"enabled", true}}, {{"name", "b"}, {"enabled", true}}, {{"name", "c"}, {"enabled", true}}},
           json::array(), "guarded");
    const auto propose = [&](const char* child, const char* parent) {
        const auto path = led_to(of(child) + "?environment=guarded",
                                 {{"parent", parent}, {"parent_state", "on"}, {"seen", seen(child, "guarded")}});
        return path.substr(0, path.find('?'));
    };
    EXPECT_EQ(staff(sdk::Method::post, of("a") + "?environment=guarded",
                    {{"parent", "b"}, {"parent_state", "on"}, {"seen", "of yesterday"}})
                  .status(),
              409)
        << "what could not be approved is not proposed";
    EXPECT_EQ(look("/flags/requests")["table"]["rows"].size(), 0U);
    const auto first = propose("a", "b");
    const auto second = propose("b", "c");
    EXPECT_NE(look(first).dump().find("dependencies.0.feature"), std::string::npos);
    who_ = "ben";
    EXPECT_EQ(staff(sdk::Method::post, first + "/approve").status(), 303);
    EXPECT_EQ(staff(sdk::Method::post, second + "/approve").status(), 422) << "a depends on b by now";
    EXPECT_EQ(look("/flags/b?environment=guarded")["dependencies"]["has_needs"], false);
}

TEST_F(DependencyPages, AnImportThatIsApprovedIsTakenAsItIs) {
    const json chain{{{"name", "a"}, {"dependencies", {{{"feature", "b"}}}}},
                     {{"name", "b"}, {"dependencies", {{{"feature", "c"}}}}},
                     {{"name", "c"}, {"enabled", true}}};
    const auto path =
        led_to("/flags/import", {{"environment", "guarded"}, {"definitions", json{{"features", chain}}.dump()}});
    who_ = "ben";
    act(path.substr(0, path.find('?')) + "/approve");
    EXPECT_EQ(look("/flags/a?environment=guarded")["dependencies"]["needs"][0]["parent"], "b");
}

TEST_F(DependencyPages, WhatAnImportLeftBrokenIsShownAndMendedOneByOne) {
    define({{{"name", "a"}, {"enabled", true}, {"dependencies", {{{"feature", "b"}}, {{"feature", "gone"}}}}},
            {{"name", "b"}, {"enabled", true}, {"dependencies", {{{"feature", "a"}}}}}});
    EXPECT_EQ(look("/flags/a")["dependencies"]["needs"][1]["is_missing"], true);
    act("/flags/a/off", {{"seen", seen("a")}});
    act(of("a", "1/remove"), {{"seen", seen("a")}});
    act(of("a", "0/remove"), {{"seen", seen("a")}});
    EXPECT_TRUE(written("b").contains("dependencies"));
}

TEST_F(DependencyPages, AskForThePermissionToManage) {
    sdk::testing::CallOptions options;
    options.identity = sdk::testing::a_staff_member({"flags.read"});
    options.site = sdk::Site::admin;
    EXPECT_EQ(host_.call(sdk::Method::get, of("child"), options).status(), 403);
    EXPECT_EQ(host_.call(sdk::Method::post, of("child"), options).status(), 403);
}

}  // namespace
}  // namespace whatsflow::flags
