/// \file
/// `IN (?, ?, …)` for a list of any length with few different statements: lists are filled up
/// to the next of a few sizes by repeating their last value, so prepared statements are reused.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <string>
#include <vector>

namespace whatsflow::background {

/// `(?, ?, ?, ?)` for `values`, which grows to that many. Not for an empty list.
std::string in_list(std::vector<std::string>& values);

void append(sdk::DbValues& to, const std::vector<std::string>& values);

/// At most as many characters as a column `error` holds, cut between characters.
std::string shortened(std::string text, std::size_t most = 480);

}  // namespace whatsflow::background
