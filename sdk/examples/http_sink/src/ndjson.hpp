/// \file
/// Events as newline-delimited JSON: one object a line, the same for the same event.
#pragma once

#include <whatsflow/sdk/analytics_sink.hpp>

#include <span>
#include <string>

namespace httpsink {

namespace sdk = whatsflow::sdk;

/// Text that is not valid UTF-8 is replaced, never sent as it is.
std::string to_ndjson(std::span<const sdk::AnalyticsEvent> events);

}  // namespace httpsink
