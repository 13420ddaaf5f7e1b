/// \file
/// For tests: a gateway with people it knows and a clock that is set, and a page that shows
/// exactly what it was sent.
#pragma once

#include "realtime/client_frames.hpp"
#include "realtime/gateway.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace whatsflow::realtime::testing {

using namespace std::chrono_literals;

template <class Condition>
bool becomes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

class NoLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return false; }
    void write(sdk::LogLevel, std::string_view, const sdk::LogFields&) noexcept override {}
};

/// Knows the sessions in its map; `admin` knows staff.
class People final : public sdk::Authenticator {
public:
    sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request& request) override {
        ++questions;
        const std::lock_guard lock(mutex);
        if (away) return sdk::fail("database.unavailable", "away");
        const auto found = sessions.find(request.cookies.get("session"));
        if (found == sessions.end()) return std::optional<sdk::Identity>{};
        sdk::Identity identity;
        identity.kind = request.site == sdk::Site::admin ? sdk::Identity::Kind::staff : sdk::Identity::Kind::user;
        identity.subject = found->second;
        identity.session = found->first;
        if (request.site == sdk::Site::app) identity.tenant = sdk::TenantId("t1");
        return std::optional{identity};
    }
    void end_session(const std::string& session) {
        const std::lock_guard lock(mutex);
        sessions.erase(session);
    }
    void go_away(bool gone) {
        const std::lock_guard lock(mutex);
        away = gone;
    }

    std::mutex mutex;
    std::map<std::string, std::string> sessions{{"s1", "u1"}, {"s2", "u2"}};
    bool away = false;
    std::atomic<int> questions{0};
};

class OpenLease final : public sdk::ServiceLease {
public:
    bool enter() noexcept override { return true; }
    void leave() noexcept override {}
    void fault(std::string_view) noexcept override {}
    const std::string& provider() const noexcept override { return id_; }
    const sdk::Properties& properties() const noexcept override { return none_; }

private:
    std::string id_ = "people";
    sdk::Properties none_;
};

class GatewayFixture : public ::testing::Test {
protected:
    GatewayFixture() {
        settings.sites = {{sdk::Site::app, 2153, "http://localhost:2153"},
                          {sdk::Site::admin, 5153, "http://localhost:5153"}};
        settings.tick = 5ms;
    }
    ~GatewayFixture() override {
        if (gateway_) gateway_->stop();
    }

    Gateway& gateway() {
        if (!gateway_) {
            gateway_ = std::make_unique<Gateway>(
                settings, Dependencies{.log = log,
                                       .authenticator =
                                           [this](sdk::Site) {
                                               return sdk::ServiceHandle<sdk::Authenticator>(
                                                   sdk::FoundService{&people, std::make_shared<OpenLease>()});
                                           },
                                       .streams = streams,
                                       .now = [this] { return start_ + std::chrono::milliseconds(passed_); }});
            const auto started = gateway_->start();
            EXPECT_TRUE(started) << (started ? "" : started.error().message);
        }
        return *gateway_;
    }
    /// The gateway's clock goes on.
    void pass(std::chrono::milliseconds time) { passed_ += time.count(); }

    Settings settings;
    const StreamAddresses* streams = nullptr;
    NoLog log;
    People people;

private:
    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::atomic<std::int64_t> passed_{0};
    std::unique_ptr<Gateway> gateway_;
};

/// A blocking socket.
class TestPage {
public:
    explicit TestPage(std::uint16_t port, int receive_buffer = 0)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (receive_buffer > 0)
            ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    TestPage(const TestPage&) = delete;
    TestPage& operator=(const TestPage&) = delete;
    ~TestPage() { ::close(descriptor_); }

    void send(std::string_view bytes) const {
        EXPECT_EQ(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    }
    /// Asks to listen and gives the answer's status.
    int open(std::string_view query = "?site=app", std::string_view session = "s1", std::string_view more = "") {
        send("GET /ws" + std::string(query) +
             " HTTP/1.1\r\nHost: localhost:2154\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: session=" +
             std::string(session) + "\r\n" + std::string(more) + "\r\n");
        return read_status();
    }
    int read_status() {
        while (received_.find("\r\n\r\n") == std::string::npos && read_more()) {
        }
        const auto end = received_.find("\r\n\r\n");
        if (end == std::string::npos) return 0;
        head = received_.substr(0, end + 4);
        received_.erase(0, end + 4);
        return std::stoi(head.substr(9, 3));
    }
    /// What comes up to and with `mark`; what there is at the end of the connection.
    std::string text_until(std::string_view mark) {
        while (received_.find(mark) == std::string::npos && read_more()) {
        }
        const auto end = received_.find(mark);
        auto text = received_.substr(0, end == std::string::npos ? end : end + mark.size());
        received_.erase(0, text.size());
        return text;
    }
    void leave() { ::shutdown(descriptor_, SHUT_RDWR); }
    /// The next frame of the server: its opcode and payload. Nothing at the end.
    std::optional<Incoming> next() {
        while (true) {
            if (received_.size() >= 2) {
                std::size_t at = 2, length = static_cast<std::uint8_t>(received_[1]);
                if (length >= 126) {
                    const std::size_t bytes = length == 126 ? 2 : 8;
                    if (received_.size() >= 2 + bytes) {
                        length = 0;
                        for (; at < 2 + bytes; ++at) length = length << 8 | static_cast<std::uint8_t>(received_[at]);
                    } else {
                        length = std::string::npos;
                    }
                }
                if (length != std::string::npos && received_.size() >= at + length) {
                    Incoming incoming{static_cast<Opcode>(received_[0] & 0x0f), received_.substr(at, length)};
                    received_.erase(0, at + length);
                    return incoming;
                }
            }
            if (!read_more()) return std::nullopt;
        }
    }
    /// The code it was closed with; 0 when the connection just ended.
    int closed_with() {
        while (auto incoming = next())
            if (incoming->opcode == Opcode::close) return code_of_close(incoming->payload);
        return 0;
    }
    bool ends() {
        while (read_more()) {
        }
        return ended_;
    }

    std::string head;

private:
    bool read_more() {
        pollfd polled{descriptor_, POLLIN, 0};
        if (ended_ || ::poll(&polled, 1, 10'000) <= 0) return false;
        std::array<char, 16 * 1024> bytes{};
        const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
        ended_ = got <= 0;
        if (got > 0) received_.append(bytes.data(), static_cast<std::size_t>(got));
        return got > 0;
    }

    int descriptor_;
    bool ended_ = false;
    std::string received_;
};

}  // namespace whatsflow::realtime::testing
