/// \file
/// The line between the wire and the application.
///
/// `host/src/http` turns bytes into well-formed requests and replies into bytes; it knows no
/// routes, users or templates. `host/src/web` implements `Application` and knows no sockets.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace whatsflow::http {

/// A well-formed request, as it came: nothing is decoded, nothing normalised.
struct WireRequest {
    std::string method;  ///< as written, a token
    std::string target;  ///< origin form, starts with `/`, at most 8 KiB
    sdk::Headers headers;
    std::string body;
    std::string peer_address;      ///< of the socket, not of X-Forwarded-For
    std::uint16_t local_port = 0;  ///< which listener it came to
    std::chrono::steady_clock::time_point received_at{};
    /// What the application found out about this request in `on_head`. The wire carries it
    /// along untouched (copies share it) and hands it back in every later call.
    mutable std::shared_ptr<void> note;
};

/// A complete reply. The body is shared so that cached pages are never copied.
struct WireReply {
    int status = 200;
    /// Without Connection, Content-Length and Date: the wire writes those itself.
    sdk::Headers headers;
    /// More header lines, each `Name: value\r\n`, made once for every reply of a cached page;
    /// written as they are, before `headers`. Null for most replies.
    std::shared_ptr<const std::string> header_block;
    std::shared_ptr<const std::string> body;
    /// Instead of a body: gives it piece by piece while it is sent, empty at the end, on a
    /// thread for streams. An error cuts the connection. Must not throw.
    std::function<sdk::Result<std::string>()> stream;
    /// True for HEAD: Content-Length as if there were a body, but none is sent.
    bool head_only = false;
    bool close = false;
};

/// Work that may block: runs on the worker pool, once. Must not throw.
using Deferred = std::function<WireReply()>;

struct PoolWork {
    Deferred run;
    std::chrono::milliseconds timeout{10'000};  ///< then the client gets 503 and the worker is written off
    std::string owner;                          ///< plugin id, for the log and the fault counter
};

/// What to do with a request once its head has been read.
struct BodyLimit {
    std::size_t bytes = 0;
};

/// Called by the wire. All methods but `overloaded` run on loop threads and must not block.
class Application {
public:
    virtual ~Application() = default;

    /// The head has been read and is well formed. Answer with the largest body to accept
    /// (413 past it), or with a reply that ends the exchange before any body is read.
    virtual std::variant<BodyLimit, WireReply> on_head(const WireRequest& head) = 0;

    /// Answer now from memory, or hand over work for the pool.
    virtual std::variant<WireReply, PoolWork> on_request(WireRequest request) = 0;

    /// The request broke the rules of HTTP, or the wire's limits: make the page for it. The
    /// connection closes after it. Status is one of 400, 408, 413, 414, 431, 501, 505.
    virtual WireReply refusal(int status, std::string_view reason, std::uint16_t local_port) = 0;

    /// The pool is full, the server is draining, or the work ran into its timeout. `request`
    /// has its note, but neither headers nor body.
    virtual WireReply overloaded(const WireRequest& request, std::string_view reason) = 0;

    /// One exchange is over: for the access log and the metrics. Any thread. `request` as in
    /// `overloaded`.
    virtual void finished(const WireRequest& request, int status, std::size_t bytes,
                          std::chrono::microseconds duration) noexcept = 0;
};

}  // namespace whatsflow::http
