/// \file
/// Analytics: takes events in as stock clients send them, and says what they add up to.
#pragma once

#include "alerts.hpp"
#include "capture_api.hpp"
#include "demonstration.hpp"
#include "fan_out.hpp"
#include "flag_outcomes.hpp"
#include "pages/office.hpp"
#include "privacy.hpp"

#include <whatsflow/sdk/plugin.hpp>

namespace whatsflow::analytics {

class AnalyticsPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    void take_over(sdk::Host& host);

    std::optional<DayTables> tables_;
    std::optional<SumDays> sum_days_;
    std::optional<Sites> sites_;
    std::optional<Intake> intake_;
    std::optional<BuiltInStore> built_in_;
    std::optional<StoreInUse> store_;
    std::optional<Keys> keys_;
    std::optional<Tombstones> tombstones_;
    std::optional<Ledger> ledger_;
    std::optional<FanOut> fan_out_;
    std::optional<SinkErasures> sink_erasures_;
    std::optional<Privacy> privacy_;
    std::optional<Demonstration> demonstration_;
    std::optional<pages::AnalyticsOffice> office_;
    std::optional<OutcomesOfFlags> outcomes_;
    std::optional<Watch> watch_;
    sdk::Registration taking_over_;
    sdk::Registration sending_;
};

}  // namespace whatsflow::analytics
