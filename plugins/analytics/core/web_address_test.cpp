#include "web_address.hpp"
#include "user_agent.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

TEST(WebAddress, IsReadWithItsCampaign) {
    const auto address = read_address(
        "https://www.Shop.example:8443/a/b?utm_source=news&utm_medium=mail&utm_campaign=May%20sale&q=secret#top");
    EXPECT_EQ(address.hostname, "shop.example");
    EXPECT_EQ(address.path, "/a/b");
    EXPECT_EQ(address.source, "news");
    EXPECT_EQ(address.medium, "mail");
    EXPECT_EQ(address.campaign, "May sale");
    EXPECT_EQ(read_address("/x?gclid=1").source, "google.com");
    EXPECT_EQ(read_address("").path, "/");
}

TEST(WebAddress, NobodysAddressStaysInAPath) {
    EXPECT_EQ(read_address("/unsubscribe/ann@acme.lk/now").path, "/unsubscribe/*/now");
    EXPECT_EQ(scrubbed("https://a.example/reset?token=s3cret&utm_source=x&mail=ann%40acme.lk"),
              "https://a.example/reset?utm_source=x");
    EXPECT_EQ(scrubbed("https://a.example/u/ann@acme.lk"), "https://a.example/u/*");
}

TEST(WebAddress, ASiteDoesNotReferToItself) {
    EXPECT_EQ(referring_source("https://www.google.com/search?q=x", "a.example"), "google.com");
    EXPECT_EQ(referring_source("https://a.example/before", "a.example"), "");
    EXPECT_EQ(referring_source("", "a.example"), "");
    EXPECT_EQ(referring_source("/relative", "a.example"), "");
}

TEST(WebAddress, TheMediumIsTheCampaignsOrIsFound) {
    const auto medium_of = [](const char* url, const char* referrer) {
        Event event;
        put_address(event, url, referrer);
        return event.medium;
    };
    EXPECT_EQ(medium_of("https://a.example/?utm_medium=mail&gclid=1", "https://www.google.com/"), "mail");
    EXPECT_EQ(medium_of("https://a.example/?gclid=1", "https://www.google.com/"), "cpc");
    EXPECT_EQ(medium_of("https://a.example/", "https://www.google.com/"), "referral");
    EXPECT_EQ(medium_of("https://a.example/", "https://a.example/before"), "");
}

TEST(UserAgent, ToldApartAsPeopleKnowThem) {
    const auto phone = client_of(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile/15E148 "
        "Safari/604.1");
    EXPECT_EQ(phone.browser, "Safari");
    EXPECT_EQ(phone.system, "iOS");
    EXPECT_EQ(phone.device, "mobile");
    const auto desk =
        client_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0");
    EXPECT_EQ(desk.browser, "Edge");
    EXPECT_EQ(desk.system, "Windows");
    EXPECT_EQ(desk.device, "desktop");
    EXPECT_EQ(bot_on_page("Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0"), BotReason::none);
    EXPECT_EQ(bot_on_page(""), BotReason::tool);
    EXPECT_EQ(crawler_in(""), BotReason::none);
    EXPECT_EQ(crawler_in("Mozilla/5.0 (compatible; bingbot/2.0)"), BotReason::crawler);
    EXPECT_EQ(crawler_in("AcmeBot"), BotReason::crawler);
    EXPECT_EQ(crawler_in("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0"), BotReason::automated);
    EXPECT_EQ(bot_on_page("a program of somebody's"), BotReason::tool) << "every browser is a Mozilla";
    EXPECT_EQ(client_of("Mozilla/5.0 (Linux; Android 14; SM-X710) Chrome/120.0 Safari/537.36").device, "tablet");
    EXPECT_EQ(client_of("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/120.0 Mobile Safari/537.36").device, "mobile");
}

TEST(Cut, NeverHalvesACharacter) {
    EXPECT_EQ(cut("aü", 2), "a");
    EXPECT_EQ(cut(std::string("a\0b", 3), 10), "ab");
}

}  // namespace
}  // namespace whatsflow::analytics
