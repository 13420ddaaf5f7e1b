#include "webhook_address.hpp"

#include <gtest/gtest.h>

namespace whatsflow::app {
namespace {

TEST(WebhookAddress, APublicHttpsAddressMay) {
    for (const char* url : {"https://hooks.shop.example/in", "https://shop.example:8443/a?b=c", "https://shop.example"})
        EXPECT_EQ(objection_to_address(url, false), std::nullopt) << url;
}

TEST(WebhookAddress, OurOwnNetworkIsRefused) {
    for (const char* url : {"https://localhost/x", "https://127.0.0.1/", "https://10.0.0.8:8080/", "https://[::1]/",
                            "https://[fd00::1]/", "https://169.254.169.254/latest", "https://printer/",
                            "https://db.internal/", "https://nas.local/", "https://2130706433/"})
        EXPECT_EQ(objection_to_address(url, false), "not_public") << url;
}

TEST(WebhookAddress, WhatCouldMeanTwoThingsIsRefused) {
    EXPECT_EQ(objection_to_address("https://good.example@evil.example/", false), "has_user");
    EXPECT_EQ(objection_to_address("https://shop.example/#here", false), "has_fragment");
    EXPECT_EQ(objection_to_address("https://shop.example/a b", false), "malformed");
    EXPECT_EQ(objection_to_address("https://shop.example/\r\nHost: x", false), "malformed");
    EXPECT_EQ(objection_to_address("https://", false), "malformed");
    EXPECT_EQ(objection_to_address("ftp://shop.example", false), "not_https");
    EXPECT_EQ(objection_to_address("http://shop.example", false), "not_https");
    EXPECT_EQ(objection_to_address("https://shop.example/" + std::string(600, 'a'), false), "too_long");
}

TEST(WebhookAddress, InDevelopmentLoopbackMay) {
    EXPECT_EQ(objection_to_address("http://localhost:9000/hook", true), std::nullopt);
    EXPECT_EQ(objection_to_address("ftp://localhost/hook", true), "not_https");
}

}  // namespace
}  // namespace whatsflow::app
