/// \file
/// All open connections: how many, from whom, and which of them are past their deadline.
#pragma once

#include "http/limits.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace whatsflow::http {

class Connection;

class ConnectionTable {
public:
    explicit ConnectionTable(const Limits& limits) : limits_(limits) {}

    /// Counts the connection. False when this is one too many, in all or from this address.
    [[nodiscard]] bool enter(Connection* connection, const std::string& address);
    void watch(const std::shared_ptr<Connection>& connection);
    void leave(Connection* connection, const std::string& address);

    /// Ends what is past its deadline; while draining, what is idle too.
    void expire(std::chrono::steady_clock::time_point now, bool draining);

    [[nodiscard]] std::size_t size() const;
    bool wait_until_empty(std::chrono::steady_clock::time_point deadline);

private:
    const Limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable empty_;
    std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
    std::unordered_map<std::string, std::size_t> per_address_;
};

}  // namespace whatsflow::http
