/// \file
/// The bytes in front of an outgoing body.
#pragma once

#include "net/url.hpp"

#include <whatsflow/sdk/https_client.hpp>

namespace whatsflow::net {

/// Error `net.not_sent` for a header that could smuggle another one in, or that frames the
/// message, which is ours to do.
sdk::Result<std::string> make_request_head(const sdk::CallContext& context, const sdk::OutgoingRequest& request,
                                           const Url& url);

}  // namespace whatsflow::net
