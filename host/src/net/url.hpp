/// \file
/// Where an outgoing request goes, taken apart and checked before anything else happens.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <string>

namespace whatsflow::net {

struct Url {
    bool secure = true;
    std::string host;  ///< lower case; an IPv6 address without brackets
    std::uint16_t port = 443;
    std::string target;  ///< path and query, starts with `/`

    /// `host:port`, with brackets where needed; the key of the connection pool.
    std::string authority() const;
    /// As the Host header has it: without the port when it is the usual one.
    std::string host_header() const;
};

/// Error `net.not_sent` for anything but a plain `https://` or `http://` address: user
/// names, spaces, control characters and fragments are refused.
sdk::Result<Url> read_url(const std::string& text);

}  // namespace whatsflow::net
