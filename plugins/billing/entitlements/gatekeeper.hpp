/// \file
/// The service whatsflow.entitlements/1: see <whatsflow/sdk/entitlements.hpp>.
#pragma once

#include "meter_lanes.hpp"

namespace whatsflow::billing {

class Gatekeeper final : public sdk::Entitlements {
public:
    explicit Gatekeeper(Transitions& transitions)
        : transitions_(transitions), grants_(transitions), lanes_(transitions, grants_) {
        transitions.tell_of_changes([this](const TenantId& tenant) { grants_.forget(tenant); });
    }

    sdk::Result<bool> allowed(const sdk::CallContext& context, std::string_view feature) override;
    sdk::Result<sdk::MeterStanding> standing(const sdk::CallContext& context, std::string_view meter) override;
    sdk::Result<sdk::Consumption> consume(const sdk::CallContext& context, std::string_view meter, std::int64_t units,
                                          std::string_view event_id) override;
    sdk::Result<sdk::MeterReservation> reserve(const sdk::CallContext& context, std::string_view meter,
                                               std::int64_t units, sdk::Milliseconds lasts) override;
    sdk::Result<sdk::Consumption> commit(const sdk::CallContext& context, std::string_view reservation,
                                         std::int64_t units) override;
    sdk::Result<void> release(const sdk::CallContext& context, std::string_view reservation) override;

    MeterLanes& lanes() { return lanes_; }

private:
    /// Whether the meter's numbers add up, so that its lane may count them in place.
    sdk::Result<bool> adds_up(const sdk::CallContext& context, const std::string& meter);
    /// One event of a meter whose numbers do not, by the engine. Of different values the event's id is
    /// the value.
    sdk::Result<sdk::Consumption> count_event(const sdk::CallContext& context, const std::string& meter,
                                              std::int64_t units, const std::string& event_id);

    Transitions& transitions_;
    Grants grants_;
    MeterLanes lanes_;
};

}  // namespace whatsflow::billing
