/// \file
/// `flags import`, `flags export`, `flags evaluate`.
#pragma once

#include "store.hpp"

#include <iosfwd>

namespace whatsflow::flags {

sdk::Result<void> register_commands(sdk::Host& host, Store& store);

/// JSON lines `{"flag", "context"}` in, `{"flag", "enabled", "variant"}` out, in the same order.
/// An error names the line; what was answered before it has been written.
sdk::Result<void> evaluate_lines(std::string_view definitions, std::istream& in, std::ostream& out,
                                 const sdk::Clock& clock);

}  // namespace whatsflow::flags
