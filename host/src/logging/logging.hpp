/// \file
/// Where every log line of the process goes: one queue, one thread that writes, one file.
///
/// Callers never wait for the disk. When the queue is nearly full, lines below `warn` are
/// dropped and counted, so that a flood of access lines cannot push a warning out. Made
/// first in boot and destroyed last, after every plugin and thread that holds a logger.
///
///     auto logging = logging::Logging::open({.format = logging::Format::json});
///     (*logging)->logger("http").info("listening", {{"port", "5253"}});
#pragma once

#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::logging {

enum class Format { text, json };

std::optional<sdk::LogLevel> level_from(std::string_view name);
std::optional<Format> format_from(std::string_view name);
std::string_view to_text(sdk::LogLevel level);

struct Options {
    sdk::LogLevel level = sdk::LogLevel::info;
    Format format = Format::text;
    std::string file{};  ///< appended to; empty: standard error
    std::size_t queue_lines = 8192;
    std::size_t remembered_lines = 2000;
};

/// A line as it was written, for the staff's page of recent logs.
struct RecentLine {
    sdk::LogLevel level = sdk::LogLevel::info;
    std::string line;
    /// Where the message stands in a line for people, in whose text one cannot see it.
    std::size_t message_at = 0;
    std::size_t message_size = 0;
};

/// [thread-safe]
class Logging {
public:
    /// Error `log.unwritable` when the file cannot be opened.
    static sdk::Result<std::unique_ptr<Logging>> open(const Options& options);
    /// Writes what is queued, then ends the thread.
    ~Logging();
    Logging(const Logging&) = delete;
    Logging& operator=(const Logging&) = delete;

    /// The logger of a part of the host. The same object for the same name, as long as this lives.
    sdk::Logger& logger(const std::string& part);
    /// The logger of a plugin: its lines carry the plugin's id.
    sdk::Logger& plugin_logger(const std::string& plugin_id);
    /// A logger whose lines are written before the call returns, past the queue, so that a full
    /// queue or a crash loses none: for the audit log and for money. Its callers do wait for the disk.
    sdk::Logger& sure_logger(const std::string& part);

    void set_level(sdk::LogLevel level) noexcept;
    sdk::LogLevel level() const noexcept;

    /// Opens the file again by its name, after logrotate moved it away (SIGHUP).
    sdk::Result<void> reopen();
    /// Returns when everything logged before has been written, or after two seconds.
    void flush() noexcept;
    /// Writes at once and past the queue: the last words of a process that is going down.
    /// Async-signal-safe.
    void write_at_once(std::string_view line) noexcept;

    /// Lines that were never written because the queue was full.
    std::uint64_t dropped() const noexcept;
    /// The newest lines, oldest first.
    std::vector<RecentLine> recent(std::size_t most = 2000) const;

private:
    class Impl;
    explicit Logging(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace whatsflow::logging
