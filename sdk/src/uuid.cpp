#include <whatsflow/sdk/id.hpp>

#include <sys/random.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace whatsflow::sdk {
namespace {

/// Milliseconds and a 12-bit counter: RFC 9562 section 6.2, method 1. The counter borrows
/// from the next millisecond when it runs over, so ids of one process always increase.
std::uint64_t next_tick() {
    static std::mutex mutex;
    static std::uint64_t last = 0;
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count();
    std::uint64_t tick = static_cast<std::uint64_t>(now) << 12;
    std::lock_guard lock(mutex);
    last = tick > last ? tick : last + 1;
    return last;
}

/// Random bytes in batches: a system call an id would cost more than the id.
void random_tail(std::uint8_t* target) {
    thread_local std::array<std::uint8_t, 1024> pool{};
    thread_local std::size_t used = pool.size();
    if (used + 8 > pool.size()) {
        std::size_t filled = 0;
        while (filled < pool.size()) {
            auto got = ::getrandom(pool.data() + filled, pool.size() - filled, 0);
            if (got > 0) filled += static_cast<std::size_t>(got);
        }
        used = 0;
    }
    for (int i = 0; i < 8; ++i) target[i] = pool[used++];
}

}  // namespace

std::string make_uuid() {
    std::array<std::uint8_t, 16> bytes{};
    const std::uint64_t tick = next_tick();
    const std::uint64_t millis = tick >> 12;
    for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70 | ((tick >> 8) & 0x0f));
    bytes[7] = static_cast<std::uint8_t>(tick & 0xff);
    random_tail(bytes.data() + 8);
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));

    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
        text.push_back(kHex[bytes[i] >> 4]);
        text.push_back(kHex[bytes[i] & 0x0f]);
    }
    return text;
}

}  // namespace whatsflow::sdk
