// Tokens for programs, from the app and from the command line.
#include "accounts_fixture.hpp"

#include "api_authenticator.hpp"
#include "api_tokens.hpp"

#include <whatsflow/sdk/slots.hpp>
#include <whatsflow/sdk/token_use.hpp>

namespace whatsflow::accounts {
namespace {

class ApiTokens : public AccountsTest {
    void setup() override {
        for (const auto* scope : {"flags:client", "billing:read"})
            ASSERT_TRUE(host_.contribute(
                sdk::PermissionDefinition{sdk::Site::api, scope, "a scope", {}, false}.to_contribution()));
        ASSERT_TRUE(host_.contribute(
            sdk::PermissionDefinition{sdk::Site::api, "flags:evaluate", "what a scope brings along", {"flags:client"}}
                .to_contribution()));
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
    }

protected:
    std::optional<sdk::Identity> bearer(const std::string& header, const std::string& value) {
        sdk::Request request;
        request.site = sdk::Site::api;
        request.headers.add(header, value);
        const auto found = sdk::find_service<sdk::Authenticator>(host_, {{"site", "api"}})
                               .call(&sdk::Authenticator::identify, request);
        return found ? *found : std::nullopt;
    }
    sdk::Response create(const std::string& scope) {
        return post("/developers/tokens", {{"label", "Shop"},
                                           {"scope", scope},
                                           {"environment", "production"},
                                           {"days", "30"},
                                           {"origins", "https://shop.example"}});
    }
};

TEST_F(ApiTokens, AreShownOnceAndOpenWhatTheirScopesSay) {
    const auto made = create("billing:read");
    ASSERT_EQ(view(made), "accounts/token_made");
    const auto token = model(made)["code"].get<std::string>();
    EXPECT_EQ(made.headers().find("Cache-Control"), "no-store");

    for (const auto& [header, value] : std::vector<std::pair<std::string, std::string>>{
             {"Authorization", token}, {"Authorization", "Bearer " + token}, {"X-API-Key", token}}) {
        const auto identity = bearer(header, value);
        ASSERT_TRUE(identity) << header;
        EXPECT_EQ(identity->permissions, std::set<std::string>{"billing:read"});
        EXPECT_EQ(identity->tenant, who()->tenant);
        EXPECT_EQ(identity->origins, std::vector<std::string>{"https://shop.example"});
        EXPECT_EQ(identity->environment, "production");
    }
    EXPECT_FALSE(bearer("Authorization", "Bearer " + token + "x"));
    EXPECT_EQ(count("accounts_tokens WHERE digest = ?", {token}), 0);
}

TEST_F(ApiTokens, EndWhenRevokedExpiredOrTheTenantIsSuspended) {
    const auto token = model(create("billing:read"))["code"].get<std::string>();
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'suspended'"));
    EXPECT_FALSE(bearer("Authorization", token));
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "UPDATE accounts_tenants SET status = 'active'"));
    EXPECT_TRUE(bearer("Authorization", token));
    host_.advance(std::chrono::hours{24 * 31});
    EXPECT_FALSE(bearer("Authorization", token));
}

TEST_F(ApiTokens, UnknownScopesAndBrokenOriginsAreRefusedTogether) {
    const auto answer = post("/developers/tokens", {{"label", ""},
                                                    {"scope", "root"},
                                                    {"environment", "a b"},
                                                    {"days", "7"},
                                                    {"origins", "https://shop.example/path"}});
    EXPECT_EQ(answer.status(), 422);
    EXPECT_EQ(model(answer)["form"]["form_errors"]["fields"].size(), 4U);
    EXPECT_NE(model(answer)["form"]["scope_error"], false);
}

TEST_F(ApiTokens, AScopeBringsAlongWhatDefinitionsGiveToIt) {
    EXPECT_EQ(bearer("Authorization", model(create("flags:client"))["code"].get<std::string>())->permissions,
              (std::set<std::string>{"flags:client", "flags:evaluate"}));
    EXPECT_EQ(bearer("Authorization", model(create("billing:read"))["code"].get<std::string>())->permissions,
              std::set<std::string>{"billing:read"});
}

TEST_F(ApiTokens, WhatAScopeBringsAlongIsNoScopeItself) {
    EXPECT_EQ(create("flags:evaluate").status(), 422);
    sdk::CommandArguments arguments;
    arguments.options = {{"--scope", "flags:evaluate"}};
    EXPECT_EQ(host_.run_command("tokens create", arguments).error().code, "tokens.unknown_scope");
}

TEST_F(ApiTokens, OnlyTheTenantsOwnCanBeRevoked) {
    const auto token = model(create("billing:read"))["code"].get<std::string>();
    const auto id = bearer("Authorization", token)->subject;
    const auto owner = cookie_;
    forget_cookie();
    sign_up_and_verify("carla@other.example", "Other");
    sign_in("carla@other.example");
    EXPECT_EQ(post("/developers/tokens/" + id + "/revoke").status(), 404);
    EXPECT_TRUE(bearer("Authorization", token));

    cookie_ = owner;
    EXPECT_EQ(location(post("/developers/tokens/" + id + "/revoke")), "/developers?done=token_revoked");
    EXPECT_FALSE(bearer("Authorization", token));
}

TEST_F(ApiTokens, ShowHowProgramsUseThem) {
    const auto offer = [&](const char* scope, const char* title, const char* code, int order) {
        ASSERT_TRUE(host_.contribute(sdk::TokenUse{scope, title, code, order}.to_contribution()));
    };
    offer("billing:read", "second", "curl {api}/b", 20);
    offer("billing:read", "first", "curl {api}/a -H 'Authorization: {token}' # {id} {token}", 10);
    offer("flags:client", "of another scope", "curl {api}/c", 10);

    const auto shown = model(create("billing:read"));

    ASSERT_EQ(shown["uses"].size(), 2U);
    EXPECT_EQ(shown["has_uses"], true);
    EXPECT_EQ(shown["uses"][0]["code_label"], "first");
    const auto token = shown["code"].get<std::string>(), api = host_.site_url(sdk::Site::api);
    const auto id = bearer("Authorization", token)->subject;
    EXPECT_EQ(shown["uses"][0]["code"], "curl " + api + "/a -H 'Authorization: " + token + "' # " + id + " " + token);
    EXPECT_EQ(shown["uses"][1]["code"], "curl " + api + "/b");
}

TEST_F(ApiTokens, StaffMakeListAndRevokeThoseOfThePlatformAndNoOthers) {
    const auto tenants = bearer("Authorization", model(create("billing:read"))["code"].get<std::string>())->subject;
    staff_ = sdk::testing::a_staff_member({"accounts.tokens.manage"});
    const auto made = send(sdk::Method::post, "/tokens",
                           {{"label", "Web"},
                            {"scope", "flags:client"},
                            {"environment", "staging"},
                            {"days", "0"},
                            {"origins", "https://shop.example"}},
                           sdk::Site::admin);
    ASSERT_EQ(view(made), "accounts/token_made");
    EXPECT_EQ(made.headers().find("Cache-Control"), "no-store");
    const auto token = model(made)["code"].get<std::string>();
    const auto identity = bearer("Authorization", token);
    ASSERT_TRUE(identity);
    EXPECT_TRUE(identity->tenant.empty());
    EXPECT_EQ(identity->environment, "staging");
    EXPECT_EQ(identity->origins, std::vector<std::string>{"https://shop.example"});

    const auto listed = [&](const char* query) {
        return model(send(sdk::Method::get, std::string("/tokens") + query, {}, sdk::Site::admin))["tokens"];
    };
    ASSERT_EQ(listed("").size(), 1U) << "a tenant's own are not staff's";
    EXPECT_EQ(listed("")[0]["origins"], "https://shop.example");
    EXPECT_EQ(listed("?environment=production").size(), 0U);
    EXPECT_EQ(listed("?scope=flags:client&environment=staging").size(), 1U);
    EXPECT_EQ(send(sdk::Method::post, "/tokens/" + tenants + "/revoke", {}, sdk::Site::admin).status(), 404);
    EXPECT_EQ(location(send(sdk::Method::post, "/tokens/" + identity->subject + "/revoke", {}, sdk::Site::admin)),
              "/tokens?done=token_revoked");
    EXPECT_FALSE(bearer("Authorization", token));
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "token.revoked");
}

TEST_F(ApiTokens, StaffNarrowThoseOfThePlatformToAnEnvironmentAndAScope) {
    staff_ = sdk::testing::a_staff_member({"accounts.tokens.manage"});
    const auto page = [&](const char* query) {
        return model(send(sdk::Method::get, std::string("/tokens") + query, {}, sdk::Site::admin));
    };
    const auto labels = [&](const char* query) {
        std::set<std::string> all;
        const auto shown = page(query);
        for (const auto& row : shown["tokens"]) all.insert(row["label"]);
        return all;
    };
    const auto make = [&](const char* label, const char* scope, const char* environment) {
        EXPECT_EQ(view(send(sdk::Method::post, "/tokens",
                            {{"label", label}, {"scope", scope}, {"environment", environment}, {"days", "0"}},
                            sdk::Site::admin)),
                  "accounts/token_made");
    };
    const auto before = page("");
    EXPECT_EQ(before["has_tokens"], false);
    make("Web", "flags:client", "staging");
    EXPECT_EQ(page("")["has_filters"], false) << "of one there is nothing to choose";
    make("Bills", "billing:read", "staging");
    make("Shop", "flags:client", "production");
    EXPECT_EQ(labels(""), (std::set<std::string>{"Web", "Bills", "Shop"}));
    EXPECT_EQ(labels("?environment=staging"), (std::set<std::string>{"Web", "Bills"}));
    EXPECT_EQ(labels("?scope=flags:client"), (std::set<std::string>{"Web", "Shop"}));
    EXPECT_EQ(labels("?scope=flags:client&environment=staging"), std::set<std::string>{"Web"});
    const auto narrowed = page("?scope=billing:read&environment=production");
    EXPECT_EQ(narrowed["has_tokens"], false);
    EXPECT_NE(narrowed["none_text"], before["none_text"]) << "there are some, but none of these";
    EXPECT_EQ(narrowed["has_filters"], true);
    EXPECT_EQ(narrowed["clear_path"], "/tokens");
    EXPECT_EQ(page("")["clear_path"], false);
    for (const auto& [choice, chosen] : {std::pair{0, "production"}, {1, "billing:read"}}) {
        const auto& choices = narrowed["choices_of"][choice]["choices"];
        ASSERT_EQ(choices.size(), 2U) << "those that there are, also where none is shown";
        for (const auto& each : choices) EXPECT_EQ(each["selected"], each["value"] == chosen) << each;
    }
}

TEST_F(ApiTokens, TheCommandLineMakesListsAndRevokesThem) {
    sdk::CommandArguments arguments;
    arguments.options = {{"--scope", "flags:client"}, {"--scope", "billing:read"}, {"--environment", "staging"}};
    const auto made = host_.run_command("tokens create", arguments);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->result["scopes"].size(), 2U);
    const auto identity = bearer("Authorization", made->result["token"].get<std::string>());
    ASSERT_TRUE(identity);
    EXPECT_TRUE(identity->tenant.empty());
    EXPECT_EQ(identity->environment, "staging");
    EXPECT_EQ(host_.run_command("tokens list")->result.size(), 1U);

    sdk::CommandArguments which;
    which.positional = {made->result["id"].get<std::string>()};
    EXPECT_TRUE(host_.run_command("tokens revoke", which));
    EXPECT_FALSE(host_.run_command("tokens revoke", which));
    EXPECT_FALSE(bearer("Authorization", made->result["token"].get<std::string>()));
}

TEST_F(ApiTokens, TheCommandLineSaysWhatIsWrong) {
    EXPECT_EQ(host_.run_command("tokens create").error().code, "tokens.no_scope");
    sdk::CommandArguments arguments;
    arguments.options = {{"--scope", "root"}};
    EXPECT_EQ(host_.run_command("tokens create", arguments).error().code, "tokens.unknown_scope");
    arguments.options = {{"--scope", "billing:read"}, {"--tenant", "nobody"}};
    EXPECT_EQ(host_.run_command("tokens create", arguments).error().code, "tenants.unknown");
}

TEST_F(ApiTokens, ATenantMadeByCommandGetsItsOwnerALinkToChooseAPassword) {
    sdk::CommandArguments arguments;
    arguments.options = {{"--name", "Acme"}, {"--email", "Nimal@acme.example"}, {"--country", "LK"}};
    const auto made = host_.run_command("tenants create", arguments);
    ASSERT_TRUE(made) << made.error().message;
    const auto mails = new_mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].to[0].address, "nimal@acme.example");
    EXPECT_EQ(host_.run_command("tenants list")->result.size(), 2U);

    arguments.options = {{"--name", "Acme"}, {"--email", "nimal"}, {"--country", "LK"}};
    EXPECT_FALSE(host_.run_command("tenants create", arguments));
}

TEST(Origins, AreASchemeAndAName) {
    for (const auto* good : {"https://shop.example", "http://localhost:8080"}) EXPECT_TRUE(is_origin(good)) << good;
    for (const auto* bad : {"", "shop.example", "https://", "https://shop.example/", "https://a b", "*", "null"})
        EXPECT_FALSE(is_origin(bad)) << bad;
}

}  // namespace
}  // namespace whatsflow::accounts
