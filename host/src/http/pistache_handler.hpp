/// \file
/// Stands between Pistache's loop and our connections.
///
/// Pistache accepts, polls and reads; every byte goes to a Connection untouched. Its own parser,
/// its typed headers, its replies and its timeouts are never used.
#pragma once

#include "http/connection.hpp"

#include <pistache/http.h>

namespace whatsflow::http {

class PistacheHandler : public Pistache::Http::Handler {
public:
    HTTP_PROTOTYPE(PistacheHandler)

    explicit PistacheHandler(std::shared_ptr<Wire> wire);

    void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    void onInput(const char* bytes, std::size_t length, const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
    /// Never called: Pistache's own reading step, which would call it, is replaced.
    void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter) override {}

private:
    std::shared_ptr<Wire> wire_;
    /// Pistache asks each peer for its parser to find idle ones; this one is never fed.
    std::shared_ptr<Pistache::Http::RequestParser> unused_parser_;
};

}  // namespace whatsflow::http
