// The small parts: sites, targets, cookies, addresses, limits, encodings, tokens, languages.
#include "web/client_address.hpp"
#include "web/conditional.hpp"
#include "web/csrf.hpp"
#include "web/locale.hpp"
#include "web/rate_limiter.hpp"
#include "web/request_id.hpp"
#include "web/security_headers.hpp"
#include "web/site_table.hpp"
#include "web/target.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace whatsflow::web {
namespace {

using namespace std::chrono_literals;
using sdk::Site;

sdk::Headers headers(std::initializer_list<std::pair<const char*, const char*>> entries) {
    sdk::Headers result;
    for (const auto& [name, value] : entries) result.add(name, value);
    return result;
}

SiteTable behind_one_port() {
    return SiteTable({{Site::landing, 8080, "https://whatsflow.example/", {"www.whatsflow.example"}},
                      {Site::app, 8080, "https://app.whatsflow.example"}});
}

TEST(SiteTable, APortOfOneSiteAnswersToAnyName) {
    const SiteTable sites({{Site::landing, 5253, "http://localhost:5253"}, {Site::app, 2153, "http://localhost:2153"}});

    EXPECT_EQ(sites.find(2153, "127.0.0.1:2153"), Site::app);
    EXPECT_EQ(sites.find(5253, ""), Site::landing);
    EXPECT_EQ(sites.find(1, "localhost"), std::nullopt);
}

TEST(SiteTable, ASharedPortIsDividedByHostName) {
    const auto sites = behind_one_port();

    EXPECT_EQ(sites.find(8080, "APP.WhatsFlow.example:443"), Site::app);
    EXPECT_EQ(sites.find(8080, "whatsflow.example."), Site::landing);
    EXPECT_EQ(sites.find(8080, "www.whatsflow.example"), Site::landing);
    EXPECT_EQ(sites.find(8080, "elsewhere.example"), std::nullopt);
    EXPECT_EQ(sites.url(Site::landing), "https://whatsflow.example");
    EXPECT_FALSE(sites.serves(Site::admin));
}

TEST(SiteTable, OriginsAreComparedInOneSpelling) {
    EXPECT_EQ(origin_of("HTTPS://App.Example:443/path?x"), "https://app.example");
    EXPECT_EQ(origin_of("http://localhost:2153"), "http://localhost:2153");
    EXPECT_EQ(origin_of("null"), "");
    EXPECT_EQ(origin_of("https://user@evil.example"), "");
    EXPECT_EQ(origin_of("javascript://x"), "");
}

TEST(Target, IsSplitBeforeItIsDecoded) {
    const auto target = parse_target("/files//a%2Fb/c%20d/?x=1+2&x=%C3%A4&flag&=v");

    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments, (std::vector<std::string>{"files", "a/b", "c d"}));
    EXPECT_EQ(target->path, "/files/a/b/c d");
    EXPECT_EQ(target->query_string, "x=1+2&x=%C3%A4&flag&=v");
    EXPECT_EQ(target->query.get("x"), "1 2");
    EXPECT_EQ(target->query.count("x"), 2u);
    EXPECT_EQ(target->query.entries()[1].second, "\xc3\xa4");
    EXPECT_EQ(target->query.find("flag"), "");
}

TEST(Target, IsDecodedOnlyOnce) {
    const auto target = parse_target("/a%252e%252e");

    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments.front(), "a%2e%2e");
}

TEST(Target, SixteenThousandSlashesAreJustTheRoot) {
    const auto target = parse_target(std::string(16'000, '/'));

    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/");
}

class RefusedTarget : public testing::TestWithParam<std::string> {};

TEST_P(RefusedTarget, IsAnErrorAndNeverPlain) {
    EXPECT_FALSE(parse_target(GetParam())) << GetParam();
    EXPECT_FALSE(is_plain_path(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Targets, RefusedTarget,
                         testing::Values("", "a", "*", "http://x/", "/a%00", "/%", "/%4", "/%zz", "/..", "/a/../b",
                                         "/.", "/%2e%2E/b", "/a/%2e", "/%ff", "/%c0%af", "/%ed%a0%80", "/%0d%0aX:y",
                                         "/a%7f", "/a#b", "/?a=%", "/?a=%f", "/?%zz=1", "/?a=%00", "/?a=%ff",
                                         std::string("/a\x01", 3)));

TEST(Target, APlainPathIsItsOwnNormalForm) {
    for (const char* plain : {"/", "/about", "/blog/2026-01_x", "/sitemap.xml"}) {
        EXPECT_TRUE(is_plain_path(plain)) << plain;
        EXPECT_EQ(parse_target(plain)->path, plain);
    }
    for (const char* other : {"/about/", "//", "/a//b", "/a?x", "/a%20b", "/.well-known/x", "/a+b"})
        EXPECT_FALSE(is_plain_path(other)) << other;
}

TEST(Cookies, AnOddOneIsSkippedAndLocksNobodyOut) {
    const auto cookies =
        parse_cookies(headers({{"Cookie", "foo; session=abc=; =x;; quoted=\"v\" "}, {"cookie", "b=2"}}));

    EXPECT_EQ(cookies.get("session"), "abc=");
    EXPECT_EQ(cookies.get("quoted"), "v");
    EXPECT_EQ(cookies.get("b"), "2");
    EXPECT_EQ(cookies.entries().size(), 3u);
}

ClientResolver trusting(std::initializer_list<const char*> ranges) {
    std::vector<AddressRange> trusted;
    for (const char* text : ranges) trusted.push_back(*AddressRange::parse(text));
    return ClientResolver(std::move(trusted));
}

TEST(ClientAddress, AStrangersForwardedHeaderIsNotBelieved) {
    const auto client =
        trusting({"10.0.0.0/8"})
            .resolve("203.0.113.5", headers({{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-Proto", "https"}}));

    EXPECT_EQ(client.address, "203.0.113.5");
    EXPECT_FALSE(client.secure);
    EXPECT_FALSE(client.loopback);
}

TEST(ClientAddress, TheRightmostUntrustedHopIsTheClient) {
    const auto client = trusting({"127.0.0.1", "10.0.0.0/8"})
                            .resolve("127.0.0.1", headers({{"X-Forwarded-For", "127.0.0.1, 198.51.100.7"},
                                                           {"X-Forwarded-For", "10.1.2.3:4567"},
                                                           {"X-Forwarded-Proto", "http, https"}}));

    EXPECT_EQ(client.address, "198.51.100.7");
    EXPECT_TRUE(client.secure);
    EXPECT_TRUE(client.via_proxy);
    EXPECT_FALSE(client.loopback);
}

TEST(ClientAddress, ABrokenChainIsNeverThisMachine) {
    const auto client = trusting({"127.0.0.1"}).resolve("127.0.0.1", headers({{"X-Forwarded-For", "unknown"}}));

    EXPECT_EQ(client.address, "127.0.0.1");
    EXPECT_FALSE(client.loopback);
}

TEST(ClientAddress, ThisMachineIsLoopbackInEverySpelling) {
    for (const char* peer : {"127.0.0.1", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(trusting({}).resolve(peer, {}).loopback) << peer;
    EXPECT_EQ(trusting({}).resolve("::ffff:192.0.2.1", {}).address, "192.0.2.1");
}

TEST(ClientAddress, RangesAreReadStrictly) {
    EXPECT_TRUE(AddressRange::parse("10.0.0.0/8")->contains(*Address::parse("10.255.0.1")));
    EXPECT_FALSE(AddressRange::parse("10.0.0.0/8")->contains(*Address::parse("11.0.0.1")));
    EXPECT_TRUE(AddressRange::parse("0.0.0.0/0")->contains(*Address::parse("8.8.8.8")));
    EXPECT_FALSE(AddressRange::parse("0.0.0.0/0")->contains(*Address::parse("2001:db8::1")));
    EXPECT_TRUE(AddressRange::parse("2001:db8::/33")->contains(*Address::parse("2001:db8:7fff::1")));
    EXPECT_FALSE(AddressRange::parse("2001:db8::/33")->contains(*Address::parse("2001:db8:8000::1")));
    for (const char* bad : {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8x"})
        EXPECT_FALSE(AddressRange::parse(bad)) << bad;
}

struct Limited : testing::Test {
    std::chrono::steady_clock::time_point now{1h};
    RateLimiter make(Rate rate, std::size_t most = 65'536) {
        RateLimits limits;
        limits.pages = rate;
        return RateLimiter(
            limits, [this] { return now; }, most);
    }
};

TEST_F(Limited, ABurstPassesThenTheRateHolds) {
    auto limiter = make({2, 3});

    for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.take(sdk::RateClass::pages, "a"));
    EXPECT_EQ(limiter.take(sdk::RateClass::pages, "a"), 1s);
    EXPECT_FALSE(limiter.take(sdk::RateClass::pages, "b"));
    now += 500ms;
    EXPECT_FALSE(limiter.take(sdk::RateClass::pages, "a"));
    EXPECT_TRUE(limiter.take(sdk::RateClass::pages, "a"));
}

TEST_F(Limited, WaitingTimeIsToldInWholeSecondsRoundedUp) {
    auto limiter = make({0.1, 1});

    EXPECT_FALSE(limiter.take(sdk::RateClass::pages, "a"));
    EXPECT_EQ(limiter.take(sdk::RateClass::pages, "a"), 10s);
    now += 500ms;
    EXPECT_EQ(limiter.take(sdk::RateClass::pages, "a"), 10s);
}

TEST_F(Limited, ARateOfZeroIsNoLimit) {
    auto limiter = make({0, 0});

    for (int i = 0; i < 10'000; ++i) ASSERT_FALSE(limiter.take(sdk::RateClass::pages, "a"));
    EXPECT_EQ(limiter.clients(), 0u);
}

TEST_F(Limited, ManyAddressesCostAFixedAmountOfMemory) {
    auto limiter = make({1, 1}, 64);

    for (int i = 0; i < 10'000; ++i) (void)limiter.take(sdk::RateClass::pages, std::to_string(i));
    EXPECT_LE(limiter.clients(), 64u);
}

TEST_F(Limited, ClassesAreCountedApart) {
    auto limiter = make({1, 1});

    EXPECT_FALSE(limiter.take(sdk::RateClass::pages, "a"));
    EXPECT_TRUE(limiter.take(sdk::RateClass::pages, "a"));
    EXPECT_FALSE(limiter.take(sdk::RateClass::login, "a"));
}

TEST(LimitKey, AnIpv6CustomerIsCountedAsOne) {
    EXPECT_EQ(limit_key_of("2001:db8:1:2::1"), limit_key_of("2001:db8:1:2:ffff::9"));
    EXPECT_NE(limit_key_of("2001:db8:1:2::1"), limit_key_of("2001:db8:1:3::1"));
    EXPECT_NE(limit_key_of("192.0.2.1"), limit_key_of("192.0.2.2"));
}

TEST(Encodings, TheBestAcceptedOneIsChosen) {
    EXPECT_EQ(choose_encoding("gzip, deflate, br", true, true), Encoding::brotli);
    EXPECT_EQ(choose_encoding("gzip, br;q=0.5", true, true), Encoding::gzip);
    EXPECT_EQ(choose_encoding("br;q=0, gzip;q=0.000", true, true), Encoding::identity);
    EXPECT_EQ(choose_encoding("*", true, true), Encoding::brotli);
    EXPECT_EQ(choose_encoding("identity;q=0, *;q=0.1", true, false), Encoding::gzip);
    EXPECT_EQ(choose_encoding("identity, gzip;q=0.5", true, true), Encoding::identity);
    EXPECT_EQ(choose_encoding("br", true, false), Encoding::identity);
    EXPECT_EQ(choose_encoding("BR;Q=1.0", true, true), Encoding::brotli);
    EXPECT_EQ(choose_encoding("gzip;q=nonsense", true, true), Encoding::identity);
    EXPECT_EQ(choose_encoding(std::nullopt, true, true), Encoding::identity);
}

TEST(Validators, DifferByEncodingAndMatchWeakly) {
    const auto etag = strong_etag("page");

    EXPECT_NE(etag, strong_etag("other"));
    EXPECT_NE(etag, etag_for(etag, Encoding::gzip));
    EXPECT_TRUE(etag_for(etag, Encoding::brotli).ends_with("-br\""));
    EXPECT_TRUE(etag_matches("\"x\", W/" + etag, etag));
    EXPECT_TRUE(etag_matches("*", etag));
    EXPECT_FALSE(etag_matches("\"x\"", etag));
    EXPECT_FALSE(etag_matches("", etag));
}

TEST(Policy, AllowsNothingInlineAndOnlyNamedOrigins) {
    const auto policy = content_security_policy(
        {{"https://stats.example/script.js", "http://evil.example", "x; script-src *"}, {"https://pay.example"}});

    EXPECT_NE(policy.find("script-src 'self' https://stats.example;"), std::string::npos);
    EXPECT_NE(policy.find("form-action 'self' https://pay.example;"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'; base-uri 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find("evil"), std::string::npos);
    EXPECT_EQ(policy.find('*'), std::string::npos);
}

TEST(SecurityHeaders, HstsIsForSecureConnectionsOnly) {
    sdk::Headers plain;
    sdk::Headers secure;
    add_security_headers(plain, false, {});
    add_security_headers(secure, true, {});

    EXPECT_EQ(plain.count("Strict-Transport-Security"), 0u);
    EXPECT_EQ(secure.count("Strict-Transport-Security"), 1u);
    EXPECT_EQ(plain.find("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(plain.find("Referrer-Policy"), "strict-origin-when-cross-origin");
    EXPECT_EQ(plain.count("Server"), 0u);
}

TEST(SecurityHeaders, AHeaderCannotBeInjected) {
    EXPECT_THROW((void)header_line("Location", "/a\r\nSet-Cookie: x=1"), std::invalid_argument);
    EXPECT_THROW((void)header_line("X\n", "a"), std::invalid_argument);
    EXPECT_EQ(header_line("A", "b"), "A: b\r\n");
}

TEST(Locations, OnlyHonestOnesAreSafe) {
    for (const char* safe : {"/", "/login?x=1", "https://pay.example/x", "http://localhost:2153/signup"})
        EXPECT_TRUE(is_safe_location(safe)) << safe;
    for (const char* unsafe : {"//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "https://", "/a\nb"})
        EXPECT_FALSE(is_safe_location(unsafe)) << unsafe;
}

TEST(CsrfTokens, FitTheirBindingAndNeverLookAlike) {
    const CsrfTokens tokens("key");
    const auto token = tokens.make(session_binding("s1"));

    EXPECT_TRUE(tokens.verify(token, session_binding("s1")));
    EXPECT_FALSE(tokens.verify(token, session_binding("s2")));
    EXPECT_FALSE(tokens.verify(token, visitor_binding("s1")));
    EXPECT_FALSE(CsrfTokens("other").verify(token, session_binding("s1")));
    EXPECT_FALSE(tokens.verify("", session_binding("s1")));
    EXPECT_FALSE(tokens.verify(token + "A", session_binding("s1")));
    EXPECT_NE(tokens.make(session_binding("s1")), token);
}

TEST(CsrfTokens, VisitorsAreKnownByACookieOfOurOwnMaking) {
    sdk::Fields cookies;
    const auto visitor = make_visitor();
    cookies.add("wf_visitor", visitor);

    EXPECT_EQ(visitor_of(cookies, false), visitor);
    EXPECT_EQ(visitor_of(cookies, true), std::nullopt);
    EXPECT_EQ(visitor_cookie(visitor, true),
              "__Host-wf_visitor=" + visitor + "; Path=/; HttpOnly; SameSite=Lax; Secure");
    sdk::Fields forged;
    forged.add("wf_visitor", "x");
    EXPECT_EQ(visitor_of(forged, false), std::nullopt);
}

TEST(CsrfTokens, AreFoundInHeaderFormAndMultipart) {
    sdk::Request request;
    request.headers = headers({{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}});
    request.body = "a=1&csrf_token=t1";
    EXPECT_EQ(csrf_token_of(request), "t1");
    request.headers.add("X-CSRF-Token", "t2");
    EXPECT_EQ(csrf_token_of(request), "t2");

    request.headers = headers({{"Content-Type", "multipart/form-data; boundary=b"}});
    request.body = "--b\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\nt3\r\n--b--\r\n";
    EXPECT_EQ(csrf_token_of(request), "t3");
    request.headers = headers({{"Content-Type", "text/plain"}});
    EXPECT_EQ(csrf_token_of(request), "");
}

TEST(Origin, AnotherSiteIsToldByAnyOfThreeHeaders) {
    const std::string own = "https://app.example";
    const auto elsewhere = [&](std::initializer_list<std::pair<const char*, const char*>> entries) {
        return comes_from_elsewhere(headers(entries), own, true);
    };

    EXPECT_FALSE(elsewhere({}));
    EXPECT_FALSE(elsewhere({{"Origin", "https://app.example"}}));
    EXPECT_FALSE(elsewhere({{"Origin", "https://10.0.0.1:2153"}, {"Host", "10.0.0.1:2153"}}));
    EXPECT_FALSE(elsewhere({{"Referer", "https://app.example/page"}}));
    EXPECT_TRUE(elsewhere({{"Origin", "https://evil.example"}}));
    EXPECT_TRUE(elsewhere({{"Origin", "http://app.example"}}));
    EXPECT_TRUE(elsewhere({{"Origin", "null"}}));
    EXPECT_TRUE(elsewhere({{"Origin", "https://app.example"}, {"Origin", "https://evil.example"}}));
    EXPECT_TRUE(elsewhere({{"Referer", "https://app.example.evil.example/"}}));
    EXPECT_TRUE(elsewhere({{"Sec-Fetch-Site", "cross-site"}}));
}

TEST(Locale, IsTheBestOfThoseWeHave) {
    const std::vector<std::string> both{"en", "si"};

    EXPECT_EQ(choose_locale("si-LK,en;q=0.8", both), "si");
    EXPECT_EQ(choose_locale("de,si;q=0.2,en;q=0.5", both), "en");
    EXPECT_EQ(choose_locale("de", both), "en");
    EXPECT_EQ(choose_locale("si;q=x", both), "en");
    EXPECT_EQ(choose_locale(std::nullopt, both), "en");
    EXPECT_EQ(choose_locale("si", {"en"}), "en");
}

TEST(RequestIds, AreShortAndNeverRepeat) {
    RequestIds ids;
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(ids.next()).second);

    EXPECT_TRUE(is_request_id(*seen.begin()));
    EXPECT_EQ(seen.begin()->size(), 15u);
    EXPECT_FALSE(is_request_id("short"));
    EXPECT_FALSE(is_request_id("with space inside"));
    EXPECT_FALSE(is_request_id(std::string(65, 'a')));
}

}  // namespace
}  // namespace whatsflow::web
