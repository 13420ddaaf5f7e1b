/// \file
/// One connection to one destination, every step of which ends at a deadline.
#pragma once

#include "net/outgoing_policy.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"
#include "net/url.hpp"

#include <Poco/Net/Session.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::net {

using Deadline = std::chrono::steady_clock::time_point;

enum class Handshake {
    full,     ///< the peer showed its certificate and proved that it has the key
    resumed,  ///< it proved that it remembers an earlier one
};

/// What every connection of a client is opened with.
struct Dialling {
    OutgoingPolicy policy;
    std::shared_ptr<const ClientContext> context;
    Resolver& resolver;
    std::chrono::milliseconds connect_timeout;
};

/// Not thread-safe. Every method throws TransportError.
class Connection {
public:
    /// Resolves, judges, connects and, for https, shakes hands and verifies. Nothing of a
    /// request has been sent when it throws. `known` is a TLS session of an earlier connection to
    /// the same destination, or null: with it the peer may spare both the long handshake.
    static Connection open(const Url& url, const Dialling& dialling, const Poco::Net::Session::Ptr& known,
                           Deadline deadline);

    /// Without TLS, for protocols that ask for it on the way (SMTP with STARTTLS). Whoever uses it
    /// sends no secret before secure().
    static Connection open_plain(const Url& url, const Dialling& dialling, Deadline deadline);
    /// Shakes hands on a plain connection and verifies that it is `host`.
    void secure(const std::string& host, const Poco::Net::Context::Ptr& context, Deadline deadline);

    void write(std::string_view bytes, Deadline deadline);
    /// 0: the peer closed.
    std::size_t read(char* buffer, std::size_t size, Deadline deadline);

    /// False when the peer has closed, or sent something nobody asked for, while it was idle.
    bool is_quiet();

    /// For the next connection. Null without TLS; useful only once an answer has been read, for
    /// that is when the peer's tickets have arrived.
    Poco::Net::Session::Ptr session();
    Handshake handshake();

private:
    explicit Connection(Poco::Net::StreamSocket socket) : socket_(std::move(socket)) {}

    void limit(Deadline deadline);

    Poco::Net::StreamSocket socket_;
};

}  // namespace whatsflow::net
