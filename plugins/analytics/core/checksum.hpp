/// \file
/// CRC-32, to tell a whole record from a torn one.
#pragma once

#include <cstdint>
#include <string_view>

namespace whatsflow::analytics {

std::uint32_t checksum(std::string_view bytes);

}  // namespace whatsflow::analytics
