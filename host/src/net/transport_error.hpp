/// \file
/// What can go wrong on a connection, as the exception that stays inside this folder.
#pragma once

#include <stdexcept>
#include <string>

namespace whatsflow::net {

class TransportError : public std::runtime_error {
public:
    enum class Kind {
        unreachable,   ///< no connection could be made
        certificate,   ///< the peer did not prove who it is
        forbidden,     ///< the address is not one we may call
        disconnected,  ///< the connection broke
        timed_out,     ///< the deadline passed
    };

    TransportError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

}  // namespace whatsflow::net
