#include "support/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace whatsflow::testing {
namespace {

using Clock = std::chrono::steady_clock;

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return result;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return "";
}

Answer parse_answer(std::string_view bytes) {
    Answer answer;
    const auto head_end = bytes.find("\r\n\r\n");
    if (!bytes.starts_with("HTTP/1.1 ") || head_end == std::string_view::npos || bytes.size() < 12) return answer;
    std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
    std::string_view head = bytes.substr(0, head_end);
    answer.body = bytes.substr(head_end + 4);
    for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
        const auto next = head.find("\r\n", at + 2);
        const auto line = head.substr(at + 2, next == std::string_view::npos ? next : next - at - 2);
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos)
            answer.headers.emplace_back(lower(line.substr(0, colon)), std::string(line.substr(colon + 2)));
        at = next;
    }
    return answer;
}

Connection::Connection(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

Connection::~Connection() {
    if (socket_ >= 0) ::close(socket_);
}

bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Connection::shut_down_sending() { ::shutdown(socket_, SHUT_WR); }

bool Connection::read_some(Clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting{socket_, POLLIN, 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) {
        timed_out_ = true;
        return false;
    }
    char chunk[65536];
    const auto got = ::recv(socket_, chunk, sizeof chunk, 0);
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
}

std::string Connection::read_until_closed(std::chrono::milliseconds deadline) {
    timed_out_ = false;
    const auto until = Clock::now() + deadline;
    while (read_some(until)) {
    }
    return std::exchange(buffer_, {});
}

Answer Connection::read_answer(std::chrono::milliseconds deadline) {
    timed_out_ = false;
    const auto until = Clock::now() + deadline;
    for (;;) {
        const auto head_end = buffer_.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const Answer head = parse_answer(std::string_view(buffer_).substr(0, head_end + 4));
            std::size_t length = 0;
            const std::string text = head.header("content-length");
            std::from_chars(text.data(), text.data() + text.size(), length);
            if (buffer_.size() >= head_end + 4 + length) {
                Answer answer = parse_answer(std::string_view(buffer_).substr(0, head_end + 4 + length));
                buffer_.erase(0, head_end + 4 + length);
                return answer;
            }
        }
        if (!read_some(until)) return parse_answer(std::exchange(buffer_, {}));
    }
}

Answer request(std::uint16_t port, std::string_view method, std::string_view target, const RequestHeaders& headers,
               std::string_view body) {
    std::string bytes = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
    bool host_given = false;
    for (const auto& [name, value] : headers) {
        bytes += name + ": " + value + "\r\n";
        host_given = host_given || lower(name) == "host";
    }
    if (!host_given) bytes += "Host: localhost:" + std::to_string(port) + "\r\n";
    if (!body.empty() || method == "POST") bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    bytes += "Connection: close\r\n\r\n";
    bytes += body;
    Connection connection(port);
    if (!connection.connected()) return {};
    connection.send(bytes);
    return parse_answer(connection.read_until_closed(std::chrono::seconds(20)));
}

}  // namespace whatsflow::testing
