/// \file
/// A row of a table as a line of JSON, and back without a difference: `[1,null,"text",{"blob":"…"}]`.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::backup {

std::string to_line(const sdk::DbValues& values);
/// Nothing when it is not such a line.
std::optional<sdk::DbValues> from_line(std::string_view line);

}  // namespace whatsflow::backup
