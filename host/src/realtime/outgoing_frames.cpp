#include "realtime/outgoing_frames.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace whatsflow::realtime {

bool OutgoingFrames::add(Frame frame, std::size_t most) {
    if (bytes_ + frame->size() > most) return false;
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
    return true;
}

void OutgoingFrames::keep_only_begun() {
    const std::size_t kept = sent_of_first_ > 0 ? 1 : 0;
    frames_.resize(std::min(frames_.size(), kept));
    bytes_ = frames_.empty() ? 0 : frames_.front()->size() - sent_of_first_;
}

OutgoingFrames::Progress OutgoingFrames::send(int descriptor) {
    while (!frames_.empty()) {
        std::array<iovec, 16> parts{};
        std::size_t count = 0;
        std::size_t skip = sent_of_first_;
        for (const auto& frame : frames_) {
            if (count == parts.size()) break;
            // sendmsg only reads; its parameter is not const for historical reasons.
            parts[count++] = {const_cast<char*>(frame->data()) + skip, frame->size() - skip};
            skip = 0;
        }
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        const auto result = ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (result < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? Progress::would_block : Progress::broken;
        }
        bytes_ -= static_cast<std::size_t>(result);
        auto sent = sent_of_first_ + static_cast<std::size_t>(result);
        while (!frames_.empty() && sent >= frames_.front()->size()) {
            sent -= frames_.front()->size();
            frames_.pop_front();
        }
        sent_of_first_ = sent;
    }
    frames_ = {};  // an idle connection keeps no buffer
    return Progress::all_sent;
}

}  // namespace whatsflow::realtime
