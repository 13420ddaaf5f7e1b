/// \file
/// What commands print: tables for people, JSON for programs.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::boot {

/// Results go to standard output; `json` prints the value as it is, otherwise an array of
/// objects becomes a table of `columns`, an empty one the sentence `when_empty`.
void print_result(const nlohmann::json& result, const std::vector<std::string>& columns, bool json,
                  const std::string& when_empty);

/// The table itself: a header in capitals and columns as wide as their widest cell.
std::string format_table(const nlohmann::json& rows, const std::vector<std::string>& columns);

/// Words go to standard error.
void say(const std::string& sentence);

}  // namespace whatsflow::boot
