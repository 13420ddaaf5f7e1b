/// \file
/// One thread that finishes replies whose reader does not keep up.
///
/// A loop or pool thread sends once and never waits; what the socket did not take is handed over
/// here with its own descriptor. Count, memory and time are bounded: past them the reader is dropped.
#pragma once

#include "http/limits.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace whatsflow::http {

/// Bytes on their way to one reader.
struct Outgoing {
    std::string head;
    std::shared_ptr<const std::string> body;  ///< may be null
    std::size_t sent = 0;

    [[nodiscard]] std::size_t size() const { return head.size() + (body ? body->size() : 0); }
    [[nodiscard]] bool complete() const { return sent >= size(); }
};

enum class SendResult { complete, would_block, broken };

/// Sends what the socket takes now; never waits, never raises SIGPIPE.
SendResult send_some(int descriptor, Outgoing& outgoing);

class SlowReaders {
public:
    /// `sent` tells how many bytes went out; `complete` whether that was all.
    using Done = std::function<void(bool complete, std::size_t sent)>;

    SlowReaders(const Limits& limits, const Deadlines& deadlines);
    SlowReaders(const SlowReaders&) = delete;
    SlowReaders& operator=(const SlowReaders&) = delete;
    ~SlowReaders();

    /// `descriptor` must stay open until `done` has been called, on the draining thread. False
    /// when there is no room: then nothing was taken and the reader has to be dropped.
    [[nodiscard]] bool take(int descriptor, Outgoing outgoing, Done done);

    [[nodiscard]] std::size_t count() const;
    void stop();

private:
    using Clock = std::chrono::steady_clock;
    struct Reader {
        int descriptor;
        Outgoing outgoing;
        Done done;
        Clock::time_point stalled_at;
        Clock::time_point over_at;
    };

    void run();
    void wake() const;

    const Limits limits_;
    const Deadlines deadlines_;
    const int wake_;
    mutable std::mutex mutex_;
    std::vector<Reader> arriving_;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace whatsflow::http
