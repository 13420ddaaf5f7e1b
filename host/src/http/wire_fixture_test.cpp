#include "http/wire_fixture.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>

namespace whatsflow::http::testing {
namespace {

WireReply text_reply(std::string text, int status = 200) {
    WireReply reply;
    reply.status = status;
    reply.headers.add("Content-Type", "text/plain");
    reply.body = std::make_shared<const std::string>(std::move(text));
    return reply;
}

std::size_t number_of(std::string_view text) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::variant<BodyLimit, WireReply> SmallApplication::on_head(const WireRequest& head) {
    if (head.target == "/turn-away") return text_reply("no", 403);
    if (head.target == "/throw-at-head") throw 42;
    return BodyLimit{64 * 1024};
}

std::variant<WireReply, PoolWork> SmallApplication::on_request(WireRequest request) {
    ++requests;
    const std::string_view target = request.target;
    if (target == "/throw") throw 42;
    if (target.starts_with("/token/")) return text_reply(std::string(target.substr(7)));
    if (target.starts_with("/large/")) return text_reply(std::string(number_of(target.substr(7)), 'x'));
    if (target == "/inject") {
        auto reply = text_reply("safe");
        reply.headers.add("Location", "/a\r\nX-Injected: yes");
        reply.headers.add("Content-Length", "999");
        return reply;
    }
    if (target == "/empty") {
        WireReply reply;
        reply.status = 204;
        return reply;
    }
    if (target == "/loop-stream") return stream_reply("/stream/2");
    PoolWork work;
    work.owner = "test";
    if (target.starts_with("/pool/"))
        work.run = [token = std::string(target.substr(6))] { return text_reply(token); };
    else if (target.starts_with("/pool-large/"))
        work.run = [size = number_of(target.substr(12))] { return text_reply(std::string(size, 'y')); };
    else if (target.starts_with("/stream"))
        work.run = [this, path = std::string(target)] { return stream_reply(path); };
    else if (target == "/pool-throw")
        work.run = []() -> WireReply { throw std::runtime_error("secret"); };
    else if (target == "/hang" || target == "/wait") {
        if (target == "/hang") work.timeout = std::chrono::milliseconds(300);
        work.run = [this] {
            std::unique_lock lock(mutex_);
            released_.wait(lock, [this] { return free_; });
            return text_reply("late");
        };
    } else
        return text_reply(request.method + " " + request.target + "\n" + request.body);
    return work;
}

WireReply SmallApplication::refusal(int status, std::string_view reason, std::uint16_t) {
    return text_reply(std::string(reason), status);
}

WireReply SmallApplication::overloaded(const WireRequest&, std::string_view reason) {
    auto reply = text_reply(std::string(reason), 503);
    reply.headers.add("Retry-After", "1");
    return reply;
}

sdk::Result<std::string> SmallApplication::wait_for_release() {
    std::unique_lock lock(mutex_);
    released_.wait(lock, [this] { return free_; });
    return std::string();
}

WireReply SmallApplication::stream_reply(std::string_view target) {
    WireReply reply;
    reply.headers.add("Content-Type", "text/csv");
    if (target.starts_with("/stream/")) {
        reply.stream = [this, left = number_of(target.substr(8))]() mutable -> sdk::Result<std::string> {
            if (left == 0) return std::string();
            ++pieces;
            return std::string(64 * 1024, static_cast<char>('a' + --left % 26));
        };
    } else {
        reply.stream = [this, fails = target == "/stream-error", first = true]() mutable -> sdk::Result<std::string> {
            if (std::exchange(first, false)) return std::string("first piece");
            return fails ? sdk::fail("test.failed", "broken") : wait_for_release();
        };
    }
    return reply;
}

void SmallApplication::finished(const WireRequest&, int, std::size_t bytes, std::chrono::microseconds) noexcept {
    last_bytes = bytes;
    ++exchanges;
}

void SmallApplication::release() {
    const std::lock_guard lock(mutex_);
    free_ = true;
    released_.notify_all();
}

void SmallApplication::hold() {
    const std::lock_guard lock(mutex_);
    free_ = false;
}

Deadlines short_deadlines() {
    using std::chrono::milliseconds;
    Deadlines deadlines;
    deadlines.head = milliseconds(600);
    deadlines.body = milliseconds(600);
    deadlines.idle = milliseconds(1200);
    deadlines.linger = milliseconds(400);
    deadlines.linger_total = milliseconds(2500);
    deadlines.reader_stall = milliseconds(800);
    deadlines.stream_stall = milliseconds(800);
    deadlines.sweep = milliseconds(50);
    return deadlines;
}

SharedServer::SharedServer()
    : server(
          [] {
              ServerOptions options;
              options.ports = {0};
              options.threads = 2;
              options.workers = 4;
              options.queue_length = 64;
              options.deadlines = short_deadlines();
              return options;
          }(),
          application) {
    const auto started = server.start();
    if (!started) throw std::runtime_error(started.error().message);
}

SharedServer& shared_server() {
    // Left to the end of the process on purpose: the library can hang when it is taken down.
    static auto* const shared = new SharedServer;
    return *shared;
}

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

RawClient::~RawClient() {
    close();
}

void RawClient::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::close_our_half() {
    ::shutdown(descriptor_, SHUT_WR);
}

std::string RawClient::read_some(std::chrono::milliseconds wait) {
    pollfd polled{descriptor_, POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(wait.count())) <= 0) return {};
    std::string bytes(64 * 1024, '\0');
    const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (got <= 0) ended_ = true;
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

std::string RawClient::read_to_end(std::chrono::milliseconds wait) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    std::string all = std::exchange(pending_, {});
    while (!ended_) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) break;
        all += read_some(left);
    }
    return all;
}

std::string RawClient::read_reply(bool head_only, std::chrono::milliseconds wait) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (true) {
        const auto end = pending_.find("\r\n\r\n");
        if (end != std::string::npos) {
            const auto at = pending_.find("Content-Length: ");
            const auto body = head_only || at > end ? 0 : number_of(std::string_view(pending_).substr(at + 16));
            if (pending_.size() >= end + 4 + body) {
                auto reply = pending_.substr(0, end + 4 + body);
                pending_.erase(0, end + 4 + body);
                return reply;
            }
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || ended_) return std::exchange(pending_, {});
        pending_ += read_some(left);
    }
}

std::string ask(std::string_view bytes) {
    RawClient client(shared_server().port());
    client.send(bytes);
    return client.read_to_end();
}

int status_of(std::string_view text) {
    if (!text.starts_with("HTTP/1.1 ") || text.size() < 12) return 0;
    return static_cast<int>(number_of(text.substr(9, 3)));
}

std::size_t replies_in(std::string_view text) {
    constexpr std::string_view kStart = "HTTP/1.1 ";
    std::size_t count = 0;
    for (auto at = text.find(kStart); at != std::string_view::npos; at = text.find(kStart, at + 1)) {
        const auto digit = at + kStart.size();
        if (digit < text.size() && text[digit] >= '0' && text[digit] <= '9') ++count;
    }
    return count;
}

std::string get(std::string_view path, std::string_view more_headers) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more_headers) + "\r\n";
}

}  // namespace whatsflow::http::testing
