/// \file
/// The days by which sums are kept: those of the platform's time zone.
///
/// What is summed cannot be cut anew, so a change of the zone holds from a midnight a day ahead, and
/// it is kept which zone held when. All programs on one database cut by the same days.
#pragma once

#include "core/day_grid.hpp"

#include <whatsflow/sdk/host.hpp>

#include <chrono>
#include <memory>
#include <mutex>

namespace whatsflow::analytics {

class SumDays {
public:
    SumDays(sdk::Host& host, TimeZone zone) : host_(host), zone_(std::move(zone)) {}

    const TimeZone& zone() const { return zone_; }
    /// Keeps the zone of the config, when it is not the one that holds already. Once, at the start.
    sdk::Result<void> settle(const sdk::CallContext& context);
    /// [any thread but the loop] From memory, but for a look every few minutes.
    sdk::Result<std::shared_ptr<const DayGrid>> grid(const sdk::CallContext& context);

private:
    sdk::Result<std::vector<DayGrid::Rule>> rules(const sdk::CallContext& context) const;

    sdk::Host& host_;
    const TimeZone zone_;
    std::mutex mutex_;
    std::shared_ptr<const DayGrid> grid_;
    std::chrono::steady_clock::time_point until_{};
};

}  // namespace whatsflow::analytics
