// Conditions under a name: made, used, kept while they are used.
#include "staff_fixture.hpp"

namespace whatsflow::flags {
namespace {

class SegmentPages : public StaffPages {
protected:
    void make(const std::string& name, const std::string& country) {
        act("/flags/segments/new",
            {{"segment_name", name}, {"field_0", "country"}, {"operator_0", "IN"}, {"values_0", country}});
    }
    std::string seen_segment(const std::string& id) {
        return look("/flags/segments/" + id)["form"]["hidden"][0]["value"].get<std::string>();
    }
    bool is_on_in(const char* country) {
        const auto body = R"({"context":{"targetingKey":"u","country":")" + std::string(country) + R"("}})";
        return json_of(post(std::string(kOne) + "a", body))["value"] == true;
    }
};

TEST_F(SegmentPages, ASegmentIsMadeUsedChangedAndKeptWhileItIsUsed) {
    make("beta", "LK");
    create("a");
    act("/flags/a/rules/new", {{"rule_kind", "everybody"}, {"segment", "1"}, {"seen", seen("a")}});
    act("/flags/a/on", {{"seen", seen("a")}});
    EXPECT_TRUE(is_on_in("LK"));
    EXPECT_FALSE(is_on_in("DE"));

    const auto page = look("/flags/segments/1");
    EXPECT_EQ(page["users"][0]["key"], "a");
    const auto refused = staff(sdk::Method::post, "/flags/segments/1/remove", {{"seen", seen_segment("1")}});
    EXPECT_EQ(refused.status(), 422);

    act("/flags/segments/1", {{"segment_name", "beta"},
                              {"field_0", "country"},
                              {"operator_0", "IN"},
                              {"values_0", "DE"},
                              {"seen", seen_segment("1")}});
    EXPECT_TRUE(is_on_in("DE"));
    EXPECT_FALSE(is_on_in("LK"));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "segment.changed");
    EXPECT_EQ(host_.facilities().audit.entries().back().subject.kind, "segment");

    act("/flags/a/rules/0/remove", {{"seen", seen("a")}});
    act("/flags/segments/1/remove", {{"seen", seen_segment("1")}});
    EXPECT_EQ(look("/flags/segments")["table"]["rows"].size(), 0U);
}

TEST_F(SegmentPages, BadInputIsToldAndChangesNothing) {
    make("beta", "LK");
    const std::vector<Pairs> forms{
        {{"segment_name", ""}, {"field_0", "a"}, {"operator_0", "IN"}, {"values_0", "x"}},
        {{"segment_name", "beta"}, {"field_0", "a"}, {"operator_0", "IN"}, {"values_0", "x"}},
        {{"segment_name", "empty"}},
        {{"segment_name", "c"}, {"field_0", "a"}, {"operator_0", "REGEX"}, {"values_0", "("}}};
    for (const auto& form : forms)
        EXPECT_EQ(staff(sdk::Method::post, "/flags/segments/new", form).status(), 422) << form[0].second;
    EXPECT_EQ(look("/flags/segments")["table"]["rows"].size(), 1U);
    EXPECT_EQ(staff(sdk::Method::get, "/flags/segments/9").status(), 404);
    EXPECT_EQ(staff(sdk::Method::get, "/flags/segments?environment=nowhere").status(), 404);
}

TEST_F(SegmentPages, ANumberIsNeverGivenTwiceAtATime) {
    for (const char* name : {"one", "two"}) make(name, "LK");
    act("/flags/segments/1/remove", {{"seen", seen_segment("1")}});
    make("three", "DE");
    EXPECT_EQ(look("/flags/segments")["table"]["rows"].size(), 2U);
    EXPECT_EQ(look("/flags/segments/3")["header"]["heading"], "three");
}

TEST_F(SegmentPages, WhoWasSlowerIsTold) {
    make("beta", "LK");
    const auto before = seen_segment("1");
    const Pairs form{
        {"segment_name", "beta 2"}, {"field_0", "a"}, {"operator_0", "IN"}, {"values_0", "x"}, {"seen", before}};
    act("/flags/segments/1", form);
    EXPECT_EQ(staff(sdk::Method::post, "/flags/segments/1", form).status(), 409);
}

}  // namespace
}  // namespace whatsflow::flags
