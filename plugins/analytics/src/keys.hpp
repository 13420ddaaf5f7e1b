/// \file
/// The keys of pseudonyms: one that lasts, and one for each day, which is thrown away.
///
/// All programs on one database use the same. When the key of a day is gone, nobody, whoever has
/// database and secrets, can tell whether two pseudonyms of that day and another were one visitor.
#pragma once

#include "core/keyed_hash.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::analytics {

struct PseudonymKeys {
    HashKey lasting{};
    HashKey of_today{};
};

class Keys {
public:
    explicit Keys(sdk::Host& host) : host_(host) {}

    /// [pool-thread] From memory but for the first time in a day.
    sdk::Result<PseudonymKeys> current(const sdk::CallContext& context);
    /// Throws away keys of days before yesterday.
    sdk::Result<void> forget_old(const sdk::CallContext& context);

private:
    sdk::Result<HashKey> kept(const sdk::CallContext& context, const std::string& name);

    sdk::Host& host_;
    std::mutex mutex_;
    std::int64_t day_ = -1;
    PseudonymKeys keys_;
};

}  // namespace whatsflow::analytics
