#include "http/stream_writers.hpp"

#include "http/slow_readers.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace whatsflow::http {

/// Shared with the threads, because one that hangs in its source may outlive the server.
struct StreamWriters::State {
    State(const Limits& given, const Deadlines& times) : limits(given), deadlines(times) {}

    const Limits limits;
    const Deadlines deadlines;
    mutable std::mutex mutex;
    std::condition_variable idle;
    std::size_t count = 0;
    bool stopped = false;

    bool is_stopped() const {
        const std::lock_guard lock(mutex);
        return stopped;
    }
    bool send_all(int descriptor, Outgoing outgoing, std::size_t& sent) const;
    bool write(int descriptor, const Stream& stream, std::size_t& sent) const;
    void finish();
};

namespace {

std::string chunk_head(std::size_t size) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

}  // namespace

/// Waits for the reader, but not for one who takes nothing, or next to nothing.
bool StreamWriters::State::send_all(int descriptor, Outgoing outgoing, std::size_t& sent) const {
    const auto tick = std::min(deadlines.sweep, deadlines.stream_stall);
    const auto over_at = Clock::now() + deadlines.reader_total;
    auto stalled_at = Clock::now() + deadlines.stream_stall;
    while (true) {
        const auto before = outgoing.sent;
        const auto result = send_some(descriptor, outgoing);
        sent += outgoing.sent - before;
        if (result != SendResult::would_block) return result == SendResult::complete;
        const auto now = Clock::now();
        if (outgoing.sent != before) stalled_at = now + deadlines.stream_stall;
        if (now >= stalled_at || now >= over_at || is_stopped()) return false;
        pollfd polled{descriptor, POLLOUT, 0};
        ::poll(&polled, 1, static_cast<int>(tick.count()));
    }
}

bool StreamWriters::State::write(int descriptor, const Stream& stream, std::size_t& sent) const {
    if (!send_all(descriptor, {stream.head, nullptr}, sent)) return false;
    const bool chunked = stream.framing == StreamFraming::chunked;
    // The end of one chunk goes out with the beginning of the next.
    std::string_view before_chunk;
    while (!is_stopped()) {
        auto piece = stream.next();
        if (!piece) return false;
        if (piece->empty())
            return !chunked || send_all(descriptor, {std::string(before_chunk) + "0\r\n\r\n", nullptr}, sent);
        std::string head;
        if (chunked) head = std::string(before_chunk) + chunk_head(piece->size());
        before_chunk = "\r\n";
        if (!send_all(descriptor, {std::move(head), std::make_shared<const std::string>(std::move(*piece))}, sent))
            return false;
    }
    return false;
}

void StreamWriters::State::finish() {
    const std::lock_guard lock(mutex);
    --count;
    if (count == 0) idle.notify_all();
}

StreamWriters::StreamWriters(const Limits& limits, const Deadlines& deadlines)
    : state_(std::make_shared<State>(limits, deadlines)) {}

StreamWriters::~StreamWriters() {
    stop();
}

bool StreamWriters::take(int descriptor, Stream stream, Done done) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped || state_->count >= state_->limits.streams) return false;
        ++state_->count;
    }
    try {
        // Detached: a thread that hangs in a plugin's code can never be joined.
        std::thread([state = state_, descriptor, stream = std::move(stream), done = std::move(done)]() mutable {
            std::size_t sent = 0;
            const bool complete = state->write(descriptor, stream, sent);
            // What the source holds is given back before the next request may come.
            stream.next = nullptr;
            done(complete, sent);
            done = nullptr;
            state->finish();
        }).detach();
        return true;
    } catch (const std::system_error&) {
        state_->finish();
        return false;
    }
}

std::size_t StreamWriters::count() const {
    const std::lock_guard lock(state_->mutex);
    return state_->count;
}

void StreamWriters::stop() {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
}

bool StreamWriters::wait_until_idle(Clock::time_point deadline) {
    std::unique_lock lock(state_->mutex);
    return state_->idle.wait_until(lock, deadline, [&] { return state_->count == 0; });
}

}  // namespace whatsflow::http
