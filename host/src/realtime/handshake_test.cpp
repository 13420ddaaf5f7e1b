// Whose page may open a socket.
#include "realtime/handshake.hpp"

#include <gtest/gtest.h>

namespace whatsflow::realtime {
namespace {

const web::SiteEntry kDevelopment{sdk::Site::app, 2153, "http://localhost:2153"};
const web::SiteEntry kProduction{sdk::Site::app, 2153, "https://app.example.com", {"app.example.org"}};

sdk::Headers headers_of(std::string host, std::string origin) {
    sdk::Headers headers;
    headers.add("Host", std::move(host));
    if (!origin.empty()) headers.add("Origin", std::move(origin));
    return headers;
}

TEST(OwnPage, IsOneOfTheSitesAddressOrNames) {
    EXPECT_TRUE(is_own_page(kProduction, headers_of("app.example.com", "https://app.example.com")));
    EXPECT_TRUE(is_own_page(kProduction, headers_of("app.example.org", "https://app.example.org")));
    EXPECT_TRUE(is_own_page(kDevelopment, headers_of("localhost:2154", "http://localhost:2153")));
    EXPECT_TRUE(is_own_page(kDevelopment, headers_of("127.0.0.1:2154", "http://127.0.0.1:2153")));
}

TEST(OwnPage, IsNotOneOfAnotherSite) {
    EXPECT_FALSE(is_own_page(kProduction, headers_of("app.example.com", "https://evil.example")));
    EXPECT_FALSE(is_own_page(kProduction, headers_of("app.example.com", "https://app.example.com.evil.example")));
    EXPECT_FALSE(is_own_page(kProduction, headers_of("app.example.com", "https://example.com")));
    EXPECT_FALSE(is_own_page(kProduction, headers_of("app.example.com", "null")));
    EXPECT_FALSE(is_own_page(kDevelopment, headers_of("localhost:2154", "http://localhost:5253")));
    EXPECT_FALSE(is_own_page(kDevelopment, headers_of("localhost:2154", "http://127.0.0.1:2153")));
    auto two = headers_of("app.example.com", "https://app.example.com");
    two.add("Origin", "https://evil.example");
    EXPECT_FALSE(is_own_page(kProduction, two));
}

TEST(OwnPage, MayBeNoPageAtAll) {
    EXPECT_TRUE(is_own_page(kProduction, headers_of("app.example.com", "")));
}

TEST(SiteByHost, IsTheOneWhoseNameItIs) {
    const std::vector<web::SiteEntry> sites{kProduction, {sdk::Site::admin, 5153, "https://admin.example.com"}};
    EXPECT_EQ(site_by_host(sites, headers_of("admin.example.com", "")), sdk::Site::admin);
    EXPECT_EQ(site_by_host(sites, headers_of("app.example.com", "")), sdk::Site::app);
    EXPECT_EQ(site_by_host(sites, headers_of("other.example.com", "")), sdk::Site::app);
}

}  // namespace
}  // namespace whatsflow::realtime
