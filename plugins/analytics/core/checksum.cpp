#include "checksum.hpp"

#include <zlib.h>

namespace whatsflow::analytics {

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace whatsflow::analytics
