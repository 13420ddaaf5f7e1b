#include "net/client.hpp"
#include "net/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace whatsflow::net {
namespace {

using testing::Certificates;
using ::testing::HasSubstr;
using testing::repeatable;
using testing::Server;
using testing::to;
using testing::until;

class Certificate : public ::testing::Test {
protected:
    static void SetUpTestSuite() { certificates_ = new Certificates; }
    static void TearDownTestSuite() {
        delete certificates_;
        certificates_ = nullptr;
    }

    static void answer_once(Poco::Net::StreamSocket& socket, int) {
        if (Server::read_head(socket).empty()) return;
        Server::write(socket, Server::answer("hello"));
    }

    std::string outcome(const std::string& certificate, bool trust_the_authority, bool only_tls_1_1 = false) {
        const auto server = Server::secure(*certificates_, certificate, answer_once, only_tls_1_1);
        Client client{{.extra_ca_file = trust_the_authority ? certificates_->authority() : ""}};
        const auto answer = client.send({}, to(server.url("https")));
        message_ = answer ? "" : answer.error().message;
        return answer ? answer->body : answer.error().code;
    }

    static Certificates* certificates_;
    std::string message_;
};

Certificates* Certificate::certificates_ = nullptr;

TEST_F(Certificate, OfATrustedAuthorityForTheRightNameIsAccepted) {
    EXPECT_EQ(outcome("good", true), "hello") << message_;
}

TEST_F(Certificate, OfAnUnknownAuthorityIsRefused) {
    EXPECT_EQ(outcome("good", false), "net.certificate") << message_;
}

TEST_F(Certificate, ThatExpiredIsRefused) {
    EXPECT_EQ(outcome("expired", true), "net.certificate") << message_;
}

TEST_F(Certificate, ForAnotherNameIsRefusedEvenOnThisMachine) {
    EXPECT_EQ(outcome("wrong_host", true), "net.certificate") << message_;
}

TEST_F(Certificate, ThatSignedItselfIsRefused) {
    EXPECT_EQ(outcome("self_signed", true), "net.certificate") << message_;
}

TEST_F(Certificate, OverTlsOnePointOneIsRefused) {
    EXPECT_EQ(outcome("good", true, true), "net.certificate") << message_;
}

TEST_F(Certificate, NothingOfTheRequestIsSentBeforeTheProof) {
    std::atomic<bool> saw_a_request{false};
    {
        const auto server = Server::secure(*certificates_, "wrong_host", [&](auto& socket, int) {
            saw_a_request = !Server::read_head(socket).empty();
        });
        Client client{{.extra_ca_file = certificates_->authority()}};
        ASSERT_FALSE(client.send({}, to(server.url("https"))));
    }
    EXPECT_FALSE(saw_a_request);
}

TEST_F(Certificate, AConnectionIsUsedAgainAndAStaleOneReplaced) {
    const auto server = Server::secure(*certificates_, "good", [](auto& socket, int) {
        for (int i = 0; i < 2; ++i) {
            if (Server::read_head(socket).empty()) return;
            Server::write(socket, Server::answer("hello"));
        }
        socket.shutdown();  // as a server that closes idle connections
    });
    Client client{{.extra_ca_file = certificates_->authority()}};

    for (int i = 0; i < 6; ++i) {
        const auto answer = client.send({}, repeatable(server.url("https")));
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->body, "hello");
    }

    EXPECT_EQ(server.connections(), 3);
}

TEST_F(Certificate, ASecondConnectionResumesTheSessionOfTheFirstUntilItIsOld) {
    auto now = std::chrono::steady_clock::now();
    std::vector<bool> resumed;
    const auto server = Server::secure(*certificates_, "good", [&](auto& socket, int number) {
        if (Server::read_head(socket).empty()) return;
        if (number <= 4) resumed.push_back(Server::was_resumed(socket));
        Server::write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    });
    Client client{{.extra_ca_file = certificates_->authority(), .now = [&] { return now; }}};
    const auto call = [&] {
        const auto answer = client.send({}, to(server.url("https")));
        EXPECT_TRUE(answer) << answer.error().message;
    };

    call();
    call();
    now += std::chrono::minutes{6};
    call();
    now += std::chrono::minutes{6};
    call();

    EXPECT_THAT(resumed, ::testing::ElementsAre(false, true, true, false));
}

TEST_F(Certificate, ASessionOfOneDestinationIsNotShownToAnother) {
    std::atomic<int> resumed{0};
    const auto answer = [&](auto& socket, int) {
        if (Server::read_head(socket).empty()) return;
        resumed += Server::was_resumed(socket) ? 1 : 0;
        Server::write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    };
    const auto one = Server::secure(*certificates_, "good", answer);
    const auto two = Server::secure(*certificates_, "wrong_host", answer);
    Client client{{.extra_ca_file = certificates_->authority()}};

    EXPECT_TRUE(client.send({}, to(one.url("https"))));
    const auto refused = client.send({}, to(two.url("https")));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "net.certificate");
    EXPECT_EQ(resumed, 0);
}

TEST_F(Certificate, LargeBodiesPassInBothDirections) {
    const std::string body(900'000, 'b');
    const auto server = Server::secure(*certificates_, "good", [&](auto& socket, int) {
        if (Server::read_head(socket).empty()) return;
        std::string received;
        std::array<char, 8192> buffer{};
        while (received.size() < body.size()) {
            const int size = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (size <= 0) return;
            received.append(buffer.data(), static_cast<std::size_t>(size));
        }
        Server::write(socket, Server::answer(received));
    });
    Client client{{.extra_ca_file = certificates_->authority()}};
    auto request = to(server.url("https"));
    request.method = sdk::Method::post;
    request.body = body;

    const auto answer = client.send({}, request);

    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(answer->body == body);
}

TEST_F(Certificate, APeerThatNeverReadsDoesNotPassTheDeadline) {
    const auto server = Server::secure(*certificates_, "good", [&](auto& socket, int) {
        if (Server::read_head(socket).empty()) return;
        // Until the client gives up and closes; nothing is read meanwhile.
        socket.poll(Poco::Timespan{5, 0}, Poco::Net::Socket::SELECT_ERROR);
    });
    Client client{{.extra_ca_file = certificates_->authority()}};
    auto request = to(server.url("https"));
    request.method = sdk::Method::post;
    request.body = std::string(32 * 1024 * 1024, 'b');
    const auto started = std::chrono::steady_clock::now();

    const auto answer = client.send(until(started + std::chrono::milliseconds{500}), request);

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "net.unknown") << answer.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds{2000});
}

TEST_F(Certificate, APeerThatDripsTheHandshakeDoesNotPassTheDeadline) {
    const auto server = Server::plain([](auto& socket, int) {
        // A TLS record header that promises 16 KiB, then a byte now and then.
        Server::write(socket, std::string{"\x16\x03\x03\x40\x00", 5});
        std::array<char, 4096> greeting{};
        socket.receiveBytes(greeting.data(), static_cast<int>(greeting.size()));
        socket.setReceiveTimeout(Poco::Timespan{0, 50'000});
        for (int i = 0; i < 40; ++i) {
            Server::write(socket, "x");
            try {
                if (socket.receiveBytes(greeting.data(), 1) <= 0) return;
            } catch (const Poco::TimeoutException&) {
                continue;
            }
        }
    });
    Client client;
    const auto started = std::chrono::steady_clock::now();

    const auto answer = client.send(until(started + std::chrono::milliseconds{300}), to(server.url("https")));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "net.not_sent");
    EXPECT_THAT(answer.error().message, HasSubstr("before the deadline"));
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds{1500});
}

}  // namespace
}  // namespace whatsflow::net
