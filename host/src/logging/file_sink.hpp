/// \file
/// Writes finished lines to a file descriptor and remembers the newest ones.
/// Used by the writing thread; `reopen` and `recent` come from others.
#pragma once

#include "logging/logging.hpp"

#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace whatsflow::logging {

class FileSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    /// Empty name: standard error. Nothing is opened before `reopen`.
    FileSink(std::string file, std::size_t remembered_lines);
    ~FileSink() override;

    sdk::Result<void> reopen();
    std::vector<RecentLine> recent(std::size_t most) const;
    int descriptor() const noexcept { return descriptor_.load(); }

    std::uint64_t flushes() const;
    /// False when two seconds were not enough.
    bool wait_for_flush_after(std::uint64_t count) const;

private:
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override;

    const std::string file_;
    const std::size_t remembered_lines_;
    std::atomic<int> descriptor_;
    mutable std::mutex state_;
    mutable std::condition_variable flushed_;
    std::uint64_t flushes_ = 0;
    std::deque<RecentLine> recent_;
};

}  // namespace whatsflow::logging
