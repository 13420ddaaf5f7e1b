/// \file
/// Log lines with fields. The host adds time, plugin id and request id, escapes control
/// characters (nobody can forge a line) and masks fields whose name says they are secret.
///
///     host.log().warn("provider answered late", {{"provider", "acme"}, {"ms", "812"}});
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::sdk {

enum class LogLevel { trace, debug, info, warn, error };

using LogFields = std::vector<std::pair<std::string, std::string>>;

/// [thread-safe] Never throws, never waits for the disk.
class Logger {
public:
    virtual bool enabled(LogLevel level) const noexcept = 0;
    virtual void write(LogLevel level, std::string_view message, const LogFields& fields) noexcept = 0;

    void debug(std::string_view message, const LogFields& fields = {}) { at(LogLevel::debug, message, fields); }
    void info(std::string_view message, const LogFields& fields = {}) { at(LogLevel::info, message, fields); }
    void warn(std::string_view message, const LogFields& fields = {}) { at(LogLevel::warn, message, fields); }
    void error(std::string_view message, const LogFields& fields = {}) { at(LogLevel::error, message, fields); }

protected:
    virtual ~Logger();

private:
    void at(LogLevel level, std::string_view message, const LogFields& fields) {
        if (enabled(level)) write(level, message, fields);
    }
};

}  // namespace whatsflow::sdk
