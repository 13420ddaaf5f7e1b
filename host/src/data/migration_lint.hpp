/// \file
/// What a migration must not contain, each rule with its reason in the sentence it answers:
/// column types that lose money, crash clients or cost milliseconds, and other owners' tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::data {

/// One sentence for each fault; empty when the file may run. `table_prefix` is what every
/// table the file names must begin with, such as `landing_`.
[[nodiscard]] std::vector<std::string> lint_migration(std::string_view table_prefix, std::string_view sql);

}  // namespace whatsflow::data
