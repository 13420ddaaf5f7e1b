/// \file
/// A logger that keeps every line, so that a test can look for what must or must not be there.
#pragma once

#include <whatsflow/sdk/logger.hpp>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk::testing {

struct LogLine {
    LogLevel level = LogLevel::info;
    std::string message;
    LogFields fields;
};

/// [thread-safe]
class RecordingLogger final : public Logger {
public:
    bool enabled(LogLevel) const noexcept override { return true; }
    void write(LogLevel level, std::string_view message, const LogFields& fields) noexcept override;

    std::vector<LogLine> lines() const;
    /// True when a message or a field's value contains `text`.
    bool mentions(std::string_view text) const;
    /// Everything as text, a line each.
    std::string text() const;
    void clear();

private:
    mutable std::mutex mutex_;
    std::vector<LogLine> lines_;
};

}  // namespace whatsflow::sdk::testing
