#include <whatsflow/sdk/testing/recording_logger.hpp>

#include <algorithm>

namespace whatsflow::sdk::testing {

void RecordingLogger::write(LogLevel level, std::string_view message, const LogFields& fields) noexcept {
    std::lock_guard lock(mutex_);
    lines_.push_back({level, std::string(message), fields});
}

std::vector<LogLine> RecordingLogger::lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
}

bool RecordingLogger::mentions(std::string_view text) const {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(lines_, [&](const LogLine& line) {
        return line.message.find(text) != std::string::npos || std::ranges::any_of(line.fields, [&](const auto& field) {
                   return field.second.find(text) != std::string::npos;
               });
    });
}

std::string RecordingLogger::text() const {
    std::string text;
    for (const auto& line : lines()) {
        text += line.message;
        for (const auto& [name, value] : line.fields) text += " " + name + "=" + value;
        text += '\n';
    }
    return text;
}

void RecordingLogger::clear() {
    std::lock_guard lock(mutex_);
    lines_.clear();
}

}  // namespace whatsflow::sdk::testing
