#include "net/client.hpp"
#include "net/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace whatsflow::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::repeatable;
using testing::Server;
using testing::to;

sdk::CallContext within(milliseconds time) {
    return testing::until(steady_clock::now() + time);
}

std::string code_of(const sdk::Result<sdk::IncomingResponse>& answer) {
    return answer ? std::to_string(answer->status) : answer.error().code;
}

/// A port of this machine where nobody listens.
std::string nobodys_url() {
    Poco::Net::ServerSocket socket{Poco::Net::SocketAddress{"127.0.0.1", 0}, 1};
    return "http://127.0.0.1:" + std::to_string(socket.address().port()) + "/";
}

TEST(Client, SendsWhatItWasGivenAndReturnsTheAnswer) {
    std::string head;
    std::string body(4, '\0');
    const auto server = Server::plain([&](auto& socket, int) {
        head = Server::read_head(socket);
        socket.receiveBytes(body.data(), 4);
        Server::write(
            socket,
            "HTTP/1.1 422 No\r\nX-Why: because\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsor\r\n2\r\nry\r\n0\r\n\r\n");
    });
    Client client;
    auto request = to(server.url("http", "/v1/x?y=1"));
    request.method = sdk::Method::post;
    request.body = "abcd";
    sdk::CallContext context;
    context.request_id = "r-7";
    request.headers.add("Idempotency-Key", "k1");

    const auto answer = client.send(context, request);

    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 422);
    EXPECT_EQ(answer->body, "sorry");
    EXPECT_EQ(answer->headers.find("x-why"), "because");
    EXPECT_EQ(body, "abcd");
    EXPECT_THAT(head, HasSubstr("POST /v1/x?y=1 HTTP/1.1\r\nHost: localhost:"));
    EXPECT_THAT(head, HasSubstr("Idempotency-Key: k1\r\n"));
    EXPECT_THAT(head, HasSubstr("X-Request-Id: r-7\r\n"));
    EXPECT_THAT(head, HasSubstr("Content-Length: 4\r\n"));
}

TEST(Client, RefusesBadAddressesAndHeadersBeforeAnythingIsSent) {
    Client client;
    const auto refused = [&](const std::string& url, const std::string& name = "X", const std::string& value = "y") {
        auto request = to(url);
        request.headers.add(name, value);
        return code_of(client.send({}, request));
    };

    EXPECT_EQ(refused("ftp://localhost/"), "net.not_sent");
    EXPECT_EQ(refused("https://user:password@localhost/"), "net.not_sent");
    EXPECT_EQ(refused("https://localhost/a b"), "net.not_sent");
    EXPECT_EQ(refused("https://localhost/\r\nX: y"), "net.not_sent");
    EXPECT_EQ(refused("http://192.0.2.1/"), "net.not_sent") << "http:// may only go to this machine";
    EXPECT_EQ(refused("https://localhost/", "X", "a\r\nB: c"), "net.not_sent");
    EXPECT_EQ(refused("https://localhost/", "X\r\nB", "c"), "net.not_sent");
    EXPECT_EQ(refused("https://localhost/", "Content-Length", "3"), "net.not_sent");
}

TEST(Client, ARefusedConnectionMeansNotSent) {
    Client client;

    EXPECT_EQ(code_of(client.send({}, to(nobodys_url()))), "net.not_sent");
}

TEST(Client, APassedDeadlineMeansNotSent) {
    Client client;

    EXPECT_EQ(code_of(client.send(testing::until(steady_clock::now() - milliseconds{1}), to(nobodys_url()))),
              "net.not_sent");
}

TEST(Client, ABodyThatDripsEndsAtTheDeadlineWithAnUnknownFate) {
    const auto server = Server::plain([](auto& socket, int) {
        Server::read_head(socket);
        Server::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        socket.setReceiveTimeout(Poco::Timespan{0, 50'000});
        char byte = 0;
        for (int i = 0; i < 40; ++i) {
            Server::write(socket, "x");
            try {
                if (socket.receiveBytes(&byte, 1) <= 0) return;
            } catch (const Poco::TimeoutException&) {
                continue;
            }
        }
    });
    Client client;
    const auto started = steady_clock::now();

    EXPECT_EQ(code_of(client.send(within(milliseconds{300}), to(server.url("http")))), "net.unknown");
    EXPECT_LT(steady_clock::now() - started, milliseconds{1500});
}

TEST(Client, AnAnswerPastTheCapIsTooLargeHoweverItIsFramed) {
    const auto framed = [](const std::string& answer) {
        const auto server = Server::plain([&](auto& socket, int) {
            Server::read_head(socket);
            Server::write(socket, answer);
        });
        Client client;
        auto request = to(server.url("http"));
        request.max_response_bytes = 10;
        return code_of(client.send({}, request));
    };

    EXPECT_EQ(framed("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"), "net.too_large");
    EXPECT_EQ(framed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n"),
              "net.too_large");
    EXPECT_EQ(framed("HTTP/1.1 200 OK\r\n\r\n" + std::string(11, 'x')), "net.too_large");
    EXPECT_EQ(framed("HTTP/1.1 200 OK\r\n\r\n" + std::string(10, 'x')), "200");
}

TEST(Client, ATruncatedAnswerHasAnUnknownFate) {
    const auto server = Server::plain([](auto& socket, int) {
        Server::read_head(socket);
        Server::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    });
    Client client;

    EXPECT_EQ(code_of(client.send({}, to(server.url("http")))), "net.unknown");
}

TEST(Client, ARedirectIsAnAnswerAndNotFollowed) {
    const auto server = Server::plain([](auto& socket, int) {
        Server::read_head(socket);
        Server::write(socket, "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
    });
    Client client;

    EXPECT_EQ(code_of(client.send({}, to(server.url("http")))), "302");
    EXPECT_EQ(server.connections(), 1);
}

/// Answers the first request of each connection and hangs up over the second.
void hang_up_over_the_second(Poco::Net::StreamSocket& socket, int) {
    if (Server::read_head(socket).empty()) return;
    Server::write(socket, Server::answer("one"));
    Server::read_head(socket);
}

TEST(Client, ALostKeepAliveConnectionIsRetriedOnlyWhenThatDoesNoHarm) {
    const auto server = Server::plain(hang_up_over_the_second);
    Client client;

    EXPECT_EQ(code_of(client.send({}, repeatable(server.url("http")))), "200");
    EXPECT_EQ(code_of(client.send({}, repeatable(server.url("http")))), "200");
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(code_of(client.send({}, to(server.url("http")))), "net.unknown");
    EXPECT_EQ(server.connections(), 2);
}

TEST(Client, AnOldIdleConnectionIsNotUsedAgain) {
    auto now = steady_clock::now();
    const auto server = Server::plain([](auto& socket, int) {
        while (!Server::read_head(socket).empty()) Server::write(socket, Server::answer("x"));
    });
    Client client{{.now = [&] { return now; }}};
    const auto call = [&] { return code_of(client.send({}, to(server.url("http")))); };

    EXPECT_EQ(call(), "200");
    EXPECT_EQ(call(), "200");
    EXPECT_EQ(server.connections(), 1);
    now += std::chrono::seconds{6};
    EXPECT_EQ(call(), "200");
    EXPECT_EQ(server.connections(), 2);
}

TEST(Client, TheBreakerOpensAfterFailuresAndRecoversWithOneProbe) {
    auto now = steady_clock::now();
    std::atomic<bool> healthy{false};
    const auto server = Server::plain([&](auto& socket, int) {
        Server::read_head(socket);
        if (healthy) Server::write(socket, Server::answer("well"));
    });
    Client client{{.failures_to_open = 3, .now = [&] { return now; }}};
    const auto call = [&] { return client.send({}, to(server.url("http"))); };

    for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(call()), "net.unknown");
    const auto refused = call();
    EXPECT_EQ(code_of(refused), "net.not_sent");
    EXPECT_THAT(refused.error().message, HasSubstr("paused"));
    EXPECT_EQ(server.connections(), 3);

    now += std::chrono::seconds{31};
    EXPECT_EQ(code_of(call()), "net.unknown") << "the probe goes through";
    EXPECT_EQ(code_of(call()), "net.not_sent") << "and opens the breaker again";
    healthy = true;
    now += std::chrono::seconds{31};
    EXPECT_EQ(code_of(call()), "200");
    // The server closes after an answer, perhaps just when the kept connection is used again.
    EXPECT_EQ(code_of(client.send({}, repeatable(server.url("http")))), "200");
}

TEST(Client, TheBulkheadRefusesWhatIsTooMuchAtOnce) {
    std::mutex mutex;
    std::condition_variable changed;
    bool busy = false;
    bool release = false;
    const auto server = Server::plain([&](auto& socket, int) {
        Server::read_head(socket);
        std::unique_lock lock{mutex};
        busy = true;
        changed.notify_all();
        changed.wait(lock, [&] { return release; });
        Server::write(socket, Server::answer("x"));
    });
    Client client{{.most_calls_per_destination = 1}};
    std::thread first{[&] { EXPECT_EQ(code_of(client.send({}, to(server.url("http")))), "200"); }};
    {
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return busy; });
    }

    EXPECT_EQ(code_of(client.send({}, to(server.url("http")))), "net.not_sent");

    {
        const std::lock_guard lock{mutex};
        release = true;
    }
    changed.notify_all();
    first.join();
    EXPECT_EQ(server.connections(), 1);
}

TEST(Client, RefusesPrivateAddressesForDestinationsOfTenants) {
    const auto server = Server::plain([](auto& socket, int) { Server::read_head(socket); });
    Client client{{.allow_private_addresses = false}};

    EXPECT_EQ(code_of(client.send({}, to(server.url("http")))), "net.not_sent");
    EXPECT_EQ(code_of(client.send({}, to("https://169.254.169.254/latest/meta-data"))), "net.not_sent");
    EXPECT_EQ(server.connections(), 0);
}

TEST(Client, ARequestToAnAddressOfATenantIsNotSentInsideThoughOthersAre) {
    const auto server = Server::plain([](auto& socket, int) {
        Server::read_head(socket);
        Server::write(socket, Server::answer("ok"));
    });
    Client client;
    auto inside = to(server.url("http"));
    ASSERT_TRUE(client.send({}, inside));

    inside.public_only = true;

    EXPECT_EQ(code_of(client.send({}, inside)), "net.not_sent");
    EXPECT_EQ(server.connections(), 1);
}

TEST(Client, ANameThatIsNotResolvedInTimeEndsTheCallAtItsDeadline) {
    std::mutex mutex;
    std::condition_variable changed;
    bool speak = false;
    Client client{{.look_up = [&](const std::string&) -> std::vector<std::string> {
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return speak; });
        return {"127.0.0.1"};
    }}};
    const auto started = steady_clock::now();

    const auto answer = client.send(within(milliseconds{50}), to("https://slow.example/"));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "net.not_sent");
    EXPECT_THAT(answer.error().message, HasSubstr("before the deadline"));
    EXPECT_LT(steady_clock::now() - started, milliseconds{2000});
    const std::lock_guard lock{mutex};
    speak = true;
    changed.notify_all();
}

TEST(Client, TellsHowEachCallEnded) {
    std::vector<CallRecord> records;
    const auto server = Server::plain([](auto& socket, int) {
        Server::read_head(socket);
        Server::write(socket, Server::answer("x"));
    });
    Client client{{.finished = [&](const CallRecord& record) { records.push_back(record); }}};

    static_cast<void>(client.send({}, to(server.url("http"))));
    static_cast<void>(client.send({}, to("nonsense")));

    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].destination, "localhost:" + std::to_string(server.port()));
    EXPECT_EQ(records[0].outcome, "ok");
    EXPECT_EQ(records[0].status, 200);
    EXPECT_EQ(records[1].outcome, "net.not_sent");
}

}  // namespace
}  // namespace whatsflow::net
