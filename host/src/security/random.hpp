/// \file
/// Bytes nobody can guess, from the operating system's generator.
///
/// Everything secret that the process makes up (visitor ids, keys, masks) comes from here.
#pragma once

#include <cstddef>
#include <string>

namespace whatsflow::security {

/// `count` unpredictable bytes. [thread-safe] Ends the process when the system has no
/// random source: going on without one would be worse.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace whatsflow::security
