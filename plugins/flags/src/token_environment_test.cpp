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

TEST_F(TokenEnvironment, TheEnvironmentIsInTheTagNotTheRevisionAlone) {
    const auto of = [&](const sdk::Identity& token) {
        const auto answer = ask(sdk::Method::get, "/api/client/features", "", {}, token);
        EXPECT_EQ(json_of(answer)["query"]["environment"], token.environment);
        const auto tag = header(answer, "ETag");
        return tag.substr(0, tag.find(':'));
    };
    EXPECT_NE(of(a_token()), of(staging_));
}

TEST_F(TokenEnvironment, EveryRouteIsForTheScopeItNames) {
    struct Asked {
        sdk::Method method;
        const char* target;
        const char* scope;
    };
    using sdk::Method;
    const Asked all[] = {{Method::get, "/api/client/features", "flags:client"},
                         {Method::get, "/api/client/features/f", "flags:client"},
                         {Method::post, "/api/client/register", "flags:client"},
                         {Method::post, "/api/client/metrics", "flags:client"},
                         {Method::post, "/api/client/metrics/bulk", "flags:client"},
                         {Method::post, "/ofrep/v1/evaluate/flags/f", "flags:client"},
                         {Method::post, "/ofrep/v1/evaluate/flags", "flags:evaluate"},
                         {Method::get, "/api/frontend", "flags:frontend"},
                         {Method::post, "/api/frontend", "flags:frontend"},
                         {Method::post, "/api/frontend/client/register", "flags:frontend"},
                         {Method::post, "/api/frontend/client/metrics", "flags:frontend"}};
    for (const auto& each : all)
        for (const char* scope : {"flags:client", "flags:frontend", "flags:evaluate", "billing:read"}) {
            auto token = a_token();
            token.permissions = {scope};
            const auto status = ask(each.method, each.target, "", {}, token).status();
            EXPECT_EQ(status != 403, std::string_view(scope) == each.scope) << each.target << " with " << scope;
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
