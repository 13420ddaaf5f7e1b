/// \file
/// One log line as text, for people or for machines.
///
/// Nobody can forge a line: control characters, and bytes that are not UTF-8, are escaped.
/// Fields whose name says that they are secret are masked, phone numbers keep two digits.
#pragma once

#include "logging/logging.hpp"

#include <whatsflow/sdk/time.hpp>

namespace whatsflow::logging {

struct Line {
    sdk::Instant time;
    sdk::LogLevel level = sdk::LogLevel::info;
    std::string_view logger;
    bool of_plugin = false;
    std::string_view request_id;
    std::string_view message;
    const sdk::LogFields& fields;
};

/// `2026-03-10T08:00:00.000000Z INFO  http: listening port=5253 request_id=…`
std::string to_text_line(const Line& line);
/// The same; tells where the message stands in it.
std::string to_text_line(const Line& line, std::size_t& message_at, std::size_t& message_size);
/// `{"time":…,"level":"info","logger":"http","message":"listening","port":"5253"}`
std::string to_json_line(const Line& line);

/// What a field shows: `***` for secrets, `+94******67` for phone numbers.
std::string shown_value(std::string_view name, std::string_view value);
/// Control characters as `\n` or `\x1b`, everything else as it is.
std::string escaped(std::string_view text);

}  // namespace whatsflow::logging
