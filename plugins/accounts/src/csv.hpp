/// \file
/// Lines of comma-separated values (RFC 4180) that a spreadsheet may open without harm.
#pragma once

#include <string>
#include <vector>

namespace whatsflow::accounts {

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace whatsflow::accounts
