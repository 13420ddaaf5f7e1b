/// \file
/// For the tests of the wire: a real server with a small application, and a raw client.
#pragma once

#include "http/server.hpp"

#include "http/application.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

namespace whatsflow::http::testing {

/// Answers by path: `/echo` gives the body back, `/token/x` gives `x` from the loop, `/pool/x`
/// from the pool, `/large/n` n bytes, `/wait` and `/hang` (which
/// has a short timeout) wait for `release()`, `/throw` throws. `/stream/n` streams n pieces of 64 KiB;
/// `/stream-error` fails after one piece, `/stream-wait` waits for `release()` after one.
class SmallApplication : public Application {
public:
    std::variant<BodyLimit, WireReply> on_head(const WireRequest& head) override;
    std::variant<WireReply, PoolWork> on_request(WireRequest request) override;
    WireReply refusal(int status, std::string_view reason, std::uint16_t local_port) override;
    WireReply overloaded(const WireRequest& request, std::string_view reason) override;
    void finished(const WireRequest& request, int status, std::size_t bytes,
                  std::chrono::microseconds duration) noexcept override;

    /// Lets all work on `/hang` go on.
    void release();
    /// Lets later work on `/hang` wait again.
    void hold();

    std::atomic<std::size_t> requests{0};
    std::atomic<std::size_t> exchanges{0};
    std::atomic<std::size_t> last_bytes{0};  ///< of the exchange that finished last
    std::atomic<std::size_t> pieces{0};      ///< of streams, made so far

private:
    sdk::Result<std::string> wait_for_release();
    WireReply stream_reply(std::string_view target);

    std::mutex mutex_;
    std::condition_variable released_;
    bool free_ = false;
};

/// The one server of this test program: the library's endpoints should not be made twice.
struct SharedServer {
    SmallApplication application;
    Server server;
    SharedServer();
    std::uint16_t port() const { return server.ports().at(0); }
};
SharedServer& shared_server();
/// The deadlines that the shared server was started with.
Deadlines short_deadlines();

/// A blocking socket that shows exactly what came.
class RawClient {
public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient();

    [[nodiscard]] bool connected() const { return connected_; }
    /// False when the other end is gone.
    bool send(std::string_view bytes);
    void close_our_half();
    void close();
    /// Everything until the end of the stream, or until `wait` is over.
    std::string read_to_end(std::chrono::milliseconds wait = std::chrono::seconds(5));
    /// One reply with a Content-Length, head and body.
    std::string read_reply(bool head_only = false, std::chrono::milliseconds wait = std::chrono::seconds(5));
    /// Whatever is there within `wait`, empty if nothing.
    std::string read_some(std::chrono::milliseconds wait);
    /// True once the end of the stream has been read.
    [[nodiscard]] bool ended() const { return ended_; }

private:
    int descriptor_;
    bool connected_ = false;
    bool ended_ = false;
    std::string pending_;
};

/// Sends `bytes` on a new connection and reads to the end.
std::string ask(std::string_view bytes);
/// The status of the first reply in `text`, or 0.
int status_of(std::string_view text);
/// How many replies `text` starts: counts status lines.
std::size_t replies_in(std::string_view text);
std::string get(std::string_view path, std::string_view more_headers = "");

}  // namespace whatsflow::http::testing
