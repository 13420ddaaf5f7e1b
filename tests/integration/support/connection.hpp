/// \file
/// A client made of raw bytes, for tests that must control every one of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::testing {

/// An answer, split into its parts. `status` is 0 when nothing understandable came.
struct Answer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string body;

    /// First value of a header (name in lower case), or "".
    std::string header(std::string_view name) const;
};

Answer parse_answer(std::string_view bytes);

class Connection {
public:
    explicit Connection(std::uint16_t port);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    bool connected() const { return socket_ >= 0; }
    /// False when the peer no longer takes bytes.
    bool send(std::string_view bytes);
    /// Everything until the peer closes, or the deadline passes (then `timed_out`).
    std::string read_until_closed(std::chrono::milliseconds deadline = std::chrono::seconds(5));
    /// One complete answer with Content-Length; the connection stays open.
    Answer read_answer(std::chrono::milliseconds deadline = std::chrono::seconds(5));
    bool timed_out() const { return timed_out_; }
    void shut_down_sending();

private:
    bool read_some(std::chrono::steady_clock::time_point until);

    int socket_ = -1;
    bool timed_out_ = false;
    std::string buffer_;
};

using RequestHeaders = std::vector<std::pair<std::string, std::string>>;

/// One request on a connection of its own, with Host: localhost unless given.
Answer request(std::uint16_t port, std::string_view method, std::string_view target, const RequestHeaders& headers = {},
               std::string_view body = {});

inline Answer get(std::uint16_t port, std::string_view target, const RequestHeaders& headers = {}) {
    return request(port, "GET", target, headers);
}

}  // namespace whatsflow::testing
