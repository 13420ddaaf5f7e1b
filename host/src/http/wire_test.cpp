// One real server, raw sockets: what a client sees of framing, keep-alive and refusals.
#include "http/wire_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::http::testing {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

struct Malformed {
    const char* what;
    std::string bytes;
    int status;
};

class MalformedRequest : public ::testing::TestWithParam<Malformed> {};

TEST_P(MalformedRequest, GetsOneRefusalAndTheConnectionCloses) {
    const auto before = shared_server().application.requests.load();
    RawClient client(shared_server().port());
    // What follows looks like a request: it must never be read as one.
    client.send(GetParam().bytes + get("/token/smuggled"));
    const auto answer = client.read_to_end();
    EXPECT_EQ(status_of(answer), GetParam().status) << answer;
    EXPECT_EQ(replies_in(answer), 1u) << answer;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("smuggled")));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(shared_server().application.requests.load(), before);
}

std::string post(const std::string& headers, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Framing, MalformedRequest,
    ::testing::Values(
        Malformed{"space before colon", post("Content-Length : 5\r\n", "hello"), 400},
        Malformed{"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
        Malformed{"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        Malformed{"list of lengths", post("Content-Length: 5, 5\r\n", "hello"), 400},
        Malformed{"letters in length", post("Content-Length: 5abc\r\n", "hello"), 400},
        Malformed{"signed length", post("Content-Length: +5\r\n", "hello"), 400},
        Malformed{"negative length", post("Content-Length: -1\r\n", "hello"), 400},
        Malformed{"empty length", post("Content-Length:\r\n", "hello"), 400},
        Malformed{"hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), 400},
        Malformed{"huge length", post("Content-Length: 1000000000000\r\n", "hello"), 413},
        Malformed{"length past 64 bits", post("Content-Length: 99999999999999999999999\r\n", "hello"), 413},
        Malformed{"body over the limit", post("Content-Length: 70000\r\n", std::string(70000, 'x')), 413},
        Malformed{"half a coding", post("Transfer-Encoding: chun\r\n", "5\r\nhello\r\n0\r\n\r\n"), 400},
        Malformed{"unknown coding", post("Transfer-Encoding: gzip, chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 501},
        Malformed{"chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
        Malformed{"chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
        Malformed{"two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                  400},
        Malformed{"both framings", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Malformed{"chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Malformed{"chunk size with sign", post("Transfer-Encoding: chunked\r\n", "+5\r\nhello\r\n0\r\n\r\n"), 400},
        Malformed{"chunk size with prefix", post("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"), 400},
        Malformed{"chunk too long", post("Transfer-Encoding: chunked\r\n", "ffffffff\r\n"), 413},
        Malformed{"chunk past 64 bits", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n"), 413},
        Malformed{"chunk without end", post("Transfer-Encoding: chunked\r\n", "5\r\nhelloXX0\r\n\r\n"), 400},
        Malformed{"chunk with bare LF", post("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"), 400},
        Malformed{"folded header", post("X-A: b\r\n c\r\n", ""), 400},
        Malformed{"bare LF", "GET / HTTP/1.1\nHost: localhost\n\n", 400},
        Malformed{"bare CR", "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n", 400},
        Malformed{"NUL in header", std::string("GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", 43), 400},
        Malformed{"header without name", post(": x\r\n", ""), 400},
        Malformed{"header without colon", post("nothing\r\n", ""), 400},
        Malformed{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        Malformed{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Malformed{"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Malformed{"host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Malformed{"host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        Malformed{"host with odd port", "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
        Malformed{"no version", "GET /\r\nHost: a\r\n\r\n", 400},
        Malformed{"half a version", "GET / HTTP/1\r\nHost: a\r\n\r\n", 400},
        Malformed{"version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        Malformed{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Malformed{"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"tab for space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"relative target", "GET index HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"target of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501},
        Malformed{"method with a slash", "GE/T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Malformed{"TLS hello", std::string("\x16\x03\x01\x02\x00\x01", 6), 400},
        Malformed{"16,000 slashes", "GET " + std::string(16000, '/') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        Malformed{"large head", get("/", "X: " + std::string(40000, 'a') + "\r\n"), 431}),
    [](const auto& malformed) {
        std::string name = malformed.param.what;
        for (auto& c : name)
            if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
        return name;
    });

TEST(Wire, RefusesTooManyHeaders) {
    std::string many;
    for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
    EXPECT_EQ(status_of(ask(get("/", many))), 431);
}

TEST(Wire, AcceptsOddButHarmlessHeaders) {
    RawClient client(shared_server().port());
    client.send(
        get("/token/fine", "Cookie: foo\r\nDate: nonsense\r\nContent-Type: /\r\nX-Empty:\r\nX-Utf8: \xc3\xa9\r\n"));
    EXPECT_THAT(client.read_reply(), EndsWith("\r\n\r\nfine"));
}

TEST(Wire, KeepsTheConnectionForOneRequestAfterTheOther) {
    RawClient client(shared_server().port());
    for (const auto* token : {"one", "two", "three"}) {
        client.send(get("/token/" + std::string(token)));
        const auto reply = client.read_reply();
        EXPECT_THAT(reply, EndsWith(token));
        EXPECT_THAT(reply, Not(HasSubstr("Connection:")));
    }
}

TEST(Wire, HonoursConnectionClose) {
    RawClient client(shared_server().port());
    client.send(get("/token/bye", "Connection: close\r\n"));
    const auto all = client.read_to_end();
    EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(client.ended());
}

TEST(Wire, ClosesAfterHttp10UnlessAskedToKeep) {
    RawClient once(shared_server().port());
    once.send("GET /token/old HTTP/1.0\r\n\r\n");
    EXPECT_THAT(once.read_to_end(), EndsWith("old"));
    EXPECT_TRUE(once.ended());

    RawClient twice(shared_server().port());
    for (int i = 0; i < 2; ++i) {
        twice.send("GET /token/old HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n");
        EXPECT_THAT(twice.read_reply(), HasSubstr("Connection: keep-alive\r\n"));
    }
}

TEST(Wire, AnswersPipelinedRequestsInOrder) {
    RawClient client(shared_server().port());
    std::string all;
    for (int i = 0; i < 40; ++i) all += get((i % 2 ? "/token/" : "/pool/") + std::to_string(i));
    client.send(all);
    for (int i = 0; i < 40; ++i) EXPECT_THAT(client.read_reply(), EndsWith("\r\n\r\n" + std::to_string(i)));
}

TEST(Wire, AnswersAClientThatClosesItsHalfAfterAsking) {
    for (const auto* path : {"/token/half", "/pool/half"}) {
        RawClient client(shared_server().port());
        client.send(get(path) + get(path));
        client.close_our_half();
        const auto all = client.read_to_end();
        EXPECT_EQ(replies_in(all), 2u) << path;
        EXPECT_THAT(all, EndsWith("half"));
    }
}

TEST(Wire, ReadsBodiesOfBothFramingsByteByByte) {
    const auto fixed = post("Content-Length: 11\r\n", "hello world");
    const auto chunked =
        post("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Trailer: y\r\n\r\n");
    for (const auto& bytes : {fixed, chunked}) {
        RawClient client(shared_server().port());
        for (const char c : bytes) client.send({&c, 1});
        EXPECT_THAT(client.read_reply(), EndsWith("POST /echo\nhello world"));
        client.send(get("/token/next"));
        EXPECT_THAT(client.read_reply(), EndsWith("next"));
    }
}

TEST(Wire, AnswersExpectContinueBeforeTheBody) {
    RawClient client(shared_server().port());
    client.send(post("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
    EXPECT_EQ(client.read_reply(true), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_THAT(client.read_reply(), EndsWith("hi"));
}

TEST(Wire, SaysNoBeforeTheBodyIsSentWhenItIsTooLarge) {
    EXPECT_EQ(status_of(ask(post("Content-Length: 100000\r\nExpect: 100-continue\r\n", ""))), 413);
}

TEST(Wire, ItsRefusalIsReadByAClientThatSendsEverythingFirst) {
    RawClient client(shared_server().port());
    EXPECT_TRUE(client.send(post("Content-Length: 5000000\r\n", std::string(5'000'000, 'x'))));
    EXPECT_EQ(status_of(client.read_to_end()), 413);
}

TEST(Wire, AClientThatNeverStopsSendingIsCutAtOnce) {
    RawClient client(shared_server().port());
    const auto start = std::chrono::steady_clock::now();
    client.send(post("Content-Length: 70000000\r\n", std::string(70'000'000, 'x')));
    (void)client.read_to_end();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
}

TEST(Wire, TurnsAwayAtTheHeadAndNeverReadsTheBodyAsARequest) {
    const auto all = ask("POST /turn-away HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n" + get("/token/smuggled"));
    EXPECT_EQ(status_of(all), 403);
    EXPECT_EQ(replies_in(all), 1u);
}

TEST(Wire, KeepsTheConnectionWhenTurnedAwayWithoutABody) {
    RawClient client(shared_server().port());
    client.send(get("/turn-away") + get("/token/next"));
    EXPECT_EQ(status_of(client.read_reply()), 403);
    EXPECT_THAT(client.read_reply(), EndsWith("next"));
}

TEST(Wire, SendsNoBodyForHeadAndTellsItsLength) {
    RawClient client(shared_server().port());
    client.send("HEAD /token/four HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto reply = client.read_reply(true);
    EXPECT_THAT(reply, HasSubstr("Content-Length: 4\r\n"));
    EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
    client.send(get("/token/next"));
    EXPECT_EQ(status_of(client.read_reply()), 200);
}

TEST(Wire, SendsNoLengthWith204) {
    RawClient client(shared_server().port());
    client.send(get("/empty"));
    EXPECT_THAT(client.read_reply(true), Not(HasSubstr("Content-Length")));
}

TEST(Wire, LeavesOutHeadersThatCarryALineEndAndThoseItWritesItself) {
    RawClient client(shared_server().port());
    client.send(get("/inject"));
    const auto reply = client.read_reply();
    EXPECT_THAT(reply, Not(HasSubstr("X-Injected")));
    EXPECT_THAT(reply, Not(HasSubstr("999")));
    EXPECT_THAT(reply, EndsWith("safe"));
}

TEST(Wire, SurvivesAnApplicationThatThrowsAndTellsNothing) {
    for (const auto* path : {"/throw", "/pool-throw", "/throw-at-head"}) {
        const auto all = ask(get(path));
        EXPECT_EQ(status_of(all), 500) << path;
        EXPECT_THAT(all, Not(HasSubstr("secret")));
    }
}

TEST(Wire, TakesTheAbsoluteFormOfItsOwnHost) {
    RawClient client(shared_server().port());
    client.send("GET http://LocalHost/token/proxied HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.read_reply(), EndsWith("proxied"));
}

TEST(Wire, PassesUnknownMethodsOn) {
    RawClient client(shared_server().port());
    client.send("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client.read_reply(), HasSubstr("BREW /pot"));
}

TEST(Wire, GivesUpHangingWorkOnceAndGoesOn) {
    auto& application = shared_server().application;
    application.hold();
    RawClient client(shared_server().port());
    client.send(get("/hang") + get("/pool/next"));
    EXPECT_EQ(status_of(client.read_reply()), 503);
    EXPECT_THAT(client.read_reply(), EndsWith("next"));
    application.release();
    client.send(get("/token/last"));
    // The late answer of the hung work is not sent to anybody.
    EXPECT_THAT(client.read_reply(), EndsWith("last"));
}

TEST(Wire, NamesAddressAndPortWhenThePortIsTaken) {
    SmallApplication application;
    ServerOptions options;
    options.ports = {shared_server().port()};
    Server second(options, application);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, "http.port_taken");
    EXPECT_EQ(started.error().message, "Cannot listen on 127.0.0.1:" + std::to_string(options.ports[0]) +
                                           ": another program already uses this port.");
}

}  // namespace
}  // namespace whatsflow::http::testing
