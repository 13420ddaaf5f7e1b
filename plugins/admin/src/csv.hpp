/// \file
/// Comma separated values, written while they are read.
///
///     return csv_download("activity.csv", {"at", "action"}, [rows = …]() mutable { return next_rows(); });
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <functional>
#include <string>
#include <vector>

namespace whatsflow::admin {

using CsvRow = std::vector<std::string>;

/// One line, RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe.
std::string csv_line(const CsvRow& cells);

/// `next` gives the next rows; none: the end. It runs on another thread after the handler
/// returned, so it owns everything it uses.
sdk::Response csv_download(const std::string& filename, const CsvRow& header,
                           std::function<sdk::Result<std::vector<CsvRow>>()> next);

}  // namespace whatsflow::admin
