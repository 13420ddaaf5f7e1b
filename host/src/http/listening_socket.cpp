#include "http/listening_socket.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

namespace whatsflow::http {
namespace {

std::uint16_t port_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return 0;
}

sdk::Error cannot_listen(const std::string& address, std::uint16_t port, int error) {
    const auto where = address + ":" + std::to_string(port);
    if (error == EADDRINUSE)
        return sdk::fail("http.port_taken", "Cannot listen on " + where + ": another program already uses this port.");
    if (error == EACCES)
        return sdk::fail("http.cannot_listen", "Cannot listen on " + where + ": this user may not open that port.");
    return sdk::fail("http.cannot_listen",
                     "Cannot listen on " + where + ": " + std::generic_category().message(error) + ".");
}

}  // namespace

sdk::Result<void> can_listen(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0 || found == nullptr)
        return sdk::fail("http.cannot_listen", "Cannot listen on " + address + ":" + std::to_string(port) +
                                                   ": this is not an address of this machine.");
    const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = descriptor < 0 ? errno : 0;
    if (descriptor >= 0) {
        const int on = 1;
        ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (::bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || ::listen(descriptor, 1) != 0) error = errno;
        ::close(descriptor);
    }
    ::freeaddrinfo(found);
    if (error != 0) return cannot_listen(address, port, error);
    return sdk::ok();
}

int find_listening_descriptor(std::uint16_t port) {
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) {
        const auto name = entry.path().filename().string();
        int descriptor = -1;
        std::from_chars(name.data(), name.data() + name.size(), descriptor);
        int listening = 0;
        socklen_t length = sizeof listening;
        if (descriptor >= 0 && ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 &&
            listening != 0 && port_of(descriptor) == port)
            return descriptor;
    }
    return -1;
}

void close_listening_descriptor(int descriptor) {
    // It has to be a stream socket: accepting on anything else is a fatal error to the library.
    const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (silent < 0) return;
    ::dup3(silent, descriptor, O_CLOEXEC);
    ::close(silent);
}

}  // namespace whatsflow::http
