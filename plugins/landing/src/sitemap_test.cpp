#include "sitemap.hpp"

#include <gtest/gtest.h>

namespace whatsflow::landing {
namespace {

TEST(Sitemap, ListsEachPageWithItsAddressAndDate) {
    const auto xml = sitemap_xml("https://example.org", {{"/", "2026-03-10"}, {"/pricing", ""}});

    EXPECT_NE(xml.find("<loc>https://example.org/</loc>"), std::string::npos);
    EXPECT_NE(xml.find("<lastmod>2026-03-10</lastmod>"), std::string::npos);
    EXPECT_NE(xml.find("<loc>https://example.org/pricing</loc>"), std::string::npos);
    EXPECT_EQ(xml.find("<lastmod></lastmod>"), std::string::npos);
    EXPECT_TRUE(xml.starts_with("<?xml"));
    EXPECT_TRUE(xml.ends_with("</urlset>\n"));
}

TEST(Sitemap, AddressesAreEscapedForXml) {
    const auto xml = sitemap_xml("https://example.org", {{"/a?b=1&c=<2>", ""}});

    EXPECT_NE(xml.find("/a?b=1&amp;c=&lt;2&gt;"), std::string::npos);
    EXPECT_EQ(xml.find("&c="), std::string::npos);
}

TEST(Robots, NamesTheSitemapAndKeepsRobotsOffTheSignUp) {
    const auto text = robots_txt("https://example.org");

    EXPECT_NE(text.find("Sitemap: https://example.org/sitemap.xml\n"), std::string::npos);
    EXPECT_NE(text.find("Disallow: /signup\n"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::landing
