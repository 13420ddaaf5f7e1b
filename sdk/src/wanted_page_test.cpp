// Where somebody is led after signing in: to what they wanted, and to nothing else.
#include <whatsflow/sdk/wanted_page.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

Request a_request_for(const std::string& path, const std::string& query = {}) {
    Request request;
    request.site = Site::app;
    request.path = path;
    request.query_string = query;
    return request;
}

Request with_cookie(const std::string& value) {
    auto request = a_request_for("/login");
    request.cookies.add("wf_app_wanted", value);
    return request;
}

TEST(WantedPage, IsRememberedForTenMinutesOutOfReachOfScripts) {
    EXPECT_EQ(wanted_page_cookie(a_request_for("/billing/invoices", "state=open&after=a%20b")),
              "wf_app_wanted=/billing/invoices?state=open&after=a%20b; Path=/; HttpOnly; SameSite=Lax; Max-Age=600");
    auto request = a_request_for("/team");
    request.secure = true;
    const auto line = wanted_page_cookie(request).value_or("");
    EXPECT_TRUE(line.starts_with("__Host-wf_app_wanted=/team; ")) << line;
    EXPECT_TRUE(line.ends_with("; Secure")) << line;
}

TEST(WantedPage, IsNoPartOfAPageAndNotTheFirstPage) {
    EXPECT_FALSE(wanted_page_cookie(a_request_for("/")));
    auto part = a_request_for("/logs/lines");
    part.headers.add("HX-Request", "true");
    EXPECT_FALSE(wanted_page_cookie(part));
    auto frame = a_request_for("/email-templates/preview");
    frame.headers.add("Sec-Fetch-Dest", "iframe");
    EXPECT_FALSE(wanted_page_cookie(frame));
    EXPECT_FALSE(wanted_page_cookie(a_request_for("/a", std::string(600, 'x'))));
    EXPECT_FALSE(wanted_page_cookie(a_request_for("/a;b")));
    EXPECT_FALSE(wanted_page_cookie(a_request_for("/a?b")));
}

TEST(WantedPage, ComesBackFromTheCookieOfItsSite) {
    EXPECT_EQ(wanted_page(with_cookie("/billing?x=1")), "/billing?x=1");
    auto admin = with_cookie("/billing");
    admin.site = Site::admin;
    EXPECT_FALSE(wanted_page(admin));
    EXPECT_TRUE(forgotten_page_cookie(Site::app, false).starts_with("wf_app_wanted=; "));
    EXPECT_NE(forgotten_page_cookie(Site::app, false).find("Max-Age=0"), std::string::npos);
}

TEST(WantedPage, LeadsNowhereElse) {
    for (const auto* foreign : {"//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example", "/", "",
                                "evil", "/a\r\nSet-Cookie: x=1", "/a b", "/a\tb", "javascript:alert(1)"})
        EXPECT_FALSE(wanted_page(with_cookie(foreign))) << foreign;
}

}  // namespace
}  // namespace whatsflow::sdk
