/// \file
/// Lines that were written a moment ago, taken apart again for the staff's page of logs.
///
/// A line is made once, on the thread that logs. To be able to read it later costs that thread
/// a few characters behind the text, which are never written; the rest is done when somebody asks.
#pragma once

#include "logging/line.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::logging {

/// A line for people with, behind it, where its message stands.
[[nodiscard]] std::string marked_text_line(const Line& line);
/// Takes the mark off again; a line without one stays as it is.
[[nodiscard]] RecentLine without_mark(std::string_view text);

/// What a line said. Secrets are masked already: they never were in it.
struct ReadLine {
    std::string at;  ///< RFC 3339
    sdk::LogLevel level = sdk::LogLevel::info;
    std::string source;  ///< part of the host, or plugin
    std::string message;
    sdk::LogFields fields;
    std::string request_id;
};

[[nodiscard]] ReadLine read_line(const RecentLine& line);

/// Newest first: at least as important as `least`, and containing `contains` in any letter case.
[[nodiscard]] std::vector<ReadLine> select(const std::vector<RecentLine>& lines, sdk::LogLevel least,
                                           std::string_view contains, std::size_t limit);

}  // namespace whatsflow::logging
