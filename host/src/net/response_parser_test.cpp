#include "net/response_parser.hpp"
#include "net/circuit_breaker.hpp"
#include "net/outgoing_policy.hpp"
#include "net/url.hpp"

#include <gtest/gtest.h>

namespace whatsflow::net {
namespace {

using Progress = ResponseParser::Progress;

Progress whole(const std::string& text, bool bodiless = false) {
    return ResponseParser{bodiless, 100}.feed(text);
}

TEST(ResponseParser, ReadsTheSameByteByByte) {
    const std::string text =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\n";
    ResponseParser parser{false, 100};
    auto progress = Progress::more;
    for (const char c : text) {
        ASSERT_EQ(progress, Progress::more);
        progress = parser.feed({&c, 1});
    }

    EXPECT_EQ(progress, Progress::complete);
    EXPECT_TRUE(parser.reusable());
    const auto response = parser.take();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "abcde");
    EXPECT_EQ(response.headers.find("a"), "b");
}

TEST(ResponseParser, RefusesWhatTwoReadersCouldReadDifferently) {
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nA : b\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\nA: b\n\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/2 200 OK\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 99 No\r\n\r\n"), Progress::malformed);
    EXPECT_EQ(whole("HTTP/1.1 101 Switch\r\n\r\n"), Progress::malformed);
}

TEST(ResponseParser, LimitsTheHead) {
    EXPECT_EQ(whole("HTTP/1.1 200 " + std::string(70'000, 'x')), Progress::malformed);
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 201; ++i) many += "A: b\r\n";
    EXPECT_EQ(whole(many), Progress::malformed);
    std::string endless;
    for (int i = 0; i < 4000; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(whole(endless), Progress::malformed);
}

TEST(ResponseParser, AHugeChunkDoesNotWrapAround) {
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nffffffffffffffff\r\n"),
              Progress::too_large);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1ffffffffffffffff\r\n"), Progress::malformed);
}

TEST(ResponseParser, HeadAndEmptyAnswersHaveNoBody) {
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true), Progress::complete);
    EXPECT_EQ(whole("HTTP/1.1 204 No Content\r\n\r\n"), Progress::complete);
    EXPECT_EQ(whole("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Progress::complete);
}

TEST(ResponseParser, AConnectionWithLeftoversIsNotUsedAgain) {
    ResponseParser parser{false, 100};

    EXPECT_EQ(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc"), Progress::complete);
    EXPECT_FALSE(parser.reusable());
}

TEST(ResponseParser, AnEndOfStreamIsOnlyAnEndWhereItFramesTheBody) {
    ResponseParser framed_by_close{false, 100};
    EXPECT_EQ(framed_by_close.feed("HTTP/1.1 200 OK\r\n\r\nabc"), Progress::more);
    EXPECT_EQ(framed_by_close.end_of_stream(), Progress::complete);

    ResponseParser sized{false, 100};
    EXPECT_EQ(sized.feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"), Progress::more);
    EXPECT_EQ(sized.end_of_stream(), Progress::malformed);
}

TEST(Url, IsTakenApart) {
    const auto url = read_url("https://API.Example.com/v1?x=y");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "api.example.com");
    EXPECT_EQ(url->port, 443);
    EXPECT_EQ(url->target, "/v1?x=y");
    EXPECT_EQ(url->host_header(), "api.example.com");

    const auto v6 = read_url("http://[::1]:8080?q");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->host, "::1");
    EXPECT_EQ(v6->authority(), "[::1]:8080");
    EXPECT_EQ(v6->target, "/?q");
}

TEST(Url, RefusesWhatIsNotPlain) {
    for (const auto* text :
         {"", "https://", "https:///x", "https://a b/", "https://a:b@c/", "https://a:0/", "https://a:65536/",
          "https://a:/", "https://a/#x", "https://[::1/", "https://a\\b/", "javascript:x", "https://[zz]/"}) {
        EXPECT_FALSE(read_url(text)) << text;
    }
}

TEST(PrivateAddresses, AreRecognisedInEveryForm) {
    for (const auto* text : {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
                             "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
                             "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "ff02::1"}) {
        EXPECT_TRUE(is_private(Poco::Net::IPAddress{text})) << text;
    }
    for (const auto* text : {"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"}) {
        EXPECT_FALSE(is_private(Poco::Net::IPAddress{text})) << text;
    }
}

TEST(CircuitBreaker, LetsOneProbeThroughAtATime) {
    using namespace std::chrono_literals;
    CircuitBreaker breaker{2, 30s};
    const CircuitBreaker::Time start{};

    EXPECT_TRUE(breaker.try_enter(start));
    breaker.failed(start);
    EXPECT_TRUE(breaker.try_enter(start));
    breaker.failed(start);
    EXPECT_FALSE(breaker.try_enter(start + 29s));
    EXPECT_TRUE(breaker.try_enter(start + 30s));
    EXPECT_FALSE(breaker.try_enter(start + 30s));
    breaker.abandoned();
    EXPECT_TRUE(breaker.try_enter(start + 30s));
    breaker.succeeded();
    EXPECT_EQ(breaker.state(start + 30s), CircuitBreaker::State::closed);
}

}  // namespace
}  // namespace whatsflow::net
