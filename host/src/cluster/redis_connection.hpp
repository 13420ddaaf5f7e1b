/// \file
/// One connection to Redis, for one thread. The only place that knows POCO's client; whatever
/// it throws becomes an error here.
#pragma once

#include "cluster/redis_address.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::cluster {

class RedisConnection {
public:
    /// Error `redis.unreachable`. `patience` is the longest wait for a connection or an answer.
    static sdk::Result<std::unique_ptr<RedisConnection>> open(const RedisAddress& address,
                                                              std::chrono::milliseconds patience);
    ~RedisConnection();
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    sdk::Result<void> publish(const std::string& channel, const std::string& message);
    sdk::Result<void> subscribe(const std::string& channel);
    /// After `subscribe`: waits for what comes next. Error when nothing came within the patience.
    sdk::Result<std::string> next_message();

private:
    class Impl;
    explicit RedisConnection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace whatsflow::cluster
