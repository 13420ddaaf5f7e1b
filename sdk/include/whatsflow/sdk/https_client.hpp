/// \file
/// Calls to the outside world.
///
/// Certificates are always verified, the deadline covers the whole call, the answer's size
/// is capped, and each destination has a bulkhead and a circuit breaker so that a provider
/// that hangs does not take the site down.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <string>

namespace whatsflow::sdk {

struct OutgoingRequest {
    Method method = Method::get;
    std::string url;  ///< `https://…`; `http://` only to loopback addresses
    Headers headers;
    std::string body;
    /// True when sending it twice does no harm (idempotent, or with an idempotency key):
    /// then a lost keep-alive connection is retried once.
    bool repeatable = false;
    std::size_t max_response_bytes = 1024 * 1024;
    /// For an address that somebody outside wrote, such as a tenant's webhook: loopback, private
    /// networks and the like are `net.not_sent`, whatever the name resolves to.
    bool public_only = false;
};

struct IncomingResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

/// [thread-safe] Blocks: pool and job threads only.
/// Errors say what is known about the fate of the request:
///   `net.not_sent`      nothing left this machine (bad URL, refused, breaker open, bulkhead full)
///   `net.certificate`   the peer did not prove who it is; nothing was sent
///   `net.unknown`       sent, but no complete answer came before the deadline: it may have happened
///   `net.too_large`     the answer exceeded the cap
/// A response with any status, 500 included, is a success of this call.
class HttpsClient {
public:
    virtual Result<IncomingResponse> send(const CallContext& context, const OutgoingRequest& request) = 0;

protected:
    virtual ~HttpsClient();
};

}  // namespace whatsflow::sdk
