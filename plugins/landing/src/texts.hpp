/// \file
/// Texts of the locale files, as the pages ask for them.
///
/// Models are built by plain functions that take a `Texts`, so that a test can hand them a
/// lambda and a page can hand them the host.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace whatsflow::landing {

/// A text by its key below `landing.`, in the visitor's language.
using Texts = std::function<std::string(std::string_view key)>;

/// 50000 → "50,000".
std::string grouped(std::int64_t number);

}  // namespace whatsflow::landing
