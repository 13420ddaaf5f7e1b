/// \file
/// What Pistache does not offer for its listening sockets: a clear reason why one cannot be had,
/// a real backlog, and closing it while the connections go on.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <string>

namespace whatsflow::http {

/// Binds and listens for a moment. Error `http.port_taken` or `http.cannot_listen`.
sdk::Result<void> can_listen(const std::string& address, std::uint16_t port);

/// The descriptor in this process that listens on `port`, or -1.
int find_listening_descriptor(std::uint16_t port);

/// Replaces the listening socket behind `descriptor` by one that never accepts, so that new
/// clients are refused at once and the accept thread neither spins nor fails.
void close_listening_descriptor(int descriptor);

}  // namespace whatsflow::http
