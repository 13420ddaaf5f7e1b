// OFREP as the protocol has it, and an entity tag that covers the answer.
#include "program_fixture.hpp"

#include "program_requests.hpp"

namespace whatsflow::flags {
namespace {

using nlohmann::json;
using Ofrep = ProgramTest;

json feature(const char* name, json more = json::object()) {
    json made{{"name", name}, {"enabled", true}, {"strategies", json::array()}};
    made.update(more);
    return made;
}

json for_country(const char* country) {
    return {{"strategies",
             {{{"name", "default"},
               {"constraints", {{{"contextName", "country"}, {"operator", "IN"}, {"values", {country}}}}}}}}};
}

json variant(const char* name, int weight, const char* type, const char* value) {
    return {{"name", name}, {"weight", weight}, {"payload", {{"type", type}, {"value", value}}}};
}

TEST_F(Ofrep, AFlagIsAnsweredWithValueVariantAndReason) {
    define({feature("plain"), feature("off", {{"enabled", false}}), feature("lk", for_country("LK")),
            feature("size", {{"variants", {variant("ten", 1, "number", "10")}}})});

    EXPECT_EQ(json_of(post(std::string(kOne) + "plain", R"({"context":{"targetingKey":"u"}})")),
              (json{{"key", "plain"}, {"reason", "STATIC"}, {"value", true}, {"variant", "on"}}));
    EXPECT_EQ(json_of(post(std::string(kOne) + "off", R"({"context":{}})")),
              (json{{"key", "off"}, {"reason", "DISABLED"}, {"value", false}, {"variant", "off"}}));
    EXPECT_EQ(json_of(post(std::string(kOne) + "lk", R"({"context":{"country":"LK"}})"))["reason"], "TARGETING_MATCH");
    EXPECT_EQ(text_of_body(post(std::string(kOne) + "size", R"({"context":{"targetingKey":"u"}})")),
              R"({"key":"size","reason":"STATIC","value":10,"variant":"ten"})");
}

TEST_F(Ofrep, AKeyMayHaveSlashesAndCharactersThatJsonEscapes) {
    define({feature("a/b/c"), feature("\"quoted\" größe"), feature("a/b/c/d/e/f/g/h")});

    for (const std::string key : {"a/b/c", "a/b/c/d/e/f/g/h"})
        EXPECT_EQ(json_of(post(kOne + key, R"({"context":{}})"))["key"], key);
    EXPECT_EQ(json_of(post(kAll, R"({"context":{}})"))["flags"][1]["key"], "\"quoted\" größe");
}

TEST_F(Ofrep, ErrorsAreThoseOfTheProtocol) {
    define({feature("a"), feature("broken", {{"variants", {variant("v", 1, "json", "{")}}})});
    const auto refused = [&](const std::string& key, const std::string& body, int status, const char* code) {
        const auto answer = post(kOne + key, body);
        EXPECT_EQ(answer.status(), status) << body;
        EXPECT_EQ(header(answer, "Content-Type").substr(0, 16), "application/json");
        EXPECT_EQ(json_of(answer)["errorCode"], code);
        EXPECT_EQ(json_of(answer)["key"], key);
    };
    refused("none", R"({"context":{}})", 404, "FLAG_NOT_FOUND");
    refused("a", "{", 400, "PARSE_ERROR");
    refused("a", "", 400, "PARSE_ERROR");
    refused("a", "{}", 400, "INVALID_CONTEXT");
    refused("a", R"({"context":[]})", 400, "INVALID_CONTEXT");
    refused("a", R"({"context":{"targetingKey":7}})", 400, "INVALID_CONTEXT");
    refused("broken", R"({"context":{}})", 400, "PARSE_ERROR");

    const auto bulk = post(kAll, "[]");
    EXPECT_EQ(bulk.status(), 400);
    EXPECT_EQ(json_of(bulk)["errorCode"], "INVALID_CONTEXT");
    EXPECT_FALSE(json_of(bulk).contains("key"));
}

TEST_F(Ofrep, OneBrokenFlagDoesNotFailTheOthers) {
    define({feature("broken", {{"variants", {variant("v", 1, "number", "many")}}}), feature("a")});

    const auto answer = post(kAll, R"({"context":{"targetingKey":"u"}})");

    ASSERT_EQ(answer.status(), 200);
    const auto flags = json_of(answer)["flags"];
    EXPECT_EQ(flags[0]["errorCode"], "PARSE_ERROR");
    EXPECT_FALSE(flags[0].contains("value"));
    EXPECT_EQ(flags[1]["value"], true);
}

TEST_F(Ofrep, AnUnchangedAnswerIsNotSentAgain) {
    define({feature("a", for_country("LK"))});
    const std::string body = R"({"context":{"targetingKey":"u","country":"LK"}})";
    const auto tag = header(post(kAll, body), "ETag");
    ASSERT_FALSE(tag.empty());

    for (const auto& sent : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
        const auto again = post(kAll, body, {{"If-None-Match", sent}});
        EXPECT_EQ(again.status(), 304) << sent;
        EXPECT_EQ(header(again, "ETag"), tag);
        EXPECT_TRUE(text_of_body(again).empty());
    }
    EXPECT_EQ(post(kAll, body, {{"If-None-Match", "\"x\""}}).status(), 200);
}

TEST_F(Ofrep, TheAnswerNamesTheRevisionItIsOf) {
    for (const bool enabled : {true, false}) {
        define({feature("a", {{"enabled", enabled}})});
        const auto revision = json_of(ask(sdk::Method::get, "/api/client/features", ""))["meta"]["revisionId"];
        EXPECT_EQ(json_of(post(kAll, R"({"context":{"targetingKey":"u"}})"))["metadata"]["version"], revision.dump());
    }
}

TEST_F(Ofrep, TheTagChangesWithTheContextAndTheRules) {
    define({feature("a", for_country("LK"))});
    const std::string here = R"({"context":{"targetingKey":"u","country":"LK"}})";
    const auto tag = header(post(kAll, here), "ETag");

    // The stock web client keeps its tag when only attributes change.
    const auto elsewhere = post(kAll, R"({"context":{"targetingKey":"u","country":"DE"}})", {{"If-None-Match", tag}});
    ASSERT_EQ(elsewhere.status(), 200);
    EXPECT_EQ(json_of(elsewhere)["flags"][0]["value"], false);

    define({feature("a")});
    EXPECT_EQ(post(kAll, here, {{"If-None-Match", tag}}).status(), 200);
}

TEST_F(Ofrep, WhatTheServerKnowsItselfCountsAndIsInTheTag) {
    const auto rules = RuleSet::parse(R"({"features": [{"name": "a"}]})");
    const Served served{7, *rules, *rules};
    sdk::Request request;
    request.identity = a_token();
    request.remote_address = "10.0.0.1";
    const auto here = completed({}, request, served);
    EXPECT_EQ(here.context.remote_address, "10.0.0.1");
    EXPECT_EQ(here.context.environment, kProduction);
    EXPECT_TRUE(here.context.session_id);
    Context told;
    told.remote_address = "192.168.0.1";
    told.environment = "staging";
    EXPECT_EQ(completed(told, request, served).context.environment, "staging");
    EXPECT_EQ(completed(told, request, served).context.remote_address, "192.168.0.1") << "what the context says wins";

    request.remote_address = "10.0.0.2";
    EXPECT_NE(completed({}, request, served).tag, here.tag);
    request.remote_address = "10.0.0.1";
    EXPECT_EQ(completed({}, request, served).tag, here.tag);
    told = here.context;  // says the same environment, asked with the token of another
    const auto as_told = completed(told, request, served).tag;
    request.identity->environment = "development";
    EXPECT_NE(completed(told, request, served).tag, as_told);
}

TEST_F(Ofrep, AnAnswerThatTimeChangesGetsATagOfItsOwn) {
    const auto soon = sdk::to_rfc3339(host_.clock().now() + std::chrono::minutes(1));
    define({feature(
        "later",
        {{"strategies",
          {{{"name", "default"},
            {"constraints", {{{"contextName", "currentTime"}, {"operator", "DATE_AFTER"}, {"value", soon}}}}}}}})});
    const std::string body = R"({"context":{"targetingKey":"u"}})";
    const auto tag = header(post(kAll, body), "ETag");
    EXPECT_EQ(post(kAll, body, {{"If-None-Match", tag}}).status(), 304);

    host_.time().advance(std::chrono::minutes(2));

    const auto then = post(kAll, body, {{"If-None-Match", tag}});
    ASSERT_EQ(then.status(), 200);
    EXPECT_EQ(json_of(then)["flags"][0]["value"], true);
}

TEST_F(Ofrep, AnAnswerThatChanceDecidesIsNeverTakenForAnother) {
    const json lottery{
        {"strategies", {{{"name", "flexibleRollout"}, {"parameters", {{"rollout", "50"}, {"stickiness", "random"}}}}}}};
    define({feature("lottery", lottery)});
    std::map<std::string, std::string> bodies;
    for (int i = 0; i < 200; ++i) {
        const auto answer = post(kAll, R"({"context":{"targetingKey":"u"}})");
        const auto [known, is_new] = bodies.try_emplace(header(answer, "ETag"), text_of_body(answer));
        EXPECT_EQ(known->second, text_of_body(answer));
    }
    EXPECT_EQ(bodies.size(), 2U);
}

TEST_F(Ofrep, ATokenWithOriginsAnswersTheirPagesOnly) {
    define({feature("a")});
    const auto token = a_token({"https://shop.example"});
    const std::string body = R"({"context":{"targetingKey":"u"}})";

    const auto own = post(kAll, body, {{"Origin", "https://shop.example"}}, token);
    EXPECT_EQ(own.status(), 200);
    EXPECT_EQ(header(own, "Access-Control-Allow-Origin"), "https://shop.example");
    EXPECT_NE(header(own, "Access-Control-Expose-Headers").find("ETag"), std::string::npos);
    EXPECT_EQ(header(own, "Vary"), "Origin");

    const auto foreign = post(kAll, body, {{"Origin", "https://evil.example"}}, token);
    EXPECT_EQ(foreign.status(), 403);
    EXPECT_EQ(header(foreign, "Access-Control-Allow-Origin"), "");

    EXPECT_EQ(post(kAll, body, {}, token).status(), 200) << "a program that is no page";
    EXPECT_EQ(header(post(kAll, body, {{"Origin", "https://shop.example"}}), "Access-Control-Allow-Origin"), "")
        << "a token without origins is not for pages";
}

TEST_F(Ofrep, APageMayAskWhetherItMayAsk) {
    for (const char* path : {kAll, "/api/frontend", "/api/frontend/client/metrics", "/api/frontend/client/register"}) {
        const auto answer = ask(
            sdk::Method::options, path, "",
            {{"Origin", "https://shop.example"}, {"Access-Control-Request-Headers", "authorization,if-none-match"}});
        EXPECT_EQ(answer.status(), 204) << path;
        EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "https://shop.example");
        EXPECT_EQ(header(answer, "Access-Control-Allow-Headers"), "authorization,if-none-match");
        EXPECT_NE(header(answer, "Access-Control-Allow-Methods").find("POST"), std::string::npos);
    }
}

}  // namespace
}  // namespace whatsflow::flags
