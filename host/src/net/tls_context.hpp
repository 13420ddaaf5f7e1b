/// \file
/// How we trust: the one place that makes TLS settings for outgoing connections.
///
/// TLS 1.2 or newer, certificates verified against the system's authorities (and one file
/// more where a private authority is used), host names always checked.
#pragma once

#include <Poco/Net/Context.h>

#include <memory>
#include <mutex>
#include <string>

namespace whatsflow::net {

/// [thread-safe] Reading the system's authorities takes a quarter of a server's start, and many a
/// server calls nobody for hours: the settings are made for the first connection. A file of one's
/// own is read at once, so that a mistake in it is told at the start.
class ClientContext {
public:
    /// Throws TransportError when the file of authorities cannot be read.
    explicit ClientContext(std::string extra_ca_file);
    /// Throws TransportError when the system's authorities cannot be read.
    Poco::Net::Context::Ptr get() const;

private:
    const std::string extra_ca_file_;
    mutable std::mutex mutex_;
    mutable Poco::Net::Context::Ptr made_;
};

}  // namespace whatsflow::net
