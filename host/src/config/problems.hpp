/// \file
/// Everything that is wrong with a configuration, gathered so that it is told at once.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <string>
#include <utility>
#include <vector>

namespace whatsflow::config {

class Problems {
public:
    void add(std::string line) { lines_.push_back(std::move(line)); }
    bool empty() const { return lines_.empty(); }
    const std::vector<std::string>& lines() const { return lines_; }

    /// One line each, in the order they were found.
    sdk::Error to_error() const {
        std::string message;
        for (const auto& line : lines_) message += (message.empty() ? "" : "\n") + line;
        return sdk::fail("config.invalid", std::move(message));
    }

private:
    std::vector<std::string> lines_;
};

}  // namespace whatsflow::config
