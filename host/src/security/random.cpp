#include "security/random.hpp"

#include <sodium.h>

#include <cstdlib>

namespace whatsflow::security {

std::string random_bytes(std::size_t count) {
    if (sodium_init() < 0) std::abort();
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

}  // namespace whatsflow::security
