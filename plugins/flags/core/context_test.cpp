// Whom a flag is asked for, as Unleash's server reads it.
#include "context.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

std::string found(const json& told, const char* name) {
    const auto context = context_from_json(told);
    const auto* value = context.find(name);
    return value ? *value : "-";
}

TEST(Context, AStandardFieldComesFirstAndThenAPropertyOfItsName) {
    EXPECT_EQ(found({{"userId", "7"}, {"properties", {{"userId", "8"}}}}, "userId"), "7");
    EXPECT_EQ(found({{"properties", {{"userId", "8"}}}}, "userId"), "8");
    EXPECT_EQ(found({{"userId", nullptr}, {"properties", {{"userId", "8"}}}}, "userId"), "8");
}

TEST(Context, NamesBesidePropertiesArePropertiesUnlessTheseHaveThem) {
    EXPECT_EQ(found({{"plan", "pro"}}, "plan"), "pro");
    EXPECT_EQ(found({{"plan", "pro"}, {"properties", {{"plan", "free"}}}}, "plan"), "free");
    EXPECT_EQ(found({{"properties", "free"}}, "properties"), "free");
    EXPECT_EQ(found(json::array(), "plan"), "-");
}

TEST(Context, ValuesAreTheTextsThatJavaScriptShows) {
    const json told{{"whole", 10.0}, {"half", 0.5},      {"huge", 1e21},
                    {"yes", true},   {"list", {1, "a"}}, {"none", nullptr}};
    for (const auto& [name, text] : std::map<std::string, std::string>{{"whole", "10"},
                                                                       {"half", "0.5"},
                                                                       {"huge", "1e+21"},
                                                                       {"yes", "true"},
                                                                       {"list", R"([1,"a"])"},
                                                                       {"none", "-"}})
        EXPECT_EQ(found(told, name.c_str()), text) << name;
}

TEST(Context, AFingerprintTellsWhichFieldAValueIsOf) {
    const auto of = [](const json& told) { return fingerprint_of(context_from_json(told)); };
    EXPECT_EQ(of({{"userId", "x"}, {"plan", "a"}}), of({{"plan", "a"}, {"userId", "x"}}));
    EXPECT_NE(of({{"userId", "x"}}), of({{"sessionId", "x"}}));
    EXPECT_NE(of({{"ab", "c"}}), of({{"a", "bc"}}));
    EXPECT_NE(of({{"userId", ""}}), of(json::object()));
}

TEST(Context, OnlyWhatIsFilledTellsSomebodyFromOthers) {
    const auto context = context_from_json({{"plan", ""}, {"userId", "7"}});
    EXPECT_NE(context.find("plan"), nullptr);
    EXPECT_EQ(context.find_filled("plan"), nullptr);
    EXPECT_EQ(context.find_filled("nothing"), nullptr);
    EXPECT_EQ(*context.find_filled("userId"), "7");
}

}  // namespace
}  // namespace whatsflow::flags
