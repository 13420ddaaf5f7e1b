/// \file
/// Demonstration data: months of subscriptions, invoices and payments for the demonstration tenants.
///
/// They are made by the engine itself, one due job after the other at its own time, so every number on a
/// page can be explained as in an account that really lived that long.
#pragma once

#include "running/transitions.hpp"

#include <whatsflow/sdk/demo_data.hpp>

namespace whatsflow::billing {

class Demonstration final : public sdk::DemoData {
public:
    explicit Demonstration(Transitions& transitions) : transitions_(transitions) {}
    /// Only tenants whose owner's address ends in `.example`, which nobody can own, and who have never
    /// subscribed.
    sdk::Result<std::string> load(const sdk::CallContext& context) override;

private:
    Transitions& transitions_;
};

}  // namespace whatsflow::billing
