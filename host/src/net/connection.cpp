#include "net/connection.hpp"

#include "net/transport_error.hpp"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SecureStreamSocketImpl.h>

#include <algorithm>

namespace whatsflow::net {
namespace {

using Kind = TransportError::Kind;
using Poco::Net::SocketAddress;

std::chrono::microseconds left_until(Deadline deadline) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero())
        throw TransportError(Kind::timed_out, "the deadline passed");
    return std::max(std::chrono::duration_cast<std::chrono::microseconds>(left), std::chrono::microseconds{1000});
}

Poco::Timespan to_timespan(std::chrono::microseconds duration) {
    return Poco::Timespan{duration.count()};
}

std::vector<SocketAddress> resolve(const Url& url, Resolver& resolver, Deadline deadline) {
    std::vector<SocketAddress> addresses;
    for (const auto& address : resolver.resolve(url.host, deadline)) addresses.emplace_back(address, url.port);
    return addresses;
}

void judge(const Url& url, const OutgoingPolicy& policy, const std::vector<SocketAddress>& addresses) {
    for (const auto& address : addresses) {
        if (!url.secure && !address.host().isLoopback()) {
            throw TransportError(Kind::forbidden, "http:// is only for this machine; use https:// for " + url.host);
        }
        if (policy.private_addresses == PrivateAddresses::refused && is_private(address.host())) {
            throw TransportError(Kind::forbidden, url.host + " is an address inside a private network");
        }
    }
}

/// Until the socket can go on, or the deadline passes. A plain socket that is not ready
/// answers as a secure one that wants to read.
void wait(Poco::Net::StreamSocket& socket, int result, Deadline deadline) {
    const bool wants_write = result == Poco::Net::SecureStreamSocket::ERR_SSL_WANT_WRITE;
    const auto direction = wants_write ? Poco::Net::Socket::SELECT_WRITE : Poco::Net::Socket::SELECT_READ;
    socket.poll(to_timespan(left_until(deadline)), direction);
}

Poco::Net::StreamSocket connect_plain(const SocketAddress& address, std::chrono::microseconds timeout) {
    Poco::Net::StreamSocket socket;
    socket.connect(address, to_timespan(timeout));
    return socket;
}

/// Everything on a secure socket happens without blocking, and we wait: the library's own
/// waiting starts its timeout again with each byte, so that a peer that drips bytes could
/// stretch a handshake as long as it likes. The plain socket has to be non-blocking before
/// the secure one is put over it; afterwards the library no longer notices.
Poco::Net::StreamSocket shake_hands(Poco::Net::StreamSocket plain, const std::string& host,
                                    const Poco::Net::Context::Ptr& context, const Poco::Net::Session::Ptr& known,
                                    Deadline deadline) {
    plain.setBlocking(false);
    try {
        // The name is the one to prove, and the one to ask for (SNI).
        auto socket = Poco::Net::SecureStreamSocket::attach(plain, host, context, known);
        while (true) {
            const int result = socket.completeHandshake();
            if (result > 0) break;
            const bool wants_write = result == Poco::Net::SecureStreamSocket::ERR_SSL_WANT_WRITE;
            if (!wants_write && result != Poco::Net::SecureStreamSocket::ERR_SSL_WANT_READ) {
                throw TransportError(Kind::unreachable, host + " closed the connection during the handshake");
            }
            wait(socket, result, deadline);
        }
        socket.verifyPeerCertificate(host);
        return socket;  // sliced on purpose: the shared implementation stays secure
    } catch (const Poco::Net::SSLConnectionUnexpectedlyClosedException&) {
        throw TransportError(Kind::unreachable, host + " closed the connection during the handshake");
    } catch (const Poco::Net::SSLException& problem) {
        throw TransportError(Kind::certificate, host + " did not prove who it is: " + problem.displayText());
    }
}

/// Tries one address after the other; `finish` makes the connection of a socket.
template <class Finish>
Connection first_that_answers(const Url& url, const std::vector<SocketAddress>& addresses, const Dialling& dialling,
                              Deadline deadline, Finish finish) {
    std::string problems;
    for (const auto& address : addresses) {
        const auto timeout = std::min<std::chrono::microseconds>(left_until(deadline), dialling.connect_timeout);
        try {
            return finish(connect_plain(address, timeout));
        } catch (const Poco::TimeoutException&) {
            problems += (problems.empty() ? "" : "; ") + address.toString() + " did not answer in time";
        } catch (const Poco::Exception& problem) {
            problems += (problems.empty() ? "" : "; ") + address.toString() + ": " + problem.displayText();
        }
    }
    dialling.resolver.forget(url.host);
    throw TransportError(Kind::unreachable, url.host + " cannot be reached: " + problems);
}

}  // namespace

Connection Connection::open(const Url& url, const Dialling& dialling, const Poco::Net::Session::Ptr& known,
                            Deadline deadline) {
    const auto addresses = resolve(url, dialling.resolver, deadline);
    judge(url, dialling.policy, addresses);
    return first_that_answers(url, addresses, dialling, deadline, [&](Poco::Net::StreamSocket socket) {
        return Connection{url.secure
                              ? shake_hands(std::move(socket), url.host, dialling.context->get(), known, deadline)
                              : std::move(socket)};
    });
}

Connection Connection::open_plain(const Url& url, const Dialling& dialling, Deadline deadline) {
    return first_that_answers(url, resolve(url, dialling.resolver, deadline), dialling, deadline,
                              [](Poco::Net::StreamSocket socket) { return Connection{std::move(socket)}; });
}

void Connection::secure(const std::string& host, const Poco::Net::Context::Ptr& context, Deadline deadline) {
    try {
        socket_ = shake_hands(socket_, host, context, nullptr, deadline);
    } catch (const Poco::Exception& problem) {
        throw TransportError(Kind::disconnected, "the handshake with " + host + " failed: " + problem.displayText());
    }
}

void Connection::limit(Deadline deadline) {
    const auto left = to_timespan(left_until(deadline));
    socket_.setReceiveTimeout(left);
    socket_.setSendTimeout(left);
}

void Connection::write(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
        limit(deadline);
        try {
            // At most a TLS record at a time, so that the deadline is looked at in between.
            const auto part = bytes.substr(0, 16 * 1024);
            const int sent = socket_.sendBytes(part.data(), static_cast<int>(part.size()));
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else {
                wait(socket_, sent, deadline);
            }
        } catch (const Poco::TimeoutException&) {
            throw TransportError(Kind::timed_out, "the deadline passed while sending");
        } catch (const Poco::Exception& problem) {
            throw TransportError(Kind::disconnected, "sending failed: " + problem.displayText());
        }
    }
}

std::size_t Connection::read(char* buffer, std::size_t size, Deadline deadline) {
    while (true) {
        limit(deadline);
        try {
            const int received = socket_.receiveBytes(buffer, static_cast<int>(size));
            if (received >= 0) return static_cast<std::size_t>(received);
            wait(socket_, received, deadline);
        } catch (const Poco::TimeoutException&) {
            throw TransportError(Kind::timed_out, "the deadline passed while waiting for the answer");
        } catch (const Poco::Exception& problem) {
            throw TransportError(Kind::disconnected, "receiving failed: " + problem.displayText());
        }
    }
}

bool Connection::is_quiet() {
    try {
        return !socket_.poll(Poco::Timespan{}, Poco::Net::Socket::SELECT_READ | Poco::Net::Socket::SELECT_ERROR);
    } catch (const Poco::Exception&) {
        return false;
    }
}

Poco::Net::Session::Ptr Connection::session() {
    auto* const secure = dynamic_cast<Poco::Net::SecureStreamSocketImpl*>(socket_.impl());
    return secure ? secure->currentSession() : nullptr;
}

Handshake Connection::handshake() {
    auto* const secure = dynamic_cast<Poco::Net::SecureStreamSocketImpl*>(socket_.impl());
    return secure && secure->sessionWasReused() ? Handshake::resumed : Handshake::full;
}

}  // namespace whatsflow::net
