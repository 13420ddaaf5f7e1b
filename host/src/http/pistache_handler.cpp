#include "http/pistache_handler.hpp"

#include <pistache/peer.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <utility>

namespace whatsflow::http {
namespace {

constexpr const char* kConnection = "wf.connection";

std::uint16_t local_port_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

/// Pistache deals connections to its threads by descriptor number. Duplicates in the same range
/// would take every second number, and with two threads one of them would get all the work.
int duplicate_out_of_the_way(int descriptor, std::size_t above) {
    const int high = ::fcntl(descriptor, F_DUPFD_CLOEXEC, static_cast<int>(above));
    return high >= 0 ? high : ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

/// What a peer carries. It lets go of the connection in onDisconnection, in code of ours: the
/// library destroys the peer in whichever thread held it last, which its count of holders puts
/// after everything else. A race detector does not see that count, but it sees this flag.
struct Slot {
    explicit Slot(std::shared_ptr<Connection> carried) : connection(std::move(carried)) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { static_cast<void>(left.load(std::memory_order_acquire)); }

    std::shared_ptr<Connection> connection;
    std::atomic<bool> left{false};
};

std::shared_ptr<Slot> slot_of(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    return std::static_pointer_cast<Slot>(peer->tryGetData(kConnection));
}

}  // namespace

PistacheHandler::PistacheHandler(std::shared_ptr<Wire> wire)
    : wire_(std::move(wire)), unused_parser_(std::make_shared<Pistache::Http::RequestParser>(1)) {}

void PistacheHandler::onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    // Nothing thrown here may reach the loop: it would end the process.
    try {
        peer->putData(ParserData, unused_parser_);
        const int descriptor = duplicate_out_of_the_way(peer->fd(), wire_->options.limits.connections + 256);
        if (descriptor < 0) {
            ::shutdown(peer->fd(), SHUT_RDWR);
            return;
        }
        auto connection =
            std::make_shared<Connection>(wire_, descriptor, peer->address().host(), local_port_of(descriptor));
        peer->putData(kConnection, std::make_shared<Slot>(connection));
        connection->open();
    } catch (...) {
        ::shutdown(peer->fd(), SHUT_RDWR);
    }
}

void PistacheHandler::onInput(const char* bytes, std::size_t length, const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    try {
        const auto slot = slot_of(peer);
        if (slot && slot->connection) slot->connection->receive({bytes, length});
    } catch (...) {
        ::shutdown(peer->fd(), SHUT_RDWR);
    }
}

void PistacheHandler::onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
    try {
        auto* slot = slot_of(peer).get();  // the peer holds it
        if (slot == nullptr) return;
        if (slot->connection) slot->connection->input_ended();
        slot->connection.reset();
        slot->left.store(true, std::memory_order_release);
    } catch (...) {
        // The peer is going away in any case.
    }
}

}  // namespace whatsflow::http
