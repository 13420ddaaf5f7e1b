/// \file
/// What the worker that is killed and the test that counts afterwards agree on.
#pragma once

#include "data/database_server.hpp"

#include <whatsflow/sdk/event.hpp>

#include <cstdint>
#include <string>
#include <tuple>

namespace whatsflow::durable {

/// Event and job carry a number; whoever handles it writes it down.
struct Ordered {
    static constexpr sdk::EventType kType{"shop.ordered", 1};
    std::int64_t number = 0;
    static constexpr auto fields() { return std::make_tuple(sdk::field("number", &Ordered::number)); }
};

/// Written inside the handler's transaction: must hold each number once.
inline constexpr const char* kOnce = "shop_once";
/// Written beside it: must hold each number at least once.
inline constexpr const char* kAtLeastOnce = "shop_at_least_once";
/// Numbers whose first attempt was made to fail.
inline constexpr const char* kFailedOnce = "shop_failed_once";
/// Written together with an event that is recorded.
inline constexpr const char* kMade = "shop_made";

inline std::string insert_into(const char* table) {
    return std::string("INSERT INTO ") + table + " (n) VALUES (?)";
}

}  // namespace whatsflow::durable
