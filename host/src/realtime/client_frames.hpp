/// \file
/// For tests: frames as a client sends them, masked.
#pragma once

#include "realtime/frames.hpp"

namespace whatsflow::realtime::testing {

inline std::string client_frame(Opcode opcode, std::string_view payload, bool last = true) {
    std::string frame = *make_frame(opcode, payload);
    const auto head = frame.size() - payload.size();
    if (!last) frame[0] = static_cast<char>(frame[0] & 0x7f);
    frame[1] = static_cast<char>(frame[1] | 0x80);
    constexpr std::string_view kMask = "\x12\x34\x56\x78";
    for (std::size_t i = 0; i < payload.size(); ++i)
        frame[head + i] = static_cast<char>(frame[head + i] ^ kMask[i % 4]);
    frame.insert(head, kMask);
    return frame;
}

}  // namespace whatsflow::realtime::testing
