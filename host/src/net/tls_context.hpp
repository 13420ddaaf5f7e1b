/// \file
/// How we trust: the one place that makes TLS settings for outgoing connections.
///
/// TLS 1.2 or newer, certificates verified against the system's authorities (and one file
/// more where a private authority is used), host names always checked.
#pragma once

#include <Poco/Net/Context.h>

#include <string>

namespace whatsflow::net {

/// Throws TransportError when the file of authorities cannot be read.
Poco::Net::Context::Ptr make_client_context(const std::string& extra_ca_file);

}  // namespace whatsflow::net
