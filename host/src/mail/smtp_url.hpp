/// \file
/// The mail server as the operator writes it: `smtp://user:password@host:587`, or `smtps://…`.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::mail {

struct SmtpServer {
    bool tls_first = false;  ///< smtps
    std::string host;        ///< an IPv6 address without brackets
    std::uint16_t port = 587;
    std::string user;
    std::string password;
};

/// User and password are percent-encoded. Ports when none is given: 587, and 465 for smtps.
/// The error never has the password in it.
sdk::Result<SmtpServer> parse_smtp_url(std::string_view text);

}  // namespace whatsflow::mail
