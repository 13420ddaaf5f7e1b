#include "http/slow_readers.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace whatsflow::http {

SendResult send_some(int descriptor, Outgoing& outgoing) {
    while (!outgoing.complete()) {
        std::array<iovec, 2> parts{};
        std::size_t count = 0;
        std::size_t skip = outgoing.sent;
        const auto add = [&](const std::string& text) {
            if (skip >= text.size()) {
                skip -= text.size();
                return;
            }
            // sendmsg only reads; its parameter is not const for historical reasons.
            parts[count++] = {const_cast<char*>(text.data()) + skip, text.size() - skip};
            skip = 0;
        };
        add(outgoing.head);
        if (outgoing.body) add(*outgoing.body);
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        const auto sent = ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN || errno == EWOULDBLOCK ? SendResult::would_block : SendResult::broken;
        }
        outgoing.sent += static_cast<std::size_t>(sent);
    }
    return SendResult::complete;
}

SlowReaders::SlowReaders(const Limits& limits, const Deadlines& deadlines)
    : limits_(limits),
      deadlines_(deadlines),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

SlowReaders::~SlowReaders() {
    stop();
    ::close(wake_);
}

void SlowReaders::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

bool SlowReaders::take(int descriptor, Outgoing outgoing, Done done) {
    {
        const std::lock_guard lock(mutex_);
        const auto bytes = outgoing.size();
        if (stopped_ || count_ >= limits_.slow_readers || bytes_ + bytes > limits_.slow_reader_bytes) return false;
        ++count_;
        bytes_ += bytes;
        const auto now = Clock::now();
        arriving_.push_back({descriptor, std::move(outgoing), std::move(done), now + deadlines_.reader_stall,
                             now + deadlines_.reader_total});
    }
    wake();
    return true;
}

std::size_t SlowReaders::count() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

void SlowReaders::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    wake();
    if (thread_.joinable()) thread_.join();
}

void SlowReaders::run() {
    std::vector<Reader> readers;
    std::vector<pollfd> polled;
    while (true) {
        bool stopping = false;
        {
            const std::lock_guard lock(mutex_);
            std::ranges::move(arriving_, std::back_inserter(readers));
            arriving_.clear();
            stopping = stopped_;
        }
        polled.clear();
        polled.push_back({wake_, POLLIN, 0});
        for (const auto& reader : readers) polled.push_back({reader.descriptor, POLLOUT, 0});
        const auto tick = std::min<std::chrono::milliseconds>(deadlines_.sweep, deadlines_.reader_stall);
        const int timeout = stopping ? 0 : readers.empty() ? -1 : static_cast<int>(tick.count());
        ::poll(polled.data(), polled.size(), timeout);
        std::uint64_t ignored = 0;
        [[maybe_unused]] const auto drained = ::read(wake_, &ignored, sizeof ignored);

        const auto now = Clock::now();
        std::vector<std::pair<Reader, bool>> finished;
        std::vector<Reader> kept;
        for (std::size_t i = 0; i < readers.size(); ++i) {
            auto& reader = readers[i];
            const auto before = reader.outgoing.sent;
            auto result = SendResult::would_block;
            if (polled[i + 1].revents != 0) result = send_some(reader.descriptor, reader.outgoing);
            if (reader.outgoing.sent != before) reader.stalled_at = now + deadlines_.reader_stall;
            const bool over = stopping || now >= reader.stalled_at || now >= reader.over_at;
            if (result == SendResult::would_block && !over)
                kept.push_back(std::move(reader));
            else
                finished.emplace_back(std::move(reader), result == SendResult::complete);
        }
        readers = std::move(kept);
        for (auto& [reader, complete] : finished) {
            {
                const std::lock_guard lock(mutex_);
                --count_;
                bytes_ -= reader.outgoing.size();
            }
            reader.done(complete, reader.outgoing.sent);
        }
        if (stopping && readers.empty()) return;
    }
}

}  // namespace whatsflow::http
