/// \file
/// `redis://user:password@host:port/0`, taken apart.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <string>

namespace whatsflow::cluster {

struct RedisAddress {
    std::string host = "localhost";
    std::uint16_t port = 6379;
    std::string user{};
    std::string password{};
    int database = 0;
};

/// Error `config.bad_redis_url`, whose sentence holds no password.
[[nodiscard]] sdk::Result<RedisAddress> parse_redis_url(const std::string& url);

}  // namespace whatsflow::cluster
