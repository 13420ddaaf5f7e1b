#include <whatsflow/sdk/id.hpp>

#include <sys/random.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace whatsflow::sdk {
namespace {

/// Milliseconds and a 12-bit counter: RFC 9562 section 6.2, method 1. The counter borrows
/// from the next millisecond when it runs over, so ids of one process always increase.
std::uint64_t next_tick() {
    static std::atomic<std::uint64_t> last{0};
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const std::uint64_t tick = static_cast<std::uint64_t>(now) << 12;
    std::uint64_t before = last.load(std::memory_order_relaxed);
    std::uint64_t mine = 0;
    do mine = tick > before ? tick : before + 1;
    while (!last.compare_exchange_weak(before, mine, std::memory_order_relaxed));
    return mine;
}

/// Random bytes in batches: a system call an id would cost more than the id.
std::uint64_t random_bits() {
    thread_local std::array<std::uint64_t, 256> pool;
    thread_local std::size_t used = pool.size();
    if (used == pool.size()) {
        auto* const bytes = reinterpret_cast<char*>(pool.data());
        std::size_t filled = 0;
        while (filled < sizeof pool) {
            const auto got = ::getrandom(bytes + filled, sizeof pool - filled, 0);
            if (got > 0) filled += static_cast<std::size_t>(got);
        }
        used = 0;
    }
    return pool[used++];
}

/// The two digits of every byte, side by side.
constexpr auto kHex = [] {
    std::array<char, 512> text{};
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t byte = 0; byte < 256; ++byte) {
        text[2 * byte] = digits[byte >> 4];
        text[2 * byte + 1] = digits[byte & 0x0f];
    }
    return text;
}();

/// The last `bytes` bytes of `value`, highest first.
char* write_hex(char* target, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8, target += 2)
        std::memcpy(target, kHex.data() + 2 * ((value >> shift) & 0xff), 2);
    return target;
}

}  // namespace

std::string make_uuid() {
    const std::uint64_t tick = next_tick();
    const std::uint64_t random = random_bits();
    std::string text(36, '-');
    char* at = text.data();
    at = write_hex(at, tick >> 28, 4) + 1;
    at = write_hex(at, tick >> 12, 2) + 1;
    at = write_hex(at, 0x7000 | (tick & 0x0fff), 2) + 1;
    at = write_hex(at, 0x8000 | ((random >> 48) & 0x3fff), 2) + 1;
    write_hex(at, random, 6);
    return text;
}

}  // namespace whatsflow::sdk
