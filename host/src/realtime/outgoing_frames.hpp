/// \file
/// What waits to be sent to one page: frames in order, with a bound. A page that does not read
/// loses its connection, not the server its memory.
#pragma once

#include "realtime/frames.hpp"

#include <cstddef>
#include <deque>

namespace whatsflow::realtime {

class OutgoingFrames {
public:
    enum class Progress { all_sent, would_block, broken };

    /// False when it would hold more than `most` bytes.
    [[nodiscard]] bool add(Frame frame, std::size_t most);
    /// Forgets what has not been begun, for a last frame.
    void keep_only_begun();
    /// Sends what the socket takes now; never waits.
    Progress send(int descriptor);

    [[nodiscard]] bool empty() const { return frames_.empty(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    std::deque<Frame> frames_;
    std::size_t sent_of_first_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace whatsflow::realtime
