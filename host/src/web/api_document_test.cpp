#include "web/api_document.hpp"

#include <whatsflow/sdk/api_operation.hpp>

#include <gtest/gtest.h>

namespace whatsflow::web {
namespace {

RouteEntry route(sdk::Site site, sdk::Method method, std::string pattern, sdk::Permission permission) {
    sdk::Route made{site, method, std::move(pattern), std::move(permission), nullptr};
    made.summary = "Says <what> it does";
    return {std::move(made), "crm"};
}

ApiSource a_source() {
    ApiSource source{"https://api.example.com", {}, {}};
    source.routes.push_back(
        route(sdk::Site::api, sdk::Method::get, "/v1/notes/{id}", sdk::Permission::named("crm:read")));
    source.routes.push_back(route(sdk::Site::api, sdk::Method::post, "/hooks", sdk::Permission::everyone()));
    source.routes.push_back(route(sdk::Site::app, sdk::Method::get, "/notes", sdk::Permission::everyone()));
    source.routes.push_back(route(sdk::Site::api, sdk::Method::get, "/metrics", sdk::Permission::loopback()));
    source.operations.push_back(sdk::ApiOperation{sdk::Method::get,
                                                  "/v1/notes/{id}",
                                                  {{"description", "One note."},
                                                   {"responses", {{"200", {{"description", "The note"}}}}}},
                                                  {{"Note", {{"type", "object"}}}}}
                                    .to_contribution());
    return source;
}

TEST(ApiDocument, HasTheRoutesOfTheApiSiteAndNoOthers) {
    const auto document = api_document(a_source());
    EXPECT_EQ(document["openapi"], "3.1.0");
    EXPECT_EQ(document["servers"][0]["url"], "https://api.example.com");
    EXPECT_EQ(document["paths"].size(), 2U);
    EXPECT_TRUE(document["paths"].contains("/hooks"));
}

TEST(ApiDocument, JoinsWhatThePluginSaysWithWhatTheHostKnows) {
    const auto note = api_document(a_source())["paths"]["/v1/notes/{id}"]["get"];
    EXPECT_EQ(note["description"], "One note.");
    EXPECT_EQ(note["summary"], "Says <what> it does");
    EXPECT_EQ(note["operationId"], "get-v1-notes-id");
    EXPECT_EQ(note["parameters"][0]["name"], "id");
    EXPECT_EQ(note["x-scope"], "crm:read");
    EXPECT_EQ(note["responses"]["200"]["description"], "The note");
    EXPECT_TRUE(note["responses"].contains("401"));
    EXPECT_TRUE(api_document(a_source())["components"]["schemas"].contains("Note"));
}

TEST(ApiDocument, DescribesWhatNobodyDescribed) {
    const auto hook = api_document(a_source())["paths"]["/hooks"]["post"];
    EXPECT_EQ(hook["security"], nlohmann::json::array());
    EXPECT_FALSE(hook["responses"].contains("401"));
    EXPECT_TRUE(hook["responses"].contains("200"));
}

TEST(ApiDocument, IsAPageWithoutWhatABrowserWouldRun) {
    const auto page = api_page(api_document(a_source()));
    EXPECT_NE(page.find("GET /v1/notes/{id}"), std::string::npos);
    EXPECT_NE(page.find("Says &lt;what&gt; it does"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<style"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::web
