// The pages of the four sites as programs see them: status, headers, caching, compression.
#include "support/connection.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace whatsflow::testing {
namespace {

class Pages : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        server_ = std::make_unique<ServerProcess>(ServerProcess::Options{});
        ASSERT_TRUE(server_->wait_until_ready()) << server_->log();
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(server_->stop(), 0) << server_->log();
        server_.reset();
    }
    static std::unique_ptr<ServerProcess> server_;
};
std::unique_ptr<ServerProcess> Pages::server_;

TEST_F(Pages, EverySiteIsAliveAndReady) {
    for (const auto port : {server_->landing(), server_->app(), server_->admin(), server_->api()}) {
        EXPECT_EQ(get(port, "/healthz").status, 200);
        const Answer ready = get(port, "/readyz");
        EXPECT_EQ(ready.status, 200);
        EXPECT_TRUE(nlohmann::json::accept(ready.body)) << ready.body;
    }
}

TEST_F(Pages, EveryPromisedLandingPageAnswers) {
    for (const char* path : {"/", "/features", "/pricing", "/about", "/contact", "/terms", "/privacy", "/cookies",
                             "/refunds", "/sitemap.xml", "/robots.txt"}) {
        const Answer answer = get(server_->landing(), path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_FALSE(answer.body.empty()) << path;
        EXPECT_EQ(answer.body.find("{{"), std::string::npos) << path << " shows template source";
    }
}

TEST_F(Pages, CarryTheSecurityHeaders) {
    for (const char* path : {"/", "/contact", "/no-such-page"}) {
        const Answer answer = get(server_->landing(), path);
        const std::string policy = answer.header("content-security-policy");
        EXPECT_NE(policy.find("default-src 'self'"), std::string::npos) << path << ": " << policy;
        EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos) << path;
        EXPECT_EQ(answer.header("x-content-type-options"), "nosniff") << path;
        EXPECT_EQ(answer.header("referrer-policy"), "strict-origin-when-cross-origin") << path;
        EXPECT_EQ(answer.header("server"), "") << path;
        EXPECT_FALSE(answer.header("x-request-id").empty()) << path;
    }
}

TEST_F(Pages, HaveNoInlineScriptOrStyle) {
    const std::regex inline_script("<script(?![^>]*\\bsrc=)(?![^>]*application/ld\\+json)[^>]*>");
    const std::regex inline_style("<style|\\sstyle=|\\son[a-z]+=");
    for (const char* path : {"/", "/features", "/pricing", "/about", "/contact", "/terms", "/cookies"}) {
        const std::string body = get(server_->landing(), path).body;
        EXPECT_FALSE(std::regex_search(body, inline_script)) << path;
        EXPECT_FALSE(std::regex_search(body, inline_style)) << path;
    }
}

TEST_F(Pages, AreCompressedAsTheClientAsks) {
    const auto encoding = [&](const char* accepted) {
        return get(server_->landing(), "/", {{"Accept-Encoding", accepted}}).header("content-encoding");
    };
    EXPECT_EQ(encoding("br, gzip"), "br");
    EXPECT_EQ(encoding("gzip"), "gzip");
    EXPECT_EQ(encoding("identity"), "");
    EXPECT_EQ(encoding("br;q=0, gzip"), "gzip");
    EXPECT_NE(get(server_->landing(), "/").header("vary").find("Accept-Encoding"), std::string::npos);
}

TEST_F(Pages, AreNotSentTwiceToWhoHasThem) {
    const Answer first = get(server_->landing(), "/");
    const std::string tag = first.header("etag");
    ASSERT_FALSE(tag.empty());
    const Answer second = get(server_->landing(), "/", {{"If-None-Match", tag}});
    EXPECT_EQ(second.status, 304);
    EXPECT_TRUE(second.body.empty());
    EXPECT_EQ(get(server_->landing(), "/", {{"If-None-Match", "\"another\""}}).status, 200);
}

TEST_F(Pages, AnswerHeadWithTheSameHeadersAndNoBody) {
    const Answer body = get(server_->landing(), "/");
    const Answer head = request(server_->landing(), "HEAD", "/");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), body.header("content-length"));
    EXPECT_TRUE(head.body.empty());
}

TEST_F(Pages, LoadAssetsThatMayBeKeptForEver) {
    const std::string body = get(server_->landing(), "/").body;
    const std::regex asset("(?:href|src)=\"(/assets/[^\"#]+)\"");
    std::set<std::string> seen;
    for (auto it = std::sregex_iterator(body.begin(), body.end(), asset); it != std::sregex_iterator(); ++it)
        seen.insert((*it)[1]);
    ASSERT_GE(seen.size(), 2u);
    for (const std::string& path : seen) {
        const Answer answer = get(server_->landing(), path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_NE(answer.header("cache-control").find("immutable"), std::string::npos) << path;
    }
    EXPECT_EQ(get(server_->landing(), "/assets/../theme.json").status, 400);
    EXPECT_EQ(get(server_->landing(), "/assets/no-such.css").status, 404);
}

TEST_F(Pages, AnUnknownAddressIsAPageForPeopleAndAProblemForPrograms) {
    const Answer page = get(server_->landing(), "/no-such-page", {{"Accept", "text/html"}});
    EXPECT_EQ(page.status, 404);
    EXPECT_NE(page.header("content-type").find("text/html"), std::string::npos);
    EXPECT_NE(page.body.find(page.header("x-request-id")), std::string::npos) << "the page shows the request id";

    const Answer problem = get(server_->api(), "/v1/nothing");
    EXPECT_EQ(problem.status, 404);
    EXPECT_EQ(problem.header("content-type"), "application/problem+json");
    const auto document = nlohmann::json::parse(problem.body);
    EXPECT_EQ(document["status"], 404);
    EXPECT_EQ(document["request_id"], problem.header("x-request-id"));
    EXPECT_TRUE(document.contains("code"));
}

TEST_F(Pages, AWrongMethodSaysWhichOnesThereAre) {
    const Answer answer = request(server_->landing(), "DELETE", "/");
    EXPECT_EQ(answer.status, 405);
    EXPECT_NE(answer.header("allow").find("GET"), std::string::npos);
}

TEST_F(Pages, ACookieWithoutAnEqualsSignLocksNobodyOut) {
    EXPECT_EQ(get(server_->landing(), "/", {{"Cookie", "foo"}}).status, 200);
    EXPECT_EQ(get(server_->landing(), "/contact", {{"Cookie", "foo; ;; =x; a=b=c"}}).status, 200);
}

TEST_F(Pages, SignUpLeadsToTheAppWithPlanAndCampaignAndNowhereElse) {
    const Answer answer = get(server_->landing(),
                              "/signup?plan=starter&interval=year&utm_source=news%20letter&utm_campaign=a%26b&next=//evil.example");
    EXPECT_EQ(answer.status, 303);
    const std::string location = answer.header("location");
    EXPECT_TRUE(location.starts_with("http://localhost:" + std::to_string(server_->app()) + "/signup?")) << location;
    EXPECT_NE(location.find("plan=starter"), std::string::npos);
    EXPECT_NE(location.find("interval=year"), std::string::npos);
    EXPECT_NE(location.find("utm_source=news%20letter"), std::string::npos);
    EXPECT_NE(location.find("utm_campaign=a%26b"), std::string::npos);
    EXPECT_EQ(location.find("evil"), std::string::npos);
}

TEST_F(Pages, CampaignParametersReachTheSignUpLinks) {
    const std::string body = get(server_->landing(), "/pricing?utm_source=spring").body;
    EXPECT_TRUE(std::regex_search(body, std::regex("href=\"[^\"]*/signup\\?[^\"]*utm_source=spring"))) << body.size();
    EXPECT_EQ(get(server_->landing(), "/pricing").body.find("utm_source=spring"), std::string::npos)
        << "one visitor's campaign must not be cached for another";
}

TEST_F(Pages, MetricsAreForThisMachineOnly) {
    const Answer metrics = get(server_->api(), "/metrics");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_NE(metrics.body.find("# TYPE"), std::string::npos);
    EXPECT_EQ(get(server_->landing(), "/metrics").status, 404);
}

}  // namespace
}  // namespace whatsflow::testing
