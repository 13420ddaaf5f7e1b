// A token is of one environment: what it is told and what it tells belong there and nowhere else.
#include "program_fixture.hpp"

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class TokenEnvironment : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        define({{{"name", "f"}, {"enabled", true}}});
        define({{{"name", "f"}, {"enabled", false}}, {{"name", "only-staging"}, {"enabled", true}}}, json::array(),
               "staging");
        staging_ = a_token();
        staging_.environment = "staging";
    }
    json told(sdk::Method method, const std::string& target, const sdk::Identity& token) {
        return json_of(
            ask(method, target, method == sdk::Method::post ? R"({"context":{"targetingKey":"u"}})" : "", {}, token));
    }

    sdk::Identity staging_;
};

TEST_F(TokenEnvironment, EveryAnswerIsOfTheEnvironmentOfItsToken) {
    const auto production = a_token();
    EXPECT_EQ(told(sdk::Method::post, std::string(kOne) + "f", production)["value"], true);
    EXPECT_EQ(told(sdk::Method::post, std::string(kOne) + "f", staging_)["value"], false);
    EXPECT_EQ(told(sdk::Method::post, kAll, production)["flags"].size(), 1U);
    EXPECT_EQ(told(sdk::Method::post, kAll, staging_)["flags"].size(), 2U);
    for (const auto method : {sdk::Method::get, sdk::Method::post}) {
        EXPECT_EQ(told(method, "/api/frontend", production)["toggles"][0]["name"], "f");
        EXPECT_EQ(told(method, "/api/frontend", staging_)["toggles"][0]["name"], "only-staging");
    }
    EXPECT_EQ(told(sdk::Method::get, "/api/client/features", staging_)["features"].size(), 2U);
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/only-staging", "", {}, staging_).status(), 200);
    EXPECT_EQ(ask(sdk::Method::get, "/api/client/features/only-staging", "", {}, production).status(), 404);
}

TEST_F(TokenEnvironment, ATagOfOneIsNoneOfTheOther) {
    for (const char* target : {"/api/client/features", "/api/frontend?userId=u&sessionId=s"}) {
        const auto tag = header(ask(sdk::Method::get, target, ""), "ETag");
        EXPECT_EQ(ask(sdk::Method::get, target, "", {{"If-None-Match", tag}}).status(), 304) << target;
        EXPECT_EQ(ask(sdk::Method::get, target, "", {{"If-None-Match", tag}}, staging_).status(), 200) << target;
    }
}

TEST_F(TokenEnvironment, UseIsCountedWhereTheTokenIsOf) {
    const std::string body =
        R"({"appName":"shop","environment":"production","bucket":{"toggles":{"f":{"yes":1,"variants":{"disabled":1}}}}})";
    EXPECT_EQ(post("/api/client/metrics", body, {}, staging_).status(), 202);
    EXPECT_EQ(post("/api/client/register", R"({"appName":"shop","environment":"production"})", {}, staging_).status(),
              202);
    for (const char* table : {"flags_usage", "flags_variant_usage", "flags_programs"})
        EXPECT_EQ(number("SELECT COUNT(*) AS n FROM " + std::string(table) + " WHERE environment = 'staging'"), 1)
            << table;
}

}  // namespace
}  // namespace whatsflow::flags
