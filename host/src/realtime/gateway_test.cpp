// Pages that listen: who may, what they hear, and how they end.
#include "realtime/test_page.hpp"

namespace whatsflow::realtime::testing {
namespace {

class LiveGateway : public GatewayFixture {};

TEST_F(LiveGateway, APageHearsItsOwnChannelsAndNoOthers) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);
    EXPECT_NE(page.head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);

    gateway().deliver("user:u2", "not for u1");
    gateway().deliver("staff", "not for people");
    gateway().deliver("tenant:t1", "first");
    gateway().deliver("user:u1", "second");

    EXPECT_EQ(page.next()->payload, "first");
    EXPECT_EQ(page.next()->payload, "second");
}

TEST_F(LiveGateway, StaffHearsWhatIsForStaff) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open("?site=admin"), 101);

    gateway().deliver("user:u1", "not for staff");
    gateway().deliver("staff", "all");
    gateway().deliver("staff:u1", "one");

    EXPECT_EQ(page.next()->payload, "all");
    EXPECT_EQ(page.next()->payload, "one");
}

TEST_F(LiveGateway, APageThatNamesNoSiteIsOfTheApp) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(""), 101);
    gateway().deliver("tenant:t1", "x");
    EXPECT_EQ(page.next()->payload, "x");
}

TEST_F(LiveGateway, RefusesWhoIsNotSignedInOrNoPageOfOurs) {
    const auto port = gateway().port();
    EXPECT_EQ(TestPage(port).open("?site=app", "forged"), 401);
    EXPECT_EQ(TestPage(port).open("?site=landing"), 400);
    EXPECT_EQ(TestPage(port).open("?site=app", "s1", "Origin: https://evil.example\r\n"), 403);
    EXPECT_EQ(TestPage(port).open("?site=app", "s1", "Origin: http://localhost:5253\r\n"), 403);
    EXPECT_EQ(TestPage(port).open("?site=app", "s1", "Origin: http://localhost:2153\r\n"), 101);
    EXPECT_EQ(TestPage(port).open("?site=admin", "s1", "Origin: http://localhost:2153\r\n"), 403);
    people.go_away(true);
    EXPECT_EQ(TestPage(port).open(), 503);
}

TEST_F(LiveGateway, AnswersPlainRequestsPlainly) {
    const auto ask = [&](std::string_view request) {
        TestPage page(gateway().port());
        page.send(request);
        const auto status = page.read_status();
        EXPECT_TRUE(page.ends());
        return status;
    };
    EXPECT_EQ(ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
    EXPECT_EQ(ask("GET /other HTTP/1.1\r\nHost: a\r\n\r\n"), 404);
    EXPECT_EQ(ask("POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"), 405);
    EXPECT_EQ(ask("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n"), 426);
    EXPECT_EQ(ask("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n"),
              400);
    EXPECT_EQ(ask("nonsense\r\n\r\n"), 400);
    EXPECT_EQ(ask("GET /ws HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x')), 431);
}

TEST_F(LiveGateway, AnsweredPagesMayComeByteByByte) {
    TestPage page(gateway().port());
    const std::string request =
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: session=s1\r\n\r\n";
    for (const char c : request) page.send({&c, 1});
    EXPECT_EQ(page.read_status(), 101);
}

TEST_F(LiveGateway, AnswersPingsAndClosesWhenAsked) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);

    page.send(client_frame(Opcode::ping, "are you there"));
    page.send(client_frame(Opcode::text, "nobody reads this"));
    const auto pong = page.next();
    page.send(client_frame(Opcode::close, "\x03\xe8"));

    EXPECT_EQ(pong->opcode, Opcode::pong);
    EXPECT_EQ(pong->payload, "are you there");
    EXPECT_EQ(page.closed_with(), close_code::kNormal);
    EXPECT_TRUE(page.ends());
}

TEST_F(LiveGateway, ClosesAPageThatBreaksTheRules) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);
    page.send(*make_frame(Opcode::text, "not masked"));
    EXPECT_EQ(page.closed_with(), close_code::kProtocol);

    TestPage talkative(gateway().port());
    ASSERT_EQ(talkative.open(), 101);
    for (int i = 0; i < 101; ++i) talkative.send(client_frame(Opcode::text, "x"));
    EXPECT_EQ(talkative.closed_with(), close_code::kPolicy);
}

TEST_F(LiveGateway, ClosesAPageWhoseSessionHasEnded) {
    TestPage ending(gateway().port());
    TestPage staying(gateway().port());
    ASSERT_EQ(ending.open("?site=app", "s1"), 101);
    ASSERT_EQ(staying.open("?site=app", "s2"), 101);

    people.end_session("s1");
    pass(61s);

    EXPECT_EQ(ending.closed_with(), close_code::kPolicy);
    gateway().deliver("user:u2", "still here");
    auto heard = staying.next();
    while (heard && heard->opcode == Opcode::ping) heard = staying.next();
    EXPECT_EQ(heard->payload, "still here");
}

TEST_F(LiveGateway, ClosesAPageAtOnceWhenItHearsOfTheEndOfItsSession) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);
    people.end_session("s1");

    gateway().session_changed("s1");

    EXPECT_EQ(page.closed_with(), close_code::kPolicy);
}

TEST_F(LiveGateway, KeepsPagesWhileNobodyCanBeAsked) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);
    const auto before = people.questions.load();
    people.go_away(true);

    pass(61s);

    EXPECT_TRUE(becomes_true([&] { return people.questions > before; }));
    gateway().deliver("user:u1", "x");
    auto heard = page.next();
    while (heard && heard->opcode == Opcode::ping) heard = page.next();
    EXPECT_EQ(heard->payload, "x");
}

TEST_F(LiveGateway, ClosesAPageThatDoesNotReadAndNobodyElseWaits) {
    settings.queue_bytes = 64 * 1024;
    TestPage slow(gateway().port(), 4096);
    TestPage other(gateway().port());
    ASSERT_EQ(slow.open("?site=app", "s1"), 101);
    ASSERT_EQ(other.open("?site=app", "s2"), 101);
    const std::string text(16 * 1024, 'x');

    for (int i = 0; i < 2000 && gateway().connections() == 2; ++i) {
        gateway().deliver("user:u1", text);
        if (i % 100 == 99) pass(1s);
    }
    gateway().deliver("user:u2", "not delayed");

    EXPECT_EQ(other.next()->payload, "not delayed");
    EXPECT_TRUE(becomes_true([&] {
        pass(100ms);
        return gateway().connections() == 1;
    }));
}

TEST_F(LiveGateway, TellsASlowPageToComeBackLater) {
    settings.queue_bytes = 64 * 1024;
    TestPage slow(gateway().port(), 4096);
    ASSERT_EQ(slow.open(), 101);
    // More than the kernel's buffers of both ends hold, and than the queue.
    for (int i = 0; i < 1000; ++i) gateway().deliver("user:u1", std::string(16 * 1024, 'x'));

    EXPECT_EQ(slow.closed_with(), close_code::kTryLater);
}

TEST_F(LiveGateway, PingsASilentPageAndLeavesADeadOne) {
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);

    pass(26s);
    EXPECT_EQ(page.next()->opcode, Opcode::ping);
    pass(50s);

    EXPECT_TRUE(page.ends());
}

TEST_F(LiveGateway, DropsWhoDoesNotFinishItsRequest) {
    TestPage page(gateway().port());
    page.send("GET /ws HTTP/1.1\r\n");
    ASSERT_TRUE(becomes_true([&] { return gateway().connections() == 1; }));

    pass(11s);

    EXPECT_EQ(page.read_status(), 408);
    EXPECT_TRUE(page.ends());
}

TEST_F(LiveGateway, CountsPagesOfAnAddressBehindATrustedProxy) {
    settings.trusted_proxies = {"127.0.0.1/32"};
    settings.connections_per_address = 2;
    std::vector<std::unique_ptr<TestPage>> pages;
    const auto open_from = [&](const std::string& address) {
        pages.push_back(std::make_unique<TestPage>(gateway().port()));
        return pages.back()->open("?site=app", "s1", "X-Forwarded-For: " + address + "\r\n");
    };

    EXPECT_EQ(open_from("203.0.113.1"), 101);
    EXPECT_EQ(open_from("203.0.113.1"), 101);
    EXPECT_EQ(open_from("203.0.113.1"), 429);
    EXPECT_EQ(open_from("203.0.113.2"), 101);
    pages.erase(pages.begin());
    EXPECT_TRUE(becomes_true([&] { return gateway().connections() <= 3; }));
    EXPECT_EQ(open_from("203.0.113.1"), 101);
}

TEST_F(LiveGateway, SaysGoodbyeWhenItStops) {
    auto page = std::make_unique<TestPage>(gateway().port());
    ASSERT_EQ(page->open(), 101);
    std::thread stopping([&] { EXPECT_TRUE(gateway().stop()); });

    EXPECT_EQ(page->closed_with(), close_code::kGoingAway);
    page.reset();
    stopping.join();
    EXPECT_EQ(gateway().connections(), 0u);
}

TEST_F(LiveGateway, SaysWhichPortIsTaken) {
    Settings second = settings;
    second.port = gateway().port();
    Gateway other(second, Dependencies{.log = log, .authenticator = [](sdk::Site) {
                                           return sdk::ServiceHandle<sdk::Authenticator>{};
                                       }});

    const auto started = other.start();

    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, "http.port_taken");
}

}  // namespace
}  // namespace whatsflow::realtime::testing
