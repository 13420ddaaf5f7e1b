/// \file
/// What the operator and the boot code decide about the HTTP server.
#pragma once

#include "http/limits.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace whatsflow::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::vector<std::uint16_t> ports;  ///< one listener each; 0 takes a free port
    int threads = 1;                   ///< loop threads of each listener
    std::size_t workers = 8;
    std::size_t brisk = 0;  ///< see WorkerPool::Options
    std::size_t queue_length = 256;
    std::size_t written_off_limit = 8;  ///< hanging workers that are replaced; past it the pool shrinks
    Limits limits{};
    Deadlines deadlines{};
    /// Work ran into its timeout: whose, and how many workers hang now. Any thread.
    std::function<void(const std::string& owner, std::size_t hanging)> on_written_off{};
};

}  // namespace whatsflow::http
