#include "consent.hpp"

#include <gtest/gtest.h>

namespace whatsflow::landing {
namespace {

TEST(Consent, NothingIsGrantedBeforeAnAnswer) {
    const auto consent = read_consent("");

    EXPECT_FALSE(consent.decided);
    EXPECT_FALSE(consent.analytics);
    EXPECT_FALSE(consent.marketing);
}

TEST(Consent, WhatTheCookieSaysIsReadBack) {
    const auto cookie = consent_cookie({true, true, false}, false);

    EXPECT_EQ(cookie, "wf_consent=necessary.analytics; Path=/; Max-Age=15724800; SameSite=Lax");
    const auto consent = read_consent("necessary.analytics");
    EXPECT_TRUE(consent.decided);
    EXPECT_TRUE(consent.analytics);
    EXPECT_FALSE(consent.marketing);
}

TEST(Consent, UnknownAndBrokenValuesGrantNothing) {
    for (const auto* value : {"analytics1", "..", "ANALYTICS", "necessary,analytics", "necessary.analyticsmarketing"})
        EXPECT_FALSE(read_consent(value).analytics) << value;
}

TEST(Consent, TheCookieIsSecureWhereTheConnectionIs) {
    EXPECT_TRUE(consent_cookie({true, false, false}, true).ends_with("; Secure"));
    EXPECT_EQ(consent_cookie({true, false, false}, false).find("Secure"), std::string::npos);
}

TEST(ReturnPath, APathOfThisSiteIsKept) {
    EXPECT_EQ(safe_return_path("/pricing?utm_source=ad#plans"), "/pricing?utm_source=ad#plans");
}

TEST(ReturnPath, WhatABrowserCouldReadAsAnotherHostBecomesTheHomePage) {
    for (const auto* path : {"", "pricing", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:1",
                             "/a\nSet-Cookie: b", "/a b", "/\tevil"})
        EXPECT_EQ(safe_return_path(path), "/") << path;
    EXPECT_EQ(safe_return_path("/" + std::string(600, 'a')), "/");
}

}  // namespace
}  // namespace whatsflow::landing
