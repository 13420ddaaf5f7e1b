#include "logging/file_sink.hpp"

#include "logging/recent_lines.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace whatsflow::logging {
namespace {

sdk::LogLevel from_spdlog(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::trace: return sdk::LogLevel::trace;
        case spdlog::level::debug: return sdk::LogLevel::debug;
        case spdlog::level::info: return sdk::LogLevel::info;
        case spdlog::level::warn: return sdk::LogLevel::warn;
        default: return sdk::LogLevel::error;
    }
}

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // a full disk must not stop the process; the line is lost
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

FileSink::FileSink(std::string file, std::size_t remembered_lines)
    : file_(std::move(file)), remembered_lines_(remembered_lines), descriptor_(STDERR_FILENO) {}

FileSink::~FileSink() {
    if (descriptor_ != STDERR_FILENO) ::close(descriptor_);
}

sdk::Result<void> FileSink::reopen() {
    if (file_.empty()) return sdk::ok();
    const int fresh = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fresh < 0) {
        return sdk::fail("log.unwritable", "the log file " + file_ +
                                               " cannot be opened: " + std::generic_category().message(errno) +
                                               "; check log.file and the rights of its folder");
    }
    const std::lock_guard lock{mutex_};  // the writing thread must not be between reading and using it
    const int old = descriptor_.exchange(fresh);
    if (old != STDERR_FILENO) ::close(old);
    return sdk::ok();
}

void FileSink::sink_it_(const spdlog::details::log_msg& message) {
    auto line = without_mark({message.payload.data(), message.payload.size()});
    line.level = from_spdlog(message.level);
    write_all(descriptor_, line.line + '\n');
    const std::lock_guard lock{state_};
    recent_.push_back(std::move(line));
    while (recent_.size() > remembered_lines_) recent_.pop_front();
}

void FileSink::flush_() {
    {
        const std::lock_guard lock{state_};
        ++flushes_;
    }
    flushed_.notify_all();
}

std::uint64_t FileSink::flushes() const {
    const std::lock_guard lock{state_};
    return flushes_;
}

bool FileSink::wait_for_flush_after(std::uint64_t count) const {
    std::unique_lock lock{state_};
    return flushed_.wait_for(lock, std::chrono::seconds{2}, [&] { return flushes_ > count; });
}

std::vector<RecentLine> FileSink::recent(std::size_t most) const {
    const std::lock_guard lock{state_};
    const auto count = std::min(most, recent_.size());
    return {recent_.end() - static_cast<std::ptrdiff_t>(count), recent_.end()};
}

}  // namespace whatsflow::logging
