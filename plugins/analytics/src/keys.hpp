/// \file
/// The keys of pseudonyms: one that lasts, and one for each day of the platform, which is thrown away.
///
/// All programs on one database use the same. When the key of a day is gone, nobody, whoever has
/// database and secrets, can tell whether two pseudonyms of that day and another were one visitor.
#pragma once

#include "core/keyed_hash.hpp"
#include "sum_days.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::analytics {

struct PseudonymKeys {
    HashKey lasting{};
    HashKey of_today{};
};

class Keys {
public:
    Keys(sdk::Host& host, SumDays& days) : host_(host), days_(days) {}

    /// [pool-thread] From memory but for the first time in a day.
    sdk::Result<PseudonymKeys> current(const sdk::CallContext& context);
    /// Throws away keys of days before yesterday.
    sdk::Result<void> forget_old(const sdk::CallContext& context);

private:
    sdk::Result<HashKey> kept(const sdk::CallContext& context, const std::string& name);

    sdk::Host& host_;
    SumDays& days_;
    std::mutex mutex_;
    Day day_;
    PseudonymKeys keys_;
};

}  // namespace whatsflow::analytics
