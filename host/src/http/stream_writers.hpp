/// \file
/// Threads that write bodies which are made while they are sent, such as an export.
///
/// Each stream has a thread of its own for as long as it lasts, because its next piece may come
/// from a database and its reader may be slow: neither may hold a loop or a worker. There are
/// few of them; past that number nothing is taken. Memory is one piece a stream.
#pragma once

#include "http/limits.hpp"

#include <whatsflow/sdk/result.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace whatsflow::http {

/// How the reader finds the end: a last chunk, or (HTTP/1.0) the end of the connection.
enum class StreamFraming { chunked, until_close };

struct Stream {
    std::string head;
    /// The next piece; empty: the end. Must not throw.
    std::function<sdk::Result<std::string>()> next;
    StreamFraming framing = StreamFraming::chunked;
};

class StreamWriters {
public:
    using Clock = std::chrono::steady_clock;
    /// `complete` is false after an error of the source, a lost or a stalled reader: then the
    /// connection must be cut, so that nobody takes the part for the whole.
    using Done = std::function<void(bool complete, std::size_t sent)>;

    StreamWriters(const Limits& limits, const Deadlines& deadlines);
    StreamWriters(const StreamWriters&) = delete;
    StreamWriters& operator=(const StreamWriters&) = delete;
    ~StreamWriters();

    /// `descriptor` must stay open until `done` has been called, on the stream's thread. False
    /// when too many streams run: then nothing was taken.
    [[nodiscard]] bool take(int descriptor, Stream stream, Done done);

    [[nodiscard]] std::size_t count() const;
    /// Takes nothing more and cuts what runs, at its next piece. Idempotent.
    void stop();
    /// False when `deadline` came first: a source hangs.
    bool wait_until_idle(Clock::time_point deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::http
