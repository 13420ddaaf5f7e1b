/// \file
/// One connection to one destination, every step of which ends at a deadline.
#pragma once

#include "net/outgoing_policy.hpp"
#include "net/url.hpp"

#include <Poco/Net/Context.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace whatsflow::net {

using Deadline = std::chrono::steady_clock::time_point;

/// Not thread-safe. Every method throws TransportError.
class Connection {
public:
    /// Resolves, judges, connects and, for https, shakes hands and verifies. Nothing of a
    /// request has been sent when it throws.
    static Connection open(const Url& url, const OutgoingPolicy& policy, const Poco::Net::Context::Ptr& context,
                           Deadline deadline, std::chrono::milliseconds connect_timeout);

    void write(std::string_view bytes, Deadline deadline);
    /// 0: the peer closed.
    std::size_t read(char* buffer, std::size_t size, Deadline deadline);

    /// False when the peer has closed, or sent something nobody asked for, while it was idle.
    bool is_quiet();

private:
    explicit Connection(Poco::Net::StreamSocket socket) : socket_(std::move(socket)) {}

    void limit(Deadline deadline);

    Poco::Net::StreamSocket socket_;
};

}  // namespace whatsflow::net
